"""Our own API in this process, asked as the gateway asks it: two vendors, two centres, and a person or three."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from nabz.access.model import Client, Organisation, OrganisationKind
from nabz.access.service import clients
from nabz.access.store import organisations
from nabz.appointments.api.own import own
from nabz.gateway.model import Identifier, IdentifierType, Package
from nabz.gateway.service import identifiers, packages
from nabz.gateway.service.providers import ask_in_house
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.kit.jalali import TEHRAN
from nabz.kit.operations import Asked
from nabz.kit.persian import synthetic_national_code
from nabz.registries.model import Facility, Practitioner, ProviderId, ProviderIdType
from nabz.registries.service import facilities, practitioners
from nabz.settings import Settings
from tests import services
from tests.services import Engine

SAMPLES = Path(__file__).parents[2] / "samples" / "nabz" / "appointments"
CENTRE = "859773e8-5d81-46c6-9df1-5fb551b00495"
OTHER_CENTRE = "11111111-2222-4333-8444-555555555555"
APP_PID, OTHER_PID = "a" * 24, "b" * 24
ORTHOPAEDICS, VISIT = "171108", "970015"
PEOPLE = [f"National_Code:{synthetic_national_code(n)}" for n in range(1, 60)]
START = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
"""Ten o'clock in Tehran on 1 Azar 1405."""

TOMORROW = "1405/09/02"
_data_sets = count(2)


class Office:
    """A vendor's program; `other` is another one's."""

    def __init__(self, db: Database, clock: FixedClock, client: str = "app", pid: str = APP_PID) -> None:
        self.whole = db
        self.clock = clock
        self.client = client
        self.pid = pid
        self.data_set = 0
        self.seconds = 0.001
        self.deps = Deps(settings=Settings(demo=True), db=db, clock=clock, keys=Keyring(b"test-only-key" * 5))

    @property
    def db(self) -> Database:
        return self.whole.within(self.data_set)

    @property
    def other(self) -> "Office":
        found = Office(self.whole, self.clock, "other", OTHER_PID)
        found.data_set, found.seconds = self.data_set, self.seconds
        return found

    async def ask(self, operation: str, **body: Any) -> Any:
        """What lies in the envelope, yes or no."""
        self.clock.advance(self.seconds)
        asked = Asked(
            deps=self.deps,
            raw=msgspec.json.encode(body),
            query_string=b"",
            now=self.clock.now(),
            request_id="1",
            client=self.client,
            user_id="",
            data_set=self.data_set,
            pid=self.pid,
        )
        answered = await ask_in_house(own.by_name[operation.lower()], asked, 60)
        assert answered.status == 200
        return json.loads(answered.body)

    async def do(self, operation: str, **body: Any) -> Any:
        """The same, and it must be a yes."""
        answer = await self.ask(operation, **body)
        assert answer["ok"], answer
        return answer

    async def refused(self, operation: str, **body: Any) -> str:
        """The same, and it must be a no: its code."""
        answer = await self.ask(operation, **body)
        assert not answer["ok"], answer
        problem = answer["problem"]
        assert list(problem) == ["code", "fa", "en", "retry", "retryAfter", "facts"]
        return str(problem["code"]).removeprefix("appointments.")

    async def publish(self, *slots: dict[str, Any], facility: str = CENTRE, provider: str = "1234") -> list[str]:
        """Publish slots and give their ids in the order of time."""
        agenda = {"provider": provider, "specialty": ORTHOPAEDICS, "service": VISIT, "slots": slots}
        found = await self.do("PublishSchedule", facility=facility, agendas=[agenda])
        return [slot["slot"] for slot in found["agendas"][0]["slots"]]

    async def book(self, slot: str, who: int = 0, **more: Any) -> Any:
        """Book for one of the people."""
        return await self.do("Book", slot=slot, visitor=visitor(who), **more)


def visitor(who: int = 0) -> dict[str, str]:
    return {"person": PEOPLE[who], "firstName": "علی", "lastName": "تستی", "mobile": "09900000001"}


def at(hour: int, minute: int = 0, *, day: str = TOMORROW) -> str:
    """A time as the guide's readers write it."""
    return f"{day} {hour:02}:{minute:02}"


def slot(hour: int, minute: int = 0, **more: Any) -> dict[str, Any]:
    return {"localId": f"L{hour:02}{minute:02}", "start": at(hour, minute), "minutes": 10, **more}


def iso(hour: int, minute: int = 0) -> str:
    """The same time as answers write it."""
    local = datetime(2026, 11, 23, hour, minute, tzinfo=TEHRAN)
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


@asynccontextmanager
async def opened(engine: Engine) -> AsyncIterator[Office]:
    """A database of its own; who tests takes a data set of it with `fresh`."""
    url = services.fresh_database("migrated", engine=engine)
    database = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await database.start()
    await database.write(_register)
    yield Office(database, FixedClock(START))
    await database.stop()
    services.drop_database(url)


async def fresh(office: Office) -> Office:
    """A data set that holds two centres and their physicians, and nothing else."""
    found = Office(office.whole, FixedClock(START))
    found.data_set = next(_data_sets)
    await found.db.write(_fill)
    return found


def _register(tx: Tx) -> None:
    packages.ensure_in_house(tx, [own])
    organisations.add(tx, Organisation("o1", "شرکت", OrganisationKind.COMPANY, national_id=None, active=True), START)
    for guid, name in ((CENTRE, "مرکز یک"), (OTHER_CENTRE, "مرکز دو")):
        identifiers.register(tx, Identifier(guid=guid, type=IdentifierType.FACILITY, name=name), "test", START)
    for client, pid, guid in (("app", APP_PID, CENTRE), ("other", OTHER_PID, OTHER_CENTRE)):
        clients.register(tx, Client(client, f"{client}Client", "سامانه", "o1", active=True), "test", START)
        packages.grant(tx, Package(pid=pid, client=client, service_id=own.id), "test", START)
        packages.announce(tx, client, "127.0.0.0/8", "test", START)
        identifiers.grant(tx, pid, guid, IdentifierType.FACILITY, "test", START)


def _fill(tx: Tx) -> None:
    division = ("24", "019", "70017", "تهران", "تهران", "تهران")
    one = Facility(CENTRE, "مرکز یک", "7", "درمانگاه", *division, "خیابان یک", latitude=35.70, longitude=51.40)
    two = Facility(OTHER_CENTRE, "مرکز دو", "7", "درمانگاه", *division, "خیابان دو", latitude=35.75, longitude=51.40)
    facilities.put_all(tx, [one, two], START)
    physicians = [
        Practitioner(ProviderId(ProviderIdType.MED, number), "پزشک", name, ORTHOPAEDICS, "متخصص ارتوپدی")
        for number, name in (("1234", "تست"), ("900002", "دوم"))
    ]
    practitioners.put_all(tx, physicians, START)
