"""The whole program in this process with a clock of the test's own, called as universities' programs call SIMAD."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx2
from PIL import Image
from sqlalchemy import text

from nabz.access.model import DEMO
from nabz.gateway.model import Bodies, Call
from nabz.gateway.store import traffic
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.residency.model import Acceptance, Caller, Change, Declaration, Pick, Resident
from nabz.residency.service import deciding, declarations, residents
from tests.appointments.office import opened as opened_hqs

SAMPLES: Final = Path(__file__).parents[2] / "samples" / "simad"
TOKEN, REFRESH = " Token", "RefreshToken"
RESIDENT, IMAGE = "/api2/Residents/AddOrUpdate", "/api2/Residents/UploadImage"
DECLARE = "/api2/DeclareResidentToUpgrades/AddOrUpdate"
DECLARED, RESULTS = "/api2/DeclareResidentToUpgrades/GetDeclareResidents", "/api2/ResidentUpgrades/GetFinalResults"
AUTHENTICATE, RENEW, REVOKE = (f"/api/Token/{name}" for name in ("authenticate", "refresh", "revoke"))
NOT_FOUND: Final = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
YEAR: Final = 1405
"""The academic year of the demo's day."""

FIRST: Final = ("demo-university", "demo-only-university")
SECOND: Final = ("demo-university-2", "demo-only-university-2")
MINISTRY: Final = Caller("", "test-ministry", "test")
_NUMBERS: Final = count(1)


class Office:
    """A university's program; `db` is the program's store within the demo sandbox, for a look behind."""

    def __init__(
        self, client: httpx2.AsyncClient, db: Database, clock: FixedClock, who: tuple[str, str] = FIRST
    ) -> None:
        self.client = client
        self.db = db.within(DEMO)
        self.whole = db
        self.clock = clock
        self.who = who
        self._pair: dict[str, str] = {}

    def of_another(self) -> "Office":
        """The program of the other university."""
        return Office(self.client, self.whole, self.clock, SECOND)

    async def ask(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Post without a token."""
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return await self.client.post(path, content=content, headers={"content-type": "application/json", **headers})

    async def sign_in(self) -> dict[str, str]:
        """A pair of tokens of one's own."""
        answer = await self.ask(AUTHENTICATE, {"username": self.who[0], "password": self.who[1]})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def token(self) -> str:
        """The token that this program uses."""
        self._pair = self._pair or await self.sign_in()
        return self._pair[TOKEN]

    def later(self, by: timedelta) -> None:
        """Let time pass; the token of this program has run out by then."""
        self.clock.advance(by.total_seconds())
        self._pair = {}

    async def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """Post with a token."""
        content = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
        kind = {"authorization": f"Bearer {await self.token()}", "content-type": "application/json"}
        return await self.client.post(path, content=content, headers={**kind, **headers}, timeout=30)

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        """Get with a token."""
        return await self.client.get(path, params=query, headers={"token": await self.token()})

    async def put(self, path: str, body: Any) -> None:
        """Post what is good."""
        answer = await self.post(path, body)
        assert (answer.status_code, answer.content) == (200, b""), answer.text

    async def told(self, path: str, body: Any) -> dict[str, str]:
        """Post what is refused: what is told, by its numbers."""
        return faults(await self.post(path, body))

    async def listed(self, path: str = DECLARED, **query: Any) -> list[dict[str, Any]]:
        """A list of the year."""
        answer = await self.get(path, **{"yearId": YEAR, **query})
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def registered(self, **changed: Any) -> dict[str, Any]:
        """Register a new resident; his message."""
        sent = a_resident(**changed)
        await self.put(RESIDENT, sent)
        return sent

    async def declared(self, **changed: Any) -> dict[str, Any]:
        """Register a new resident and declare him; the message of his declaration."""
        sent = a_declaration((await self.registered())["StudentNumber"], **changed)
        await self.put(DECLARE, sent)
        return sent

    async def university(self) -> str:
        """Which organisation this is."""

        def find(tx: Tx) -> str:
            query = "SELECT organisation_id FROM access_user WHERE username = :name"
            return str(tx.execute(text(query), {"name": self.who[0]}).scalar_one())

        return await self.whole.read(find)

    async def resident(self, student: str) -> Resident:
        """A resident as he is kept."""
        found = await self.db.read(residents.find, await self.university(), student)
        assert found is not None, student
        return found

    async def declaration(self, student: str, year: int = YEAR) -> Declaration:
        """A declaration as it is kept."""
        found = await self.db.read(declarations.find, (await self.resident(student)).id, year)
        assert found is not None, student
        return found

    async def history(self, student: str) -> list[Change]:
        """What was done with a resident, oldest first."""
        return (await self.db.read(residents.history, (await self.resident(student)).id))[::-1]

    async def noted(self, request_id: str) -> tuple[Call, Bodies | None]:
        """What the log keeps of a call, which is written a moment after it."""
        for _ in range(100):
            line = await self.whole.read(traffic.one, request_id, None)
            if line is not None:
                return line
            await asyncio.sleep(0.05)
        raise AssertionError(request_id)

    async def decide(self, student: str, acceptance: Acceptance, note: str = "دلیل", year: int = YEAR) -> None:
        """Let the ministry decide."""
        one = await self.declaration(student, year)
        caller = Caller("", MINISTRY.by, new_id())
        pick = Pick(one.resident, one.year, one.version)
        assert not await self.db.write(deciding.decide, [pick], acceptance, note, caller, self.clock.now())


def faults(answer: httpx2.Response) -> dict[str, str]:
    """What a refusal tells, by its numbers; its shape is the guide's."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    body = answer.json()
    assert list(body) == ["type", "title", "status", "detail", "traceId"]
    told: dict[str, str] = json.loads(body["detail"])
    assert told
    assert all(text.startswith(" ") and text == f" {text.strip()}" for text in told.values()), told
    return told


def a_resident(**changed: Any) -> dict[str, Any]:
    """A message of a resident whom nobody knows yet: of his second year, since 1404."""
    number = next(_NUMBERS)
    return {
        "StudentNumber": f"4049{number:05}",
        "NationalCode": synthetic_national_code(650_000 + number),
        "CourseStudyCode": "1710",
        "ResidencyStartYear": 1404,
        "ResidentStatusId": 1,
        "DurationId": 2,
        "StartResidencyDate": "2025-09-23T00:00:00",
        "EndResidencyDate": None,
        "FirstName": "سارا",
        "LastName": "آزمون",
        "FatherName": "رضا",
        "IsIrani": True,
        "BirthDate": "1993-09-23T00:00:00",
        "Email": "sara@example.com",
        "Mobile": "09990000077",
        "Address": "تهران",
        "GenderId": 1,
        **changed,
    }


def a_declaration(student: str, **changed: Any) -> dict[str, Any]:
    """A message of a declaration from the second year to the third."""
    return {
        "StudentNumber": student,
        "YearId": YEAR,
        "DeclareCode": 3,
        "DeclarationTypeId": 1,
        "RejectReasonTypeId": None,
        "DurationId": 2,
        "HasLogBook": True,
        "BaliniScore": 55.5,
        "OperationScore": 50,
        "EthicsScore": 28,
        "StartResidencyDate": "2025-09-23T00:00:00",
        "EndResidencyDate": None,
        "Description": "",
        **changed,
    }


def a_picture(size: tuple[int, int] = (120, 160), shade: int = 90, format_: str = "JPEG", **more: Any) -> bytes:
    """A picture of nobody."""
    kept = BytesIO()
    Image.new("RGB", size, (shade, shade, 200)).save(kept, format_, **more)
    return kept.getvalue()


def base64_of(content: bytes) -> str:
    """Bytes as .NET writes them into JSON."""
    return base64.b64encode(content).decode()


def sample(name: str) -> Any:
    """A message of the contract."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@asynccontextmanager
async def opened(
    url: str, data: Path, now: datetime, demo: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Office]:
    """Start the program as if it were another day; fill the demo sandbox first, unless it is a copy of a full one."""
    async with opened_hqs(url, data, now, demo, **settings) as office:
        yield Office(office.client, office.db, office.clock)
