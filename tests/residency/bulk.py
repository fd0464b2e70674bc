"""Files of many rows, and a portal through which they are sent."""

import asyncio
import csv
import io
import re
from datetime import date, datetime
from typing import Any

import httpx2

from nabz.access.model import Organisation, OrganisationKind, Role
from nabz.access.store import organisations
from nabz.kit.clock import Clock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.kit.tabular import csv_bytes
from nabz.kit.workbook.writing import Sheet, workbook
from nabz.residency.model import Acceptance, Caller, Pick, ResidentDraft
from nabz.residency.pages import bulk
from nabz.residency.service import deciding, declarations, residents
from tests.fakes import Portal, a_person

MINE, OTHERS = "uni-1", "uni-2"
BULK, RESULTS = "/simad/university/bulk", "/simad/ministry/results/bulk"
YEAR = 1404
HEAD = [
    "StudentNumber",
    "DeclareCode",
    "DeclarationTypeId",
    "RejectReasonTypeId",
    "DurationId",
    "HasLogBook",
    "BaliniScore",
    "OperationScore",
    "EthicsScore",
    "StartResidencyDate",
    "EndResidencyDate",
    "Description",
]
KEYS = Keyring(b"test-only-key" * 5)
EXPERT = a_person(Role.MINISTRY, user_id="expert")


def member_of(university: str) -> Any:
    """Somebody of a university."""
    return a_person(Role.UNIVERSITY, user_id=f"of-{university}", organisation_id=university)


def row(number: str, **changed: str) -> list[str]:
    """A row that is right, but for what is told."""
    right = dict(zip(HEAD, [number, "2", "1", "", "1", "1", "55.5", "50", "28", "1404/07/01", "", ""], strict=True))
    return list({**right, **changed}.values())


def a_csv(*rows: list[str], head: list[str] | None = None) -> bytes:
    """A file as text."""
    return csv_bytes([head or HEAD, *rows])


def a_workbook(*rows: list[str], head: list[str] | None = None) -> bytes:
    """A file as a workbook."""
    return workbook([Sheet("a", [head or HEAD, *rows])])


async def furnished(db: Database, clock: Clock, *universities: str, each: int = 3) -> None:
    """Make universities with residents 1001, 1002, …"""

    def fill(tx: Tx) -> None:
        for place, id_ in enumerate(universities):
            one = Organisation(id_, f"دانشگاه {id_}", OrganisationKind.UNIVERSITY, national_id=None, active=True)
            organisations.add(tx, one, clock.now())
            for number in range(each):
                draft = ResidentDraft(
                    student_number=str(1001 + number),
                    national_code=synthetic_national_code(1000 * place + number),
                    course="1710",
                    start_year=YEAR,
                    status=1,
                    duration=1,
                    start=date(2025, 9, 23),
                    end=None,
                    first_name="سارا",
                    last_name="آزمون",
                    father_name="رضا",
                    is_irani=True,
                    birth=date(1995, 5, 5),
                    email="",
                    mobile="",
                    address="",
                    gender=1,
                )
                residents.put(tx, draft, Caller(id_, "seed", new_id()), new_id(), clock.now())

    await db.write(fill)


class Sender(Portal):
    """Somebody who sends files."""

    def __init__(self, db: Database, clock: Clock, person: Any) -> None:
        super().__init__(db, clock, KEYS, bulk.routes())
        self.person = person

    async def send(self, content: bytes, name: str = "f.csv", *, key: str = "", **fields: str) -> httpx2.Response:
        """Send a file; an empty key is that of the form."""
        desk = RESULTS if self.person == EXPERT else BULK
        page = (await self.get(desk)).text
        told = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("csrf", "key")}
        form = {field: found[1] for field, found in told.items() if found}
        kind = "results" if desk == RESULTS else "declarations"
        form |= {"kind": kind, "year": str(YEAR), **({"key": key} if key else {}), **fields}
        return await self.http.post(desk, data=form, files={"file": (name, content)})

    async def sent(self, content: bytes, name: str = "f.csv", **fields: str) -> str:
        """Send a file and wait until it is checked; give its address."""
        answer = await self.send(content, name, **fields)
        assert answer.status_code == 303, answer.text
        place = str(answer.headers["location"])
        await self.ended(place)
        return place

    async def ended(self, place: str) -> str:
        """Wait until nobody is at work on a file; give its page."""
        for _ in range(600):
            page = (await self.get(place)).text
            if 'id="progress"' not in page:
                return page
            await asyncio.sleep(0.02)
        raise AssertionError(place)

    async def store(self, place: str, choice: str = "partial") -> str:
        """Store a file and give the page on which it is told."""
        answer = await self.post(f"{place}/store", place, choice=choice)
        assert answer.status_code == 303, answer.text
        return await self.ended(place)

    async def told(self, place: str) -> dict[int, tuple[str, str]]:
        """The receipts of a file, by line: the state and why."""
        text = (await self.get(f"{place}/receipt", format="csv")).content.decode("utf-8-sig")
        return {int(one["ردیف"]): (one["نتیجهٔ بررسی"], one["دلیل"]) for one in csv.DictReader(io.StringIO(text))}


async def decided(db: Database, number: str, acceptance: Acceptance, now: datetime) -> None:
    """Let the ministry decide about a declaration of MINE."""
    one = await db.read(residents.find, MINE, number)
    assert one
    known = await db.read(declarations.find, one.id, YEAR)
    assert known
    pick = Pick(one.id, YEAR, known.version)
    assert not await db.write(deciding.decide, [pick], acceptance, "دلیل", Caller("", "expert", new_id()), now)
