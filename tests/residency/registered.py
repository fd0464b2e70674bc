"""Residents with declarations and results, put as universities and the ministry put them."""

from datetime import date, datetime, timedelta

from nabz.access.model import Organisation, OrganisationKind
from nabz.access.store import organisations
from nabz.kit.db import Tx
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.residency.model import (
    Acceptance,
    Caller,
    Declaration,
    DeclarationDraft,
    Pick,
    Resident,
    ResidentDraft,
    Year,
)
from nabz.residency.service import deciding, declarations, residents, results, years

UNIVERSITY, NAME = "uni-1", "دانشگاه علوم پزشکی آزمون"
YEAR = 1405
MINE, MOBILE = synthetic_national_code(601), "09120000601"
OTHERS = synthetic_national_code(602)


def caller(university: str = UNIVERSITY) -> Caller:
    """Somebody of a university, or of the ministry."""
    return Caller(university, "u1", new_id())


def furnish(tx: Tx, now: datetime) -> None:
    """The university."""
    organisations.add(tx, Organisation(UNIVERSITY, NAME, OrganisationKind.UNIVERSITY, None, active=True), now)


def registered(tx: Tx, /, now: datetime, student_number: str, national_code: str, **changed: object) -> Resident:
    """Register a resident of the first year."""
    values: dict[str, object] = {
        "student_number": student_number,
        "national_code": national_code,
        "course": "1710",
        "start_year": YEAR,
        "status": 1,
        "duration": 1,
        "start": date(2026, 9, 23),
        "end": None,
        "first_name": "مینا",
        "last_name": "آزمون",
        "father_name": "رضا",
        "is_irani": True,
        "birth": date(1995, 5, 5),
        "email": "mina@example.com",
        "mobile": MOBILE,
        "address": "تهران",
        "gender": 1,
    }
    return residents.put(tx, ResidentDraft(**{**values, **changed}), caller(), new_id(), now)  # type: ignore[arg-type]


def declared(tx: Tx, now: datetime, student_number: str) -> Declaration:
    """Declare him to promotion."""
    draft = DeclarationDraft(
        student_number=student_number,
        year=YEAR,
        code=2,
        type=1,
        reason=None,
        duration=1,
        log_book=True,
        clinical=5550,
        operation=5000,
        ethics=2800,
        start=date(2026, 9, 23),
        end=None,
        description="",
    )
    return declarations.put(tx, draft, caller(), now)


def decided(tx: Tx, now: datetime, one: Declaration, acceptance: Acceptance, note: str = "") -> None:
    """Let the ministry decide."""
    assert not deciding.decide(tx, [Pick(one.resident, one.year, one.version)], acceptance, note, caller(""), now)


def with_result(tx: Tx, now: datetime, one: Declaration, result: int) -> None:
    """Let the ministry enter the final result."""
    results.enter(tx, one.resident, one.year, result, "", caller(""), now)


def published(tx: Tx, now: datetime, at: datetime | None = None) -> None:
    """Set the hour at which the results of the year are seen."""
    known = years.get(tx, YEAR)
    years.put(tx, Year(year=YEAR, results_at=at or now - timedelta(hours=1), version=known.version), caller(""), now)
