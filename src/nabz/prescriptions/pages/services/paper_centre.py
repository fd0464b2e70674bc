"""Paper prescriptions at a paraclinic centre: written down and accepted at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.ids import new_id
from nabz.prescriptions.errors import paraclinic as refusals
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.pages.services import paper_head
from nabz.prescriptions.pages.services import rows as paper_rows
from nabz.prescriptions.pages.services.frame import PARACLINIC, Place, back, draw, first_wrong, place_of, today, told
from nabz.prescriptions.service import paraclinic
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PATH: Final = "/services/paper/centre"
BESIDE: Final[dict[type[Problem], str]] = {
    wrong.PatientWrong: "code",
    wrong.DoctorUnknown: "doctor",
    wrong.DayWrong: "day",
    wrong.DayAhead: "day",
    refusals.RanOut: "day",
    refusals.TypeUnknown: "type",
    refusals.NotParaclinic: "type",
    refusals.NoLines: "drug_1",
    wrong.Duplicate: "drug_1",
}
FIELDS: Final = {"doctor_name": "doctor_name", "specialty": "specialty"}


def routes() -> Pages:
    """The form."""
    pages = Pages("prescriptions")

    @pages.get(PATH, summary="The form of a paper prescription at a paraclinic centre", roles=PARACLINIC)
    async def blank(call: Call) -> Response:
        place = await place_of(call, CentreKind.PARACLINIC)
        day = jalali.slashed(jalali.parse(today(call)))
        form = Filled({"key": new_id(), "day": day, "rows": paper_rows.FIRST_ROWS, "type": place.centre.types[0]})
        return _draw(call, place, form, [])

    @pages.post(PATH, summary="Accept a paper prescription", roles=PARACLINIC)
    async def accept(call: Call) -> Response:
        place = await place_of(call, CentreKind.PARACLINIC)
        sent = dict(pairs_of(await call.bytes()))
        type_ = sent.get("type", "") if sent.get("type", "") in place.centre.types else place.centre.types[0]
        rows = await paper_rows.read(call, place.db, sent, (type_,), today(call))
        form = Filled({**sent, "rows": paper_rows.count_of(sent)})
        errors = {} if sent.get("more") else paper_rows.mistakes(call, rows)
        if sent.get("more") or errors:
            return _draw(call, place, Filled(form.values, errors), rows)
        ward = paraclinic.Ward.of(call.deps, place.db)
        try:
            key = sent.get("key", "")[:64] or None
            done = await paraclinic.accept_paper(ward, _paper(place, sent, type_, rows), place.caller, call.now, key)
        except Problem as problem:
            errors = _mistaken(call, problem, rows)
            return _draw(call, place, Filled(form.values, errors), rows)
        if done.delivery is None:
            raise TypeError("an acceptance made no delivery")
        return back(call, f"/services/delivery/{done.delivery.id}", "پذیرش ثبت شد.", "The acceptance was registered.")

    return pages


def _paper(place: Place, sent: dict[str, str], type_: str, rows: list[paper_rows.Row]) -> paraclinic.Paper:
    return paraclinic.Paper(
        centre=place.id,
        patient=sent.get("code", ""),
        doctor=sent.get("doctor", ""),
        doctor_name=sent.get("doctor_name", ""),
        specialty=sent.get("specialty", ""),
        type=type_,
        day=sent.get("day", ""),
        mobile=sent.get("mobile", ""),
        serial=sent.get("serial", ""),
        lines=tuple(paraclinic.PaperLine(row.found.code, row.quantity or 0) for row in rows if row.found),
    )


def _mistaken(call: Call, problem: Problem, rows: list[paper_rows.Row]) -> dict[str, str]:
    """Tell what is wrong, each beside its field. Raises the problem if typing does not mend it."""
    if isinstance(problem, refusals.SeveralRefused):
        return {name: text for each in problem.problems for name, text in _mistaken(call, each, rows).items()}
    service = problem.facts.get("service")
    for row in rows:
        if service and row.found is not None and row.found.code == service:
            return {f"quantity_{row.number}": told(call, problem)}
    if isinstance(problem, refusals.FieldMissing):
        return {FIELDS.get(str(problem.facts.get("field", "")), "doctor_name"): told(call, problem)}
    for kind, name in BESIDE.items():
        if isinstance(problem, kind):
            return {name: told(call, problem)}
    raise problem


def _draw(call: Call, place: Place, form: Filled, rows: list[paper_rows.Row]) -> Response:
    return draw(
        call,
        place,
        "paper_centre.html",
        UNPROCESSABLE if form.errors else 200,
        form=form,
        path=PATH,
        focus=first_wrong(form, ("code", "doctor", "doctor_name", "day", *paper_head.FIELDS)),
        rows={row.number: row for row in rows},
        count=int(form.value("rows") or paper_rows.FIRST_ROWS),
    )
