"""Physicians who may write: found, enrolled, changed, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.access.errors import UnknownUser
from nabz.access.model import Role
from nabz.access.service import clients, users
from nabz.kit.errors import Problem
from nabz.prescriptions.errors import insurer as wrong
from nabz.prescriptions.model import Doctor
from nabz.prescriptions.model.codes import SPECIALTIES
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.centres import Switching
from nabz.prescriptions.pages.insurer.frame import INSURER, Word, address, back, by_of, draw, refused
from nabz.prescriptions.service import contracts, enrolment
from nabz.prescriptions.service.contracts import Whom
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PATH: Final = "/insurer/physicians"
PAGE: Final = 30
Name = Annotated[str, msgspec.Meta(max_length=100, pattern=r"\S")]


class Sought(msgspec.Struct, frozen=True):
    """The search form of the list."""

    q: Word = ""
    after: Word = ""


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a physician."""

    id: Word = ""
    national_code: Word = ""
    first_name: Name
    last_name: Name
    mobile: Word = ""
    specialty: Word = ""
    contract: Word = ""
    siam: Word = ""
    username: Word = ""
    family: bool = False


FORM: Final = Form(
    Filling,
    {
        "first_name": ("نام را بنویسید.", "Write the first name."),
        "last_name": ("نام خانوادگی را بنویسید.", "Write the family name."),
    },
    {
        wrong.NumberWrong: "id",
        wrong.AlreadyEnrolled: "id",
        wrong.NationalCodeWrong: "national_code",
        wrong.PhoneWrong: "mobile",
        wrong.SpecialtyUnknown: "specialty",
        wrong.AccountTaken: "username",
        wrong.AccountUnknown: "username",
    },
)


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get(PATH, summary="Physicians under contract", roles=INSURER)
    async def listed(call: Call) -> Response:
        sought = call.query(Sought)
        rows = await db_of(call).read(enrolment.doctors, sought.q, PAGE + 1, sought.after)
        more = address(PATH, q=sought.q, after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
        return draw(call, "doctors.html", form=Filled.of(sought), rows=rows[:PAGE], more=more)

    @pages.get(f"{PATH}/new", summary="The form of a new physician", roles=INSURER)
    async def blank(call: Call) -> Response:
        return await _draw(call, Filled(), None)

    @pages.post(f"{PATH}/new", summary="Enrol a physician", roles=INSURER)
    async def enrol(call: Call) -> Response:
        try:
            filled = await _filled(call, None)
            one = await db_of(call).write(contracts.enrol_doctor, filled, by_of(call), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: _draw(call, form, None))
        return back(call, f"{PATH}/{one.id}", "پزشک ثبت شد.", "The physician was enrolled.")

    @pages.get(f"{PATH}/{{id}}", summary="A physician with his contract", roles=INSURER)
    async def one(call: Call) -> Response:
        doctor = await _doctor(call)
        return await _draw(call, Filled.of(doctor), doctor)

    @pages.post(f"{PATH}/{{id}}", summary="Change a physician", roles=INSURER)
    async def change(call: Call) -> Response:
        doctor = await _doctor(call)
        try:
            filled = await _filled(call, doctor)
            await db_of(call).write(contracts.change_doctor, filled, by_of(call), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: _draw(call, form, doctor))
        return back(call, f"{PATH}/{doctor.id}", "مشخصات پزشک ذخیره شد.", "The physician was changed.")

    @pages.post(f"{PATH}/{{id}}/active", summary="Let a physician write, or no more", roles=INSURER)
    async def switch(call: Call) -> Response:
        doctor, form = await _doctor(call), await call.form(Switching)
        path = f"{PATH}/{doctor.id}"
        try:
            await db_of(call).write(
                contracts.switch, Whom.DOCTOR, doctor.id, form.reason, by_of(call), call.now, active=form.active
            )
        except (wrong.WhyMissing, wrong.StandsSo) as problem:
            return refused(call, path, problem)
        if form.active:
            return back(call, path, "پزشک فعال شد.", "The physician may write.")
        fa = "پزشک غیرفعال شد؛ نسخه‌نویسی از این پس «پزشک فعال نشده است» پاسخ می‌گیرد."
        return back(call, path, fa, "The physician may not write any more.", "warn")

    return pages


async def _doctor(call: Call) -> Doctor:
    """Read the physician that an address names. Raises NotOnList."""
    found = await db_of(call).read(enrolment.doctor, call.path["id"])
    if found is None:
        raise wrong.NotOnList
    return found


async def _filled(call: Call, there: Doctor | None) -> Doctor:
    """Read the form; the account that a physician has stays if none is named. Raises AccountUnknown."""
    form = await FORM.read(call)
    user = there.user if there else None
    if form.username.strip():
        user = await _account(call, form.username.strip())
    return Doctor(
        id=there.id if there else form.id,
        national_code=there.national_code if there else form.national_code,
        mobile=form.mobile,
        first_name=form.first_name,
        last_name=form.last_name,
        specialty=form.specialty,
        specialty_title="",
        contract=form.contract,
        user=user,
        organisation=there.organisation if there else None,
        siam=form.siam,
        family=form.family,
    )


async def _account(call: Call, username: str) -> str:
    """Find the account of somebody who may prescribe. Raises AccountUnknown."""
    try:
        user = await call.db.read(users.active_with_role, username, (Role.PHYSICIAN,))
    except UnknownUser as problem:
        raise wrong.AccountUnknown from problem
    if user is None:
        raise wrong.AccountUnknown
    return user


async def _draw(call: Call, form: Filled, doctor: Doctor | None) -> Response:
    deeds = await db_of(call).read(contracts.history, Whom.DOCTOR, doctor.id) if doctor else []
    accounts = [doctor.user] if doctor and doctor.user else []
    names = await call.db.read(clients.names_of, sorted({*accounts, *(deed.by for deed in deeds)}))
    return draw(
        call,
        "doctor.html",
        UNPROCESSABLE if form.errors else 200,
        form=form,
        doctor=doctor,
        specialties=[(each.code, each.title) for each in SPECIALTIES.values()],
        deeds=deeds,
        names=names,
    )
