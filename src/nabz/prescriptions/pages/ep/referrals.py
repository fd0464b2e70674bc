"""The cartable of referrals: those that were sent to this physician, by patient and code, and those that he sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import referring as rules
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.view import day_of
from nabz.prescriptions.pages.ep.words import QUESTIONS, EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS, writer_of
from nabz.prescriptions.pages.frame import db_of, doctor_of, draw
from nabz.prescriptions.service import entitlement, referring
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Doctor


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose referral, and which."""

    patient: Annotated[str, msgspec.Meta(max_length=40)] = ""
    tracking: Annotated[str, msgspec.Meta(max_length=20)] = ""


def routes() -> Pages:
    """The cartable, and one referral."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/referrals", summary="The cartable of referrals", roles=WRITERS)
    async def cartable(call: Call) -> Response:
        return await _cartable(call, await doctor_of(call), call.query(Asked))

    @pages.get("/ep/referrals/{id}", summary="What was written under a referral", roles=WRITERS)
    async def one(call: Call) -> Response:
        doctor = await doctor_of(call)
        caller = writer_of(call, doctor)
        answered = await db_of(call).read(referring.under_referral, number_of(call.path["id"]), caller)
        say = EpWords(call)
        return draw(
            call,
            "ep/referral_one.html",
            say=say,
            parent=answered.parent,
            children=answered.children,
            mine=answered.parent.doctor == doctor.id,
            questions={number: say.text(fa, en) for number, fa, en in QUESTIONS},
        )

    return pages


async def _cartable(call: Call, doctor: Doctor, asked: Asked) -> Response:
    say = EpWords(call)
    errors: dict[str, str] = {}
    key = ""
    if asked.patient.strip():
        try:
            key = entitlement.person_key(asked.patient)
        except Problem as problem:
            errors["patient"] = say.problem(problem)
    elif asked.tracking.strip():
        errors["patient"] = say.text("کد ملی بیمار را هم بنویسید.", "Write the patient's national code too.")
    tracking = ascii_digits(asked.tracking).strip()
    found = await db_of(call).read(_found, doctor, key, tracking, day_of(call), call.now)
    if found["missing"]:
        text = "برای شما ارجاعی با این کد رهگیری پیدا نشد.", "No referral for you has this tracking code."
        errors["tracking"] = say.text(*text)
    return draw(
        call,
        "ep/referrals.html",
        say=say,
        form=Filled({"patient": asked.patient, "tracking": asked.tracking}, errors),
        asked=bool(key),
        left=rules.left,
        doctor=doctor,
        **found,
    )


def _found(tx: Tx, doctor: Doctor, patient: str, tracking: str, day: str, now: datetime) -> dict[str, Any]:
    """Read what was sent to a physician, and what he sent of late."""
    mine = referring.lately(tx, doctor, now)
    if not patient:
        return {"addressed": [], "mine": mine, "missing": False}
    if not tracking:
        return {"addressed": referring.open_for(tx, patient, doctor, day), "mine": mine, "missing": False}
    try:
        addressed = list(referring.cartable(tx, doctor, patient, number_of(tracking), day).referrals)
    except NotThere:
        addressed = []
    return {"addressed": addressed, "mine": mine, "missing": not addressed}
