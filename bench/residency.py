"""What is asked of the registry of residents, of us and of the limit."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from bench import enrolling, filling
from bench.cases import post, request
from nabz.access.service.pairs import ACCESS
from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.kit.persian import search_text
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN
from nabz.residency.model import Filter
from nabz.residency.model.rules import DECLARED_FIELDS, RESIDENT_FIELDS
from nabz.residency.model.scores import score_text
from nabz.residency.model.years import year_at
from nabz.residency.seed import scale as registry
from nabz.residency.seed.scale import Crowd
from nabz.residency.service import declarations, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nabz.residency.model import DeclarationDraft, Resident

FRESH = "{fresh____________}"
CHANGE = "bench-change-" + FRESH
ASKED = 10_000
TYPED = 60
MOST = 5000
PUT, DECLARE = "/api2/Residents/AddOrUpdate", "/api2/DeclareResidentToUpgrades/AddOrUpdate"
LIST = "/api2/DeclareResidentToUpgrades/GetDeclareResidents"
INBOX, PORTAL = "/simad/ministry", "/simad/university"


@dataclass(frozen=True)
class ResidencyCase:
    """One thing that is measured; a limit that is not written out runs the statements that ours was seen to run."""

    name: str
    title: str
    ours: Callable[[Place], list[str]]
    limit: Callable[[Place], list[str]] | None = None
    must: str = ""
    """What an answer of ours that is no refusal holds."""

    most: int = MOST
    longer: int = 1
    """So many times longer than others it is measured: what is slow needs it."""


class Place:
    """What is known of a database of some size."""

    def __init__(self, url: str, size: int) -> None:
        self.crowds = enrolling.Crowds(size)
        self.now = SystemClock().now()
        self.year = year_at(self.now)
        self.many = enrolling.residents(size)
        waiting = asyncio.run(_waiting(url, self.year))
        self._waiting = {"ours": waiting[::2], "limit": waiting[1::2]}

    def known(self, what: str) -> Iterator[Resident]:
        """Residents that are there, at random."""
        chance, crowd = random.Random(what), self.crowds.known
        for _ in range(ASKED):
            yield self.resident(crowd, chance.randrange(crowd.residents))

    def new(self, side: int) -> Iterator[Resident]:
        """Residents whom nobody has sent yet; each side has its own."""
        crowd = Crowd(2 * ASKED, enrolling.EACH, 0, self.crowds.new)
        ids = self.crowds.universities(self.crowds.known)
        for place in range(side, 2 * ASKED, 2):
            yield registry.resident(crowd, crowd.first + place, ids, self.year)

    def undeclared(self, side: int) -> Iterator[tuple[Resident, DeclarationDraft]]:
        """Residents who are not declared yet, and what is to be said of them."""
        chance, crowd = random.Random(side), self.crowds.single
        for place in range(side, crowd.residents, 2):
            one = self.resident(crowd, crowd.first + place)
            yield one, registry.declaration(one, self.year, chance)

    def declared(self, side: str) -> Iterator[tuple[Resident, DeclarationDraft]]:
        """What was declared, and still waits for the ministry."""
        crowd = self.crowds.known
        return ((self.resident(crowd, _place_of(draft[0])), draft[1]) for draft in self._waiting[side])

    def resident(self, crowd: Crowd, place: int) -> Resident:
        """The resident at a place."""
        return registry.resident(crowd, place, self.crowds.universities(crowd), self.year)

    def universities(self) -> list[str]:
        """Those whose residents are declared."""
        return self.crowds.universities(self.crowds.known)


async def _waiting(url: str, year: int) -> list[tuple[str, DeclarationDraft]]:
    db = open_database(url)
    await db.start()
    try:
        return [(one.resident, one) for one in await db.read(declarations.search, year, Filter(standing="new"), None)]
    finally:
        await db.stop()


def _place_of(id_: str) -> int:
    return int(id_.rpartition("-")[2], 16)


def _post(university: str, path: str, body: object) -> str:
    return post(path, body, Authorization=f"Bearer {enrolling.token(university)}")


def _bare(university: str, path: str, args: dict[str, Any]) -> str:
    return post(f"{path}?{filling.KEYS.hex(ACCESS, enrolling.token(university))}", args)


def _page(whose: str, path: str, **asked: object) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    cookie = f"nabz_session={enrolling.session(whose)}; nabz_visit=bench"
    return request("GET", f"{path}?{query}" if query else path, Cookie=cookie)


# ---------------------------------------------------------------- residents


def residents(place: Place) -> list[str]:
    """Known ones, each time with another address."""
    return [_post(one.university, PUT, _resident(one, FRESH)) for one in place.known("ours")]


def new_residents(place: Place) -> list[str]:
    return [_post(one.university, PUT, _resident(one, "")) for one in place.new(0)]


def _resident(one: Resident, address: str) -> dict[str, object]:
    """The message, as the guide has it."""
    return {
        "StudentNumber": one.student_number,
        "NationalCode": one.national_code,
        "CourseStudyCode": one.course,
        "ResidencyStartYear": one.start_year,
        "ResidentStatusId": one.status,
        "DurationId": one.duration,
        "StartResidencyDate": f"{one.start}T00:00:00",
        "EndResidencyDate": None,
        "FirstName": one.first_name,
        "LastName": one.last_name,
        "FatherName": one.father_name,
        "IsIrani": one.is_irani,
        "BirthDate": f"{one.birth}T00:00:00",
        "Email": one.email,
        "Mobile": one.mobile,
        "Address": address,
        "GenderId": one.gender,
    }


def bare_residents(place: Place) -> list[str]:
    facts: dict[str, object] = {"address": ["", FRESH]}
    return [
        _bare(one.university, "/simad-resident", {**_person(one, facts), "address": FRESH})
        for one in place.known("limit")
    ]


def bare_new_residents(place: Place) -> list[str]:
    return [
        _bare(one.university, "/simad-resident-new", _person(one, telling.difference(None, one, RESIDENT_FIELDS)))
        for one in place.new(1)
    ]


def _person(one: Resident, facts: dict[str, object]) -> dict[str, Any]:
    """What the statements need, as the service gives it."""
    cells = {name: cell for name, cell in msgspec.to_builtins(one).items() if name not in {"version", "picture"}}
    del cells["changed_at"]
    return {
        **cells,
        "started": cells.pop("start"),
        "ended": cells.pop("end"),
        "search": search_text(f"{one.name} {one.student_number} {one.national_code}"),
        "status_code": str(one.status),
        **_noted("resident", 0, facts),
    }


def _noted(action: str, year: int, facts: dict[str, object]) -> dict[str, Any]:
    return {"action": action, "year": year, "change": CHANGE, "facts": msgspec.json.encode(facts).decode()}


# ---------------------------------------------------------------- declarations


def declares(place: Place) -> list[str]:
    """What was declared and waits, each time with another remark."""
    return [_post(one.university, DECLARE, _declared(draft, FRESH)) for one, draft in place.declared("ours")]


def new_declares(place: Place) -> list[str]:
    return [_post(one.university, DECLARE, _declared(draft, "")) for one, draft in place.undeclared(0)]


def _declared(draft: DeclarationDraft, description: str) -> dict[str, object]:
    """The message, as the guide has it."""
    return {
        "StudentNumber": draft.student_number,
        "YearId": draft.year,
        "DeclareCode": draft.code,
        "DeclarationTypeId": draft.type,
        "RejectReasonTypeId": draft.reason,
        "DurationId": draft.duration,
        "HasLogBook": draft.log_book,
        "BaliniScore": float(score_text(draft.clinical)),
        "OperationScore": float(score_text(draft.operation)),
        "EthicsScore": float(score_text(draft.ethics)),
        "StartResidencyDate": f"{draft.start}T00:00:00",
        "EndResidencyDate": f"{draft.end}T00:00:00" if draft.end else None,
        "Description": description,
    }


def bare_declares(place: Place) -> list[str]:
    facts: dict[str, object] = {"description": ["", FRESH]}
    return [
        _bare(one.university, "/simad-declare", {**_sayings(one, draft, facts), "description": FRESH})
        for one, draft in place.declared("limit")
    ]


def bare_new_declares(place: Place) -> list[str]:
    return [
        _bare(
            one.university,
            "/simad-declare-new",
            _sayings(one, draft, telling.difference(None, draft, DECLARED_FIELDS)),
        )
        for one, draft in place.undeclared(1)
    ]


def _sayings(one: Resident, draft: DeclarationDraft, facts: dict[str, object]) -> dict[str, Any]:
    """What the statements need, as the service gives it."""
    cells: dict[str, Any] = msgspec.to_builtins({name: getattr(draft, name) for name in DECLARED_FIELDS})
    whose = {"id": one.id, "university": one.university, "student_number": one.student_number, "course": one.course}
    days = {"started": cells.pop("start"), "ended": cells.pop("end")}
    return {**cells, **days, **whose, **_noted("declared", draft.year, facts)}


# ---------------------------------------------------------------- lists


def lists(place: Place) -> list[str]:
    """Each university asks for all its declarations of the year."""
    return [
        request("GET", f"{LIST}?yearId={place.year}", Authorization=f"Bearer {enrolling.token(id_)}")
        for id_ in place.universities()
    ]


def inbox(place: Place) -> list[str]:
    return [_page(enrolling.MINISTRY, INBOX, year=place.year)]


def inbox_of_university(place: Place) -> list[str]:
    return [_page(enrolling.MINISTRY, INBOX, year=place.year, university=id_) for id_ in place.universities()]


def inbox_of_course(place: Place) -> list[str]:
    return [_page(enrolling.MINISTRY, INBOX, year=place.year, course=course) for course, _ in registry.COURSES]


def inbox_of_standing(place: Place) -> list[str]:
    return [_page(enrolling.MINISTRY, INBOX, year=place.year, standing=each) for each in registry.STANDINGS]


def inbox_of_words(place: Place) -> list[str]:
    return [_page(enrolling.MINISTRY, INBOX, year=place.year, q=text) for text in typed(place)]


def typed(place: Place) -> Iterator[str]:
    """What one types: a name, a whole name, the beginning of one, a national code, nonsense."""
    chance, crowd = random.Random("typed"), place.crowds.known
    for kind in islice(cycle(range(5)), TYPED):
        one = place.resident(crowd, chance.randrange(crowd.residents))
        name = chance.choice((*FAMILIES, *MEN, *WOMEN))
        yield (name, one.name, one.last_name[:3], one.national_code, f"{name[::-1]}ژژ")[kind]


def portal(place: Place) -> list[str]:
    return [_page(id_, f"{PORTAL}/declarations", year=place.year) for id_ in place.universities()]


def portal_residents(place: Place) -> list[str]:
    return [_page(id_, f"{PORTAL}/residents") for id_ in place.universities()]


CASES = (
    ResidencyCase("declared", "GetDeclareResidents", lists, must='"acceptanceStatusId"', longer=4),
    ResidencyCase("inbox", "ministry's inbox", inbox, must="</html>", longer=4),
    ResidencyCase("inbox-university", "inbox, a university", inbox_of_university, must="</html>", longer=4),
    ResidencyCase("inbox-course", "inbox, a course", inbox_of_course, must="</html>", longer=4),
    ResidencyCase("inbox-standing", "inbox, a standing", inbox_of_standing, must="</html>", longer=4),
    ResidencyCase("inbox-words", "inbox, words", inbox_of_words, must="</html>", longer=4),
    ResidencyCase("portal", "university's declarations", portal, must="</html>", longer=4),
    ResidencyCase("portal-residents", "university's residents", portal_residents, must="</html>", longer=4),
    ResidencyCase("resident", "known resident, sent again", residents, bare_residents),
    ResidencyCase("resident-new", "new resident", new_residents, bare_new_residents),
    ResidencyCase("declare", "declaration, changed", declares, bare_declares),
    ResidencyCase("declare-new", "new declaration", new_declares, bare_new_declares),
)


def sides(case: ResidencyCase, place: Place) -> dict[str, list[str]]:
    """The requests of a case; a limit that is not written out is asked for the recorded statements by their number."""
    ours = case.ours(place)
    if case.limit is not None:
        return {"ours": ours, "limit": case.limit(place)}
    return {"ours": ours, "limit": [request("GET", f"/rows?{case.name}.{number}") for number in range(len(ours))]}
