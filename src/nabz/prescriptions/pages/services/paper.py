"""Paper prescriptions at a pharmacy: of the insured, without insurance, of hospitals, approved ones, over the net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nabz.kit import jalali
from nabz.kit.errors import NotFound, Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.ids import new_id
from nabz.kit.persian import persian_digits
from nabz.prescriptions.errors import dispensing as wrong
from nabz.prescriptions.errors.reading import KeyReused
from nabz.prescriptions.errors.writing import Duplicate, PatientWrong
from nabz.prescriptions.model import ANONYMOUS, CentreKind, Prescription, Source, State
from nabz.prescriptions.model.dispensing import PaperDraft, PaperLine
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.services import paper_head
from nabz.prescriptions.pages.services import rows as paper_rows
from nabz.prescriptions.pages.services.frame import (
    PHARMACY,
    Place,
    Served,
    address,
    back,
    draw,
    first_wrong,
    place_of,
    refused,
    seal,
    today,
    told,
)
from nabz.prescriptions.pages.services.menu import menu_of
from nabz.prescriptions.service.dispensing import paper
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

INTERNET: Final = "/services/internet"
LONGEST_NOTE: Final = 200
DRUG: Final = "01"
BESIDE: Final[dict[type[Problem], str]] = {
    PatientWrong: "code",
    wrong.PaperDayWrong: "day",
    wrong.PrescriptionExpired: "day",
    wrong.PaperDoctorWrong: "doctor",
    wrong.NothingWanted: "drug_1",
    Duplicate: "drug_1",
    KeyReused: "drug_1",
}


class Way(NamedTuple):
    """One of the ways that a paper prescription is confirmed by."""

    source: Source
    path: str
    note_fa: str = ""
    note_en: str = ""
    """What the free field of this way is called; empty: it has none."""

    free: bool = False


WAYS: Final[dict[str, Way]] = {
    "insured": Way(Source.PAPER, "/services/paper/insured"),
    "free": Way(Source.PAPER, "/services/paper/free", free=True),
    "hospital": Way(Source.HOSPITAL, "/services/paper/hospital", "بخش و شمارهٔ پرونده", "Ward and file number"),
    "documents": Way(Source.PAPER, "/services/paper/documents", "شمارهٔ تأیید اسناد", "Number of the approval"),
    "internet": Way(Source.INTERNET, INTERNET),
}
THERE: Final = (
    "نسخهٔ دیگری با همین بیمار، پزشک، روز و داروها ثبت شده است (کد رهگیری {})؛ تعداد داروها در آن فرق دارد.",
    "Another one of this patient, physician, day and drugs stands (tracking code {}); its counts differ.",
)
LABELS: Final = {"hospital": "پرونده: ", "documents": "تأیید اسناد: "}


def routes() -> Pages:
    """The forms of paper, and what was accepted over the net."""
    pages = Pages("prescriptions")

    @pages.get("/services/paper/{way}", summary="The form of a paper prescription", roles=PHARMACY)
    async def blank(call: Call) -> Response:
        return await _blank(call, _way(call))

    @pages.post("/services/paper/{way}", summary="Confirm a paper prescription", roles=PHARMACY)
    async def confirm(call: Call) -> Response:
        return await _accept(call, _way(call))

    @pages.get(INTERNET, summary="The form of an internet acceptance", roles=PHARMACY)
    async def blank_internet(call: Call) -> Response:
        return await _blank(call, "internet")

    @pages.post(INTERNET, summary="Accept a paper prescription over the net", roles=PHARMACY)
    async def accept_internet(call: Call) -> Response:
        return await _accept(call, "internet")

    @pages.get(f"{INTERNET}/delete", summary="Internet acceptances that can be deleted", roles=PHARMACY)
    async def deletable(call: Call) -> Response:
        place = await place_of(call, CentreKind.PHARMACY)
        found = await place.db.read(paper.accepted, place.id)
        rows = [one for one in found if one.source is Source.INTERNET and one.state is State.OPEN]
        return draw(call, place, "internet_delete.html", rows=rows)

    @pages.post(f"{INTERNET}/{{id}}/delete", summary="Delete an internet acceptance", roles=PHARMACY)
    async def withdraw(call: Call) -> Response:
        place = await place_of(call, CentreKind.PHARMACY)
        at = Dispensary.of(call.deps, place.db)
        path = f"{INTERNET}/delete"
        try:
            await paper.withdraw(at, place.id, number_of(call.path["id"]), place.caller, call.now)
        except (wrong.NotAcceptedHere, wrong.AlreadyDelivered) as problem:
            return refused(call, path, problem)
        return back(call, path, "پذیرش اینترنتی حذف شد.", "The internet acceptance was deleted.")

    @pages.get(f"{INTERNET}/{{id}}/deliver", summary="Deliver what was accepted over the net", roles=PHARMACY)
    async def deliver(call: Call) -> Response:
        place = await place_of(call, CentreKind.PHARMACY)
        found = await place.db.read(paper.accepted, place.id)
        one = next((each for each in found if each.id == number_of(call.path["id"])), None)
        if one is None:
            raise NotFound
        return see_other(call, _deliver_path(call, one))

    return pages


def _way(call: Call) -> str:
    way = call.path["way"]
    if way not in WAYS or way == "internet":
        raise NotFound
    return way


async def _blank(call: Call, way: str) -> Response:
    place = await place_of(call, CentreKind.PHARMACY)
    form = Filled({"key": new_id(), "day": _slashed(today(call)), "rows": paper_rows.FIRST_ROWS})
    return await _draw(call, place, way, form, [])


async def _accept(call: Call, way: str) -> Response:
    place = await place_of(call, CentreKind.PHARMACY)
    sent = dict(pairs_of(await call.bytes()))
    rows = await paper_rows.read(call, place.db, sent, (DRUG,), today(call))
    form = Filled({**sent, "rows": paper_rows.count_of(sent)})
    if sent.get("more"):
        return await _draw(call, place, way, form, rows)
    draft = _draft(place, way, sent, rows)
    confirmed, free = sent.get("doctor_confirmed", ""), WAYS[way].free
    errors = await paper_head.mistakes(call, place.db, draft, confirmed, free=free)
    errors |= _missing(call, way, sent) | paper_rows.mistakes(call, rows)
    if errors:
        return await _draw(call, place, way, Filled(form.values, errors), rows)
    try:
        at = Dispensary.of(call.deps, place.db)
        one = await paper.accept(at, draft, place.caller, call.now, sent.get("key", "")[:64])
    except Problem as problem:
        names = {row.found.code: row.found.name for row in rows if row.found}
        text = say(call, *THERE).format(_spelt(call, problem)) if isinstance(problem, Duplicate) else None
        errors = {_beside(problem, rows): text or told(call, problem, names)}
        return await _draw(call, place, way, Filled(form.values, errors), rows)
    if way == "internet":
        fa, en = "پذیرش اینترنتی ثبت شد.", "The acceptance was registered."
        return back(call, INTERNET, fa, en)
    if one.created_at != call.now:
        fa, en = "این نسخه پیش‌تر ثبت شده بود؛ همان باز شد.", "It was written down before: here it is."
        return back(call, _deliver_path(call, one), fa, en, "info")
    return back(call, _deliver_path(call, one), "نسخه ثبت شد؛ اکنون آن را تحویل دهید.", "Written down: now deliver it.")


def _draft(place: Place, way: str, sent: dict[str, str], rows: list[paper_rows.Row]) -> PaperDraft:
    note = sent.get("note", "").strip()[:LONGEST_NOTE]
    return PaperDraft(
        centre=place.id,
        patient=sent.get("code", "").strip() or (ANONYMOUS if WAYS[way].free else ""),
        doctor=sent.get("doctor", ""),
        day=sent.get("day", ""),
        lines=tuple(
            PaperLine(code=row.found.code, quantity=row.quantity or 0, dose=row.dose) for row in rows if row.found
        ),
        mobile=sent.get("mobile", ""),
        source=WAYS[way].source,
        comments=f"{LABELS[way]}{note}" if note else "",
        free=WAYS[way].free,
    )


def _missing(call: Call, way: str, sent: dict[str, str]) -> dict[str, str]:
    """Tell which fields are empty that must not be."""
    missing: dict[str, str] = {}
    if WAYS[way].note_fa and not sent.get("note", "").strip():
        fa, en = WAYS[way].note_fa, WAYS[way].note_en.lower()
        missing["note"] = say(call, f"«{fa}» را بنویسید.", f"Write the {en}.")
    return missing


def _beside(problem: Problem, rows: list[paper_rows.Row]) -> str:
    """Find the field that a problem stands beside. Raises it if typing does not mend it."""
    drug = problem.facts.get("drug")
    for row in rows:
        if drug and row.found is not None and row.found.code == drug:
            return f"{'quantity' if isinstance(problem, wrong.MoreThanAllowed) else 'drug'}_{row.number}"
    for kind, name in BESIDE.items():
        if isinstance(problem, kind):
            return name
    raise problem


def _spelt(call: Call, problem: Duplicate) -> str:
    tracking = problem.facts["tracking"]
    return say(call, persian_digits(tracking), str(tracking))


def _deliver_path(call: Call, one: Prescription) -> str:
    served = Served(one.patient, call.me.user_id, prescription=one.id if one.patient == ANONYMOUS else 0)
    return address(f"/services/deliver/{one.id}", p=seal(call, served))


async def _draw(call: Call, place: Place, way: str, form: Filled, rows: list[paper_rows.Row]) -> Response:
    accepted = await place.db.read(paper.accepted, place.id) if way == "internet" else []
    path = WAYS[way].path
    entry = next(each for each in menu_of(place.centre.kind) if each.path == path)
    values: dict[str, Any] = {
        "way_of": WAYS[way],
        "entry": entry,
        "rows": {row.number: row for row in rows},
        "doctor_found": await paper_head.doctor_of(place.db, form.value("doctor")) if form.value("doctor") else None,
        "focus": first_wrong(form, paper_head.FIELDS),
        "count": int(form.value("rows") or paper_rows.FIRST_ROWS),
        "accepted": [
            one for one in accepted if one.source is Source.INTERNET and one.state in {State.OPEN, State.PART}
        ],
    }
    return draw(call, place, "paper.html", UNPROCESSABLE if form.errors else 200, form=form, **values)


def _slashed(day: str) -> str:
    return jalali.slashed(jalali.parse(day))
