"""`nabz gateway …` on both databases."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nabz.access.model import Organisation, OrganisationKind
from nabz.access.store import organisations
from nabz.cli import gateway
from nabz.gateway.api.echo import echo
from nabz.gateway.model import Traffic
from nabz.gateway.service import packages
from nabz.gateway.store import gate
from nabz.kit import json
from nabz.kit.clock import FixedClock
from nabz.kit.db import Tx, open_database
from nabz.kit.db.types import instant_text

Nabz = Callable[..., Result]
REQUEST_ID = "00000001-0000-4000-8000-000000000000"


@pytest.fixture
def nabz(db_url: str, tmp_path: Path, clock: FixedClock) -> Nabz:
    """Run `nabz gateway …` on a store with one organisation, one service and one call in its log."""

    def make(tx: Tx) -> None:
        company = Organisation("o1", "شرکت آزمون", OrganisationKind.COMPANY, None, active=True)
        organisations.add(tx, company, clock.now())
        packages.ensure_in_house(tx, (echo,))

    async def fill() -> None:
        db = open_database(db_url)
        await db.start()
        await db.write(make)
        line = Traffic(
            request_id=REQUEST_ID,
            at=instant_text(clock.now()),
            client=None,
            user_id=None,
            pid=None,
            service_id="nabz/gwecho",
            operation="Echo",
            ip="127.0.0.1",
            data_set=0,
            status=200,
            provider_status=None,
            millis=3.5,
            bytes_in=1,
            bytes_out=2,
            tracking="140512",
        )
        await db.write_one(gate.LOG, rows=json.encode([line]).decode())
        await db.stop()

    asyncio.run(fill())

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(gateway.app, [*arguments, "--data", str(tmp_path), "--database", db_url])

    return run


def test_a_customer_is_made_ready_by_the_command_line(nabz: Nabz) -> None:
    assert nabz("client", "add", "acmeClient", "سامانه", "--organisation", "o1").exit_code == 0
    first = nabz("secret", "issue", "acmeClient", "--data-set", "1").stdout.strip()
    second = nabz("secret", "issue", "acmeClient", "--data-set", "1").stdout.strip()
    assert len(first) > 40
    assert first != second
    pid = nabz("package", "grant", "acmeClient", "NABZ/gwEcho", "--per-day", "5", "--operation", "Echo").stdout.strip()
    assert len(pid) == 24
    for arguments in (
        ("network", "announce", "acmeClient", "203.0.113.7"),
        ("package", "limit", pid, "--per-second", "3"),
        ("package", "off", pid),
        ("package", "on", pid),
        ("network", "withdraw", "acmeClient", "203.0.113.7"),
        ("secret", "cut", "acmeClient", "--data-set", "1"),
    ):
        assert nabz(*arguments).exit_code == 0, arguments


def test_a_problem_is_one_line_and_an_exit_code(nabz: Nabz) -> None:
    for arguments, code in (
        (("client", "add", "acmeClient", "سامانه", "--organisation", "nowhere"), "access.unknown-organisation"),
        (("secret", "issue", "nobody"), "access.unknown-client"),
        (("package", "grant", "nobody", "nabz/gwecho"), "access.unknown-client"),
        (("package", "off", "5" * 24), "gateway.unknown-package"),
        (("network", "announce", "nobody", "10.0.0.1"), "access.unknown-client"),
    ):
        done = nabz(*arguments)
        assert done.exit_code == 2, arguments
        assert f"[{code}]" in done.stderr
        assert done.stdout == ""


def test_a_call_is_found_by_its_number_or_tracking_code(nabz: Nabz) -> None:
    for number in (REQUEST_ID, "140512"):
        found = nabz("traffic", "find", number)
        assert found.exit_code == 0
        assert REQUEST_ID in found.stdout
        assert "nabz/gwecho/Echo" in found.stdout
    assert nabz("traffic", "find", "nothing").exit_code == 1
