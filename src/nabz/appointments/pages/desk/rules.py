"""What a centre decides for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import RulesWrong
from nabz.appointments.model import FacilityRules
from nabz.appointments.pages.desk.frame import DESK, back, centre_of, draw
from nabz.appointments.service import rules
from nabz.kit.errors import Problem
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

_DIGITS: Final = ("تنها عدد بنویسید.", "Write a whole number.")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the rules."""

    reoffer: bool
    deposit: int
    refund_hours: int
    late_refund_percent: int
    reminder_hours: int


FORM: Final = Form(
    Told,
    dict.fromkeys(("deposit", "refund_hours", "late_refund_percent", "reminder_hours"), _DIGITS),
    {RulesWrong: "deposit"},
)


def routes() -> Pages:
    """The rules of a centre."""
    pages = Pages("appointments")

    @pages.get("/desk/rules", summary="The rules of a centre", roles=DESK)
    async def show(call: Call) -> Response:
        centre = await centre_of(call)
        told = await centre.db.read(rules.of, centre.id)
        return draw(
            call, centre, "rules.html", form=Filled({**msgspec.structs.asdict(told), "reoffer": int(told.reoffer)})
        )

    @pages.post("/desk/rules", summary="Change the rules of a centre", roles=DESK)
    async def put(call: Call) -> Response:
        centre = await centre_of(call)
        try:
            told = await FORM.read(call)
            new = FacilityRules(facility=centre.id, **msgspec.structs.asdict(told))
            await centre.db.write(rules.put, new, call.me.user_id, call.now)
        except Problem as problem:
            return await FORM.again(call, problem, _again)
        return back(call, "/desk/rules", ("good", "تنظیم‌ها ذخیره شد.", "The rules were saved."))

    return pages


async def _again(call: Call, form: Filled) -> Response:
    return draw(call, await centre_of(call), "rules.html", form=form)
