"""What comes of an acceptance: results drafted and released, a diagnosis, sessions of physiotherapy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import Response

from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.persian import persian_digits
from nabz.kit.reader import BodyTooLarge
from nabz.prescriptions.errors.results import ResultUnknown
from nabz.prescriptions.model import CentreKind, Delivery, DeliveryState
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.model.results import MOST_FILE, FileSent, Numeric, Result, Sent
from nabz.prescriptions.pages.services.frame import PARACLINIC, Place, back, draw, place_of, refused, told
from nabz.prescriptions.pages.services.lists import Filter, Span, start_of
from nabz.prescriptions.pages.services.receipts import PHYSIO, own
from nabz.prescriptions.service import paraclinic, reading, reports, results
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

LIST: Final = "/services/results"
ONE: Final = "/services/results/{id}"
NUMBERS: Final = 8
MOST_FILES: Final = 4
MOST: Final = MOST_FILES * MOST_FILE + 200_000
LONGEST_CELL: Final = 200
CELL_NAMES: Final = {
    "name": ("آزمایش", "Analyte"),
    "value": ("مقدار", "Value"),
    "unit": ("واحد", "Unit"),
    "low": ("کمینه", "Low"),
    "high": ("بیشینه", "High"),
}
CELLS: Final = tuple(CELL_NAMES)


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get(LIST, summary="Acceptances that wait for results or sessions", roles=PARACLINIC)
    async def listed(call: Call) -> Response:
        place = await place_of(call, CentreKind.PARACLINIC)
        asked = call.query(Filter)
        span = Span(call, asked)
        wanted = reports.Wanted(span.first, span.last, DeliveryState.REGISTERED, DeliveryState.SENT)
        found = await place.db.read(_listed, place, wanted, start_of(asked.after))
        return draw(call, place, "results.html", **found)

    @pages.get(ONE, summary="The results, diagnosis and sessions of an acceptance", roles=PARACLINIC)
    async def show(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post(f"{ONE}/draft", summary="Keep a draft of a result", roles=PARACLINIC, before=None)
    async def draft(call: Call) -> Response:
        try:
            with await upload(call, MOST, MOST_FILES, check_origin) as sent:
                files = tuple(FileSent(one.name or "result", one.file.read()) for one in sent.files)
        except (BodyTooLarge, UploadBroken, TooManyFiles) as problem:
            return await _draw(call, Filled({}, {"files": told(call, problem)}))
        fields = dict(pairs_of(await call.bytes()))
        try:
            await _keep(call, _sent(fields, files), fields)
        except Problem as problem:
            return await _draw(call, Filled(fields, {_beside(problem): _wrong(call, problem)}))
        return back(
            call, _path(call), "پیش‌نویس نگه داشته شد؛ آن را ببینید و منتشر کنید.", "Kept: look at it, and release it."
        )

    @pages.post(f"{ONE}/release", summary="Release a result", roles=PARACLINIC)
    async def release(call: Call) -> Response:
        fa, en = "جواب منتشر شد؛ بیمار و پزشک آن را می‌بینند.", "Released: the patient and the physician see it."
        return await _deed(call, results.release, fa, en)

    @pages.post(f"{ONE}/drop", summary="Throw a draft away", roles=PARACLINIC)
    async def drop(call: Call) -> Response:
        return await _deed(call, results.drop, "پیش‌نویس دور انداخته شد.", "The draft was thrown away.")

    @pages.get(f"{ONE}/file/{{result}}/{{number}}", summary="A file of a result", roles=PARACLINIC)
    async def file(call: Call) -> Response:
        place = await place_of(call, CentreKind.PARACLINIC)
        reader = results.Reader(by=place.caller.by, centre=place.id)
        found = await results.read_file(place.db, call.path["result"], number_of(call.path["number"]), reader, call.now)
        answer = Response(found.content, media_type=found.type)
        answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
        answer.headers["cache-control"] = "no-store"
        answer.headers["x-content-type-options"] = "nosniff"
        return answer

    _add_findings(pages)
    return pages


def _add_findings(pages: Pages) -> None:
    """What a centre finds beside results: its physician's diagnosis, and sessions that were held."""

    @pages.post(f"{ONE}/diagnose", summary="Write a diagnosis down", roles=PARACLINIC)
    async def diagnose(call: Call) -> Response:
        place, id_ = await place_of(call, CentreKind.PARACLINIC), number_of(call.path["id"])
        fields = dict(pairs_of(await call.bytes()))
        found = rules.Diagnosis(
            codes=tuple(fields.get("codes", "").replace("،", " ").replace(",", " ").upper().split()),
            comment=fields.get("comment", "").strip(),
            normal=bool(fields.get("normal")),
            signer=fields.get("signer", ""),
        )
        try:
            await paraclinic.diagnose(place.db, place.id, id_, found, place.caller, call.now)
        except Problem as problem:
            return await _draw(call, Filled(fields, {"codes": told(call, problem)}))
        return back(call, _path(call), "تشخیص ثبت شد.", "The diagnosis was written down.")

    @pages.post(f"{ONE}/session", summary="Note that a session of physiotherapy was held", roles=PARACLINIC)
    async def session(call: Call) -> Response:
        place, id_ = await place_of(call, CentreKind.PARACLINIC), number_of(call.path["id"])
        try:
            await paraclinic.hold_session(place.db, place.id, id_, (), place.caller, call.now)
        except Problem as problem:
            return refused(call, _path(call), problem)
        return back(call, _path(call), "جلسهٔ امروز ثبت شد.", "Today's session was noted.")


def _path(call: Call) -> str:
    return f"{LIST}/{number_of(call.path['id'])}"


async def _keep(call: Call, sent: Sent, fields: dict[str, str]) -> Result:
    place, id_ = await place_of(call, CentreKind.PARACLINIC), number_of(call.path["id"])
    if fields.get("corrects"):
        reason = fields.get("reason", "")
        return await results.correct(place.db, place.id, fields["corrects"], sent, reason, place.caller, call.now)
    return await results.draft(place.db, place.id, id_, sent, place.caller, call.now)


async def _deed(call: Call, use_case: Any, fa: str, en: str) -> Response:  # noqa: ANN401 - release or drop
    place = await place_of(call, CentreKind.PARACLINIC)
    fields = dict(pairs_of(await call.bytes()))
    mine = await place.db.read(_results, place, number_of(call.path["id"]))
    if fields.get("result", "") not in {each.id for each in mine}:
        raise ResultUnknown
    try:
        await use_case(place.db, place.id, fields["result"], place.caller, call.now)
    except Problem as problem:
        return refused(call, _path(call), problem)
    return back(call, _path(call), fa, en)


def _sent(fields: dict[str, str], files: tuple[FileSent, ...]) -> Sent:
    """Read what was typed; a row of numbers without a name and value is left out."""
    numbers = []
    for place in range(1, NUMBERS + 1):
        cells = {cell: fields.get(f"{cell}_{place}", "").strip()[:LONGEST_CELL] for cell in CELLS}
        if cells["name"] or cells["value"]:
            numbers.append(Numeric(**cells))
    return Sent(
        service=fields.get("service", ""),
        title=fields.get("title", ""),
        text=fields.get("text", ""),
        numbers=tuple(numbers),
        files=files,
    )


def _wrong(call: Call, problem: Problem) -> str:
    """Tell what is wrong with a cell by its column and row, not by the name of a member."""
    place, _, cell = str(problem.facts.get("field", "")).removeprefix("numbers[").partition("].")
    if cell not in CELL_NAMES:
        return told(call, problem)
    fa, en = CELL_NAMES[cell]
    row = int(place) + 1
    return say(call, f"«{fa}» در ردیف {persian_digits(row)} درست نیست.", f"{en} in row {row} is wrong.")


def _beside(problem: Problem) -> str:
    """Find the field that a problem stands beside."""
    field = str(problem.facts.get("field", ""))
    if field.startswith("numbers["):
        place, _, cell = field.removeprefix("numbers[").partition("].")
        return f"{cell}_{int(place) + 1}"
    if field in {"title", "text", "service"}:
        return field
    if "reason" in problem.code:
        return "reason"
    return "text" if problem.code.endswith("empty") else "files"


def _listed(tx: Tx, place: Place, wanted: reports.Wanted, start: tuple[str, int] | None) -> dict[str, Any]:
    page = reports.listed(tx, place.id, wanted, start)
    return {
        "page": page,
        "found": {one.id: results.of_delivery(tx, one.id) for one in page.rows},
        "names": {one.prescription: reading.by_id(tx, one.prescription).patient_name for one in page.rows},
        "physio": PHYSIO,
        "first": wanted.first,
        "last": wanted.last,
    }


def _results(tx: Tx, place: Place, id_: int) -> list[Result]:
    delivery = own(tx, place, id_)
    return results.of_delivery(tx, delivery.id)


def _read(tx: Tx, place: Place, id_: int) -> dict[str, Any]:
    delivery: Delivery = own(tx, place, id_)
    found = results.of_delivery(tx, delivery.id)
    return {"delivery": delivery, "one": reading.by_id(tx, delivery.prescription), "found": found}


async def _draw(call: Call, form: Filled) -> Response:
    place = await place_of(call, CentreKind.PARACLINIC)
    found = await place.db.read(_read, place, number_of(call.path["id"]))
    corrected = call.request.query_params.get("correct", "") or form.value("corrects")
    return draw(
        call,
        place,
        "result.html",
        UNPROCESSABLE if form.errors else 200,
        form=form,
        numbers=range(1, NUMBERS + 1),
        physio=PHYSIO,
        corrected=next((each for each in found["found"] if each.id == corrected), None),
        **found,
    )
