"""More customers around the house, what its database holds, and a second process on the same store."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec
from sqlalchemy import text

from nabz.access.model import Client, Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.service import clients
from nabz.access.store import organisations, users
from nabz.gateway.api.echo import echo
from nabz.gateway.model import Kind, Package, Service
from nabz.gateway.service import packages
from nabz.kit.db import Tx
from tests import services
from tests.gateway.conftest import CALLS, PASSWORD, House, basic

OTHER_PID = "7" * 24
OUTSIDE_PID = "8" * 24
OTHER_SECRET = "zagrosSecret1616"
OUTSIDE = "salamat/gwdaroo"


async def add_person(house: House, username: str, password: str = PASSWORD, *, organisation: str = "o1") -> str:
    """One more user; gives the id."""
    hashed = await house.passwords.hash(password)
    person = User(
        id=f"id-{username}",
        username=username,
        email=None,
        display_name="کاربر دیگر",
        organisation_id=organisation,
        organisation_name="",
        organisation_kind=OrganisationKind.COMPANY,
        status=UserStatus.ACTIVE,
        data_set=1,
        second_factor=False,
        created_at=house.clock.now(),
        roles=frozenset({Role.VENDOR}),
    )
    await house.db.write(users.add, person, hashed)
    return person.id


async def add_other_customer(house: House) -> None:
    """Zagros: another organisation with a person, a system, its own pid for echo, and the same network."""
    now = house.clock.now()

    def make(tx: Tx) -> None:
        made = Organisation("o2", "شرکت دیگر", OrganisationKind.COMPANY, national_id=None, active=True)
        organisations.add(tx, made, now)
        clients.register(tx, Client("c2", "zagrosClient", "سامانهٔ دیگر", "o2", active=True), "test", now)
        clients.issue_secret(tx, house.keys, "c2", 1, OTHER_SECRET, "test", now)
        packages.grant(tx, Package(pid=OTHER_PID, client="c2", service_id=echo.id), "test", now)
        packages.announce(tx, "c2", "127.0.0.0/8", "test", now)

    await house.db.write(make)
    await add_person(house, "zagros", organisation="o2")


async def other_token(house: House) -> str:
    """A live token of Zagros."""
    form = {"grant_type": "password", "username": "zagros", "password": PASSWORD}
    answer = await house.client.post("/oauth/token", data=form, headers=basic("zagrosClient", OTHER_SECRET))
    return str(answer.json()["access_token"])


async def add_outside(house: House, service_id: str = OUTSIDE, pid: str = OUTSIDE_PID, **chosen: object) -> None:
    """An outside service, and a pid of acme's for it."""
    values: dict[str, Any] = {"address": "https://upstream.test/base", "sandbox": True, **chosen}
    limits = {name: values.pop(name) for name in ("per_day", "per_second", "operations") if name in values}
    made = Service(id=service_id, title="سرویس بیرونی", kind=Kind.OUTSIDE, **values)

    def make(tx: Tx) -> None:
        packages.add_service(tx, made, "test", house.clock.now())
        package = Package(pid=pid, client="c1", service_id=service_id, **limits)
        packages.grant(tx, package, "test", house.clock.now())

    await house.db.write(make)


async def ask(
    house: House,
    operation: str,
    body: object = None,
    *,
    pid: str = OUTSIDE_PID,
    service: str = OUTSIDE,
    method: str = "POST",
    query: str = "",
) -> httpx.Response:
    """Call the outside service (or another, by its id)."""
    headers = {**await house.bearer(), "pid": pid}
    address = f"{CALLS}/{service}/{operation}{query}"
    return await house.client.request(method, address, content=msgspec.json.encode(body), headers=headers)


async def by_hand(
    house: House, method: str, path: str, query: bytes, headers: Mapping[str, str], body: bytes = b"{}"
) -> int:
    """The status of a call as a server would make it that lets everything through."""
    told: list[int] = []
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else await asyncio.sleep(60, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.append(int(message["status"]))

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": raw}
    await house.app({**scope, "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    return told[0]


async def limit(house: House, **chosen: object) -> None:
    """Set the limits of acme's pid for echo."""
    whole: dict[str, Any] = {"per_day": None, "per_second": None, "operations": None, **chosen}
    await house.db.write(packages.limit, "6" * 24, **whole, by="test", now=house.clock.now())


@asynccontextmanager
async def twin(house: House, **chosen: object) -> AsyncIterator[House]:
    """A second process on the same database."""
    second = House(house.db, house.clock, **chosen)
    await second.open()
    yield second
    await second.close()


async def rows(house: House, query: str, **values: object) -> list[dict[str, Any]]:
    """What a query in plain SQL finds."""

    def find(tx: Tx) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in tx.execute(text(query), values)]

    return await house.db.read(find)


async def change(house: House, statement: str, **values: object) -> None:
    """Change the database behind the program's back."""

    def run(tx: Tx) -> None:
        tx.execute(text(statement), values)

    await house.db.write(run)


def dump(house: House) -> bytes:
    """The whole database, as a thief would get it."""
    if house.db.engine == "sqlite":
        path = Path(house.db.path)  # type: ignore[attr-defined]
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    found = services.find_postgres()
    assert found is not None
    command = [str(found / "pg_dump"), "--no-password", house.db.url]  # type: ignore[attr-defined]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def lines(house: House) -> list[dict[str, Any]]:
    """The traffic log, with everything written down; calls of one instant in no order."""
    await house.recorder.flush()
    return await rows(house, "SELECT * FROM gateway_traffic ORDER BY at")


async def line_of(house: House, answer: httpx.Response) -> dict[str, Any]:
    """The one line of an answered call, found by its number."""
    number = answer.headers["requestId"]
    (line,) = [line for line in await lines(house) if line["request_id"] == number]
    return line


def refusal(code: int, msg: str) -> str:
    """The gateway's printed no, to the letter."""
    return f'{{"status":0,"code":{code},"msg":"{msg}","violations":[]}}'


def is_refusal(answer: httpx.Response) -> bool:
    """Whether an answer has the official shape of a refusal that agrees with its own status."""
    body = answer.json()
    shaped = list(body) == ["status", "code", "msg", "violations"] and body["status"] == 0
    return shaped and body["code"] == answer.status_code and isinstance(body["violations"], list)


FAILED = (503, refusal(503, "Service provider error!"))
SLOW = (504, refusal(504, "Backend timeout!"))
STRANGE = (520, refusal(520, "Unknown error!"))


def wrapped(data: str | None, status: int = 200, outer: int = 200) -> tuple[int, str]:
    inner = f'"data":{data},' if data is not None else ""
    message = "OK" if outer == 200 else "Accepted!"
    return outer, (
        f'{{"result":{{{inner}"status":{{"statusCode":{status}}}}},'
        f'"status":{{"statusCode":{outer},"message":"{message}"}}}}'
    )
