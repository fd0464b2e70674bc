"""The gateway's part of the demo sandbox: a vendor's system with its licences, callable from this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.access.errors import UnknownClient
from nabz.access.model import DEMO, Client
from nabz.access.service import clients
from nabz.gateway.errors import UnknownPackage
from nabz.gateway.model import Package
from nabz.gateway.service import packages
from nabz.kit.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.operations import Operations

CLIENT_ID = "demoClient"
CLIENT_SECRET = "demoSecretOnly16"  # noqa: S105 - the demo's, told to everybody
THIS_MACHINE = ("127.0.0.0/8", "::1/128")
SEEDED = "seed"

PIDS = {
    "echo": ("5f0000000000000000000001", "nabz/gwecho"),
    "maxa": ("5f0000000000000000000002", "maksaservice/gwmaksa"),
    "hqs": ("5f0000000000000000000003", "sepas/gwhqs"),
    "appointments": ("5f0000000000000000000004", "nabz/appointments"),
    "identity": ("5f0000000000000000000005", "sabtahval/gwsabt"),
    "insurance": ("5f0000000000000000000006", "bimehsalamat/gwestehghagh"),
    "council": ("5f0000000000000000000007", "nezampezeshki/gwnezampezeshki"),
}
"""Name in demo.json: the pid and its service. Every domain adds its own."""


async def demo(
    db: Database,
    keys: Keyring,
    now: datetime,
    offers: Iterable[Operations],
    organisation_id: str,
    vendor: dict[str, str],
) -> dict[str, Any]:
    """Fill the gateway's part and give the `ditas` member of demo.json."""
    await db.write(packages.ensure_in_house, offers)
    await db.write(_fill, keys, new_id(), organisation_id, now)
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "username": vendor["username"],
        "password": vendor["password"],
        "pids": {name: pid for name, (pid, _) in PIDS.items()},
    }


def _fill(tx: Tx, keys: Keyring, new_client: str, organisation_id: str, now: datetime) -> None:
    """Make the demo vendor's system, unless it is there."""
    try:
        client = clients.find(tx, CLIENT_ID)
    except UnknownClient:
        made = Client(new_client, CLIENT_ID, "سامانهٔ نمایشی", organisation_id, active=True)
        client = clients.register(tx, made, SEEDED, now)
    if not clients.secrets_of(tx, client.id):
        clients.issue_secret(tx, keys, client.id, DEMO, CLIENT_SECRET, SEEDED, now)
    for network in THIS_MACHINE:
        packages.announce(tx, client.id, network, SEEDED, now)
    for pid, service_id in PIDS.values():
        try:
            packages.package(tx, pid)
        except UnknownPackage:
            packages.grant(tx, Package(pid=pid, client=client.id, service_id=service_id), SEEDED, now)
