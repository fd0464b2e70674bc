"""What the insured ask to be put right: the inbox, one request with what it is about, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.errors import Problem
from nabz.prescriptions.errors.insurer import AnswerMissing, CorrectionAnswered
from nabz.prescriptions.model.corrections import LONGEST, CorrectionState, Look, Role
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import INSURER, Word, address, back, by_of, draw, refused
from nabz.prescriptions.service import corrections, deliveries, enrolment, looks, reading
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PATH: Final = "/insurer/corrections"
PAGE: Final = 30


class Sought(msgspec.Struct, frozen=True):
    """Which of them."""

    state: Word = ""
    after: Word = ""


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """The form of an answer."""

    state: CorrectionState = CorrectionState.OPEN
    answer: Annotated[str, msgspec.Meta(max_length=4 * LONGEST)] = ""


FORM: Final = Form(Answering, problems={AnswerMissing: "answer"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get(PATH, summary="Requests for correction", roles=INSURER)
    async def listed(call: Call) -> Response:
        sought = call.query(Sought)
        state = CorrectionState(sought.state) if sought.state in set(CorrectionState) else CorrectionState.OPEN
        rows = await db_of(call).read(corrections.listed, state, PAGE + 1, sought.after)
        more = address(PATH, state=state.value, after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
        return draw(call, "corrections.html", rows=rows[:PAGE], state=state, states=list(CorrectionState), more=more)

    @pages.get(f"{PATH}/{{id}}", summary="A request for correction", roles=INSURER)
    async def one(call: Call) -> Response:
        return await _draw(call, BLANK)

    @pages.post(f"{PATH}/{{id}}", summary="Answer a request for correction", roles=INSURER)
    async def answer(call: Call) -> Response:
        id_ = call.path["id"]
        try:
            form = await FORM.read(call)
            await db_of(call).write(corrections.answer, id_, form.state, form.answer, by_of(call), call.now)
        except CorrectionAnswered as problem:
            return refused(call, f"{PATH}/{id_}", problem)
        except Problem as problem:
            return await FORM.again(call, problem, _draw)
        return back(call, PATH, "پاسخ ثبت و به بیمار پیامک شد.", "The answer was written, and the patient is told.")

    return pages


async def _draw(call: Call, form: Filled) -> Response:
    # The insurer looks into a record here: the patient may read that.
    found = await db_of(call).write(_read, call.path["id"], by_of(call), call.now)
    return draw(call, "correction.html", UNPROCESSABLE if form.errors else 200, form=form, **found)


def _read(tx: Tx, id_: str, by: str, now: datetime) -> dict[str, Any]:
    found = corrections.one(tx, id_)
    about = reading.by_id(tx, found.prescription)
    given = deliveries.of_prescription(tx, found.prescription)
    looks.note(tx, Look(patient=found.patient, who=by, role=Role.INSURER), now)
    names = {each.centre: centre.name for each in given if (centre := enrolment.centre(tx, each.centre))}
    return {"one": found, "about": about, "given": given, "centres": names}
