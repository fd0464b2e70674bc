"""Centres that are under contract: found, enrolled, changed, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.access.model import CONSOLE, OrganisationKind
from nabz.access.service import clients, organisations
from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.prescriptions.errors import insurer as wrong
from nabz.prescriptions.model import Centre, CentreKind
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.pages.insurer.frame import INSURER, Word, address, back, by_of, draw, kind_of, refused
from nabz.prescriptions.service import contracts, enrolment
from nabz.prescriptions.service.contracts import Whom
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

PATH: Final = "/insurer/centres"
PAGE: Final = 30
PARACLINIC_TYPES: Final = tuple(code for code in SERVICE_TYPES if code != "01")
HOUSES: Final = frozenset(
    {
        OrganisationKind.PHARMACY,
        OrganisationKind.LABORATORY,
        OrganisationKind.CLINIC,
        OrganisationKind.HOSPITAL,
        OrganisationKind.UNIVERSITY,
    }
)


class Sought(msgspec.Struct, frozen=True):
    """The search form of the list."""

    q: Word = ""
    kind: Word = ""
    province: Word = ""
    after: Word = ""


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a centre; its types are boxes of their own."""

    id: Word = ""
    kind: CentreKind = CentreKind.PHARMACY
    name: Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]
    province: Word = ""
    city: Word = ""
    address: Word = ""
    contract: Word = ""
    contract_until: Word = ""
    organisation: Word = ""
    owned: bool = False


class Switching(msgspec.Struct, frozen=True):
    """On or off, and why."""

    active: bool
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


FORM: Final = Form(
    Filling,
    {"name": ("نام مرکز را بنویسید.", "Write the name of the centre.")},
    {
        wrong.NumberWrong: "id",
        wrong.AlreadyEnrolled: "id",
        wrong.TypesWrong: "types",
        wrong.ContractEndWrong: "contract_until",
    },
)


def routes() -> Pages:
    """These pages."""
    pages = Pages("prescriptions")

    @pages.get(PATH, summary="Centres under contract", roles=INSURER)
    async def listed(call: Call) -> Response:
        sought = call.query(Sought)
        found = await db_of(call).read(_search, sought)
        words = {"q": sought.q, "kind": sought.kind, "province": sought.province}
        more = address(PATH, **words, after=found["rows"][PAGE - 1].id) if len(found["rows"]) > PAGE else ""
        found["rows"] = found["rows"][:PAGE]
        return draw(call, "centres.html", form=Filled(words), more=more, **found)

    @pages.get(f"{PATH}/new", summary="The form of a new centre", roles=INSURER)
    async def blank(call: Call) -> Response:
        return await _draw(call, Filled({"kind": CentreKind.PHARMACY.value, "types": ""}), None)

    @pages.post(f"{PATH}/new", summary="Enrol a centre", roles=INSURER)
    async def enrol(call: Call) -> Response:
        try:
            one = await db_of(call).write(contracts.enrol_centre, await _filled(call), by_of(call), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: _draw(call, form, None))
        return back(call, f"{PATH}/{one.id}", "مرکز ثبت شد.", "The centre was enrolled.")

    @pages.get(f"{PATH}/{{id}}", summary="A centre with its contract", roles=INSURER)
    async def one(call: Call) -> Response:
        centre = await _centre(call)
        return await _draw(call, Filled.of(centre), centre)

    @pages.post(f"{PATH}/{{id}}", summary="Change a centre", roles=INSURER)
    async def change(call: Call) -> Response:
        centre = await _centre(call)
        try:
            filled = msgspec.structs.replace(await _filled(call, centre.kind), id=centre.id)
            await db_of(call).write(contracts.change_centre, filled, by_of(call), call.now)
        except Problem as problem:
            return await FORM.again(call, problem, lambda call, form: _draw(call, form, centre))
        return back(call, f"{PATH}/{centre.id}", "مشخصات مرکز ذخیره شد.", "The centre was changed.")

    @pages.post(f"{PATH}/{{id}}/active", summary="Let a centre deliver, or no more", roles=INSURER)
    async def switch(call: Call) -> Response:
        centre, form = await _centre(call), await call.form(Switching)
        path = f"{PATH}/{centre.id}"
        try:
            await db_of(call).write(
                contracts.switch, Whom.CENTRE, centre.id, form.reason, by_of(call), call.now, active=form.active
            )
        except (wrong.WhyMissing, wrong.StandsSo) as problem:
            return refused(call, path, problem)
        if form.active:
            return back(call, path, "مرکز فعال شد.", "The centre may deliver.")
        return back(call, path, "مرکز غیرفعال شد و از همین لحظه تحویلی ندارد.", "The centre delivers no more.", "warn")

    return pages


def _search(tx: Tx, sought: Sought) -> dict[str, Any]:
    rows = enrolment.centres(tx, kind_of(sought.kind), sought.q, sought.province, PAGE + 1, sought.after)
    return {"rows": rows, "provinces": contracts.provinces(tx)}


async def _centre(call: Call) -> Centre:
    """Read the centre that an address names. Raises NotOnList."""
    found = await db_of(call).read(enrolment.centre, call.path["id"])
    if found is None:
        raise wrong.NotOnList
    return found


async def _filled(call: Call, kind: CentreKind | None = None) -> Centre:
    form = await FORM.read(call)
    return Centre(
        id=form.id,
        kind=kind or form.kind,
        name=form.name,
        types=await _types(call),
        province=form.province,
        city=form.city,
        address=form.address,
        organisation=form.organisation or None,
        contract=form.contract,
        contract_until=form.contract_until,
        owned=form.owned,
    )


async def _types(call: Call) -> tuple[str, ...]:
    sent = dict(pairs_of(await call.bytes()))
    return tuple(code for code in PARACLINIC_TYPES if sent.get(f"type_{code}"))


async def _draw(call: Call, form: Filled, centre: Centre | None) -> Response:
    sent = call.scope["method"] == "POST"
    chosen = await _types(call) if sent else (centre.types if centre else ())
    values = dict(form.values)
    until = values.get("contract_until")
    if not sent and until:
        values["contract_until"] = f"{str(until)[:4]}/{str(until)[4:6]}/{str(until)[6:]}"
    houses = [each for each in await call.db.read(organisations.search, CONSOLE) if each.kind in HOUSES]
    deeds = await db_of(call).read(contracts.history, Whom.CENTRE, centre.id) if centre else []
    names = await call.db.read(clients.names_of, sorted({deed.by for deed in deeds}))
    return draw(
        call,
        "centre.html",
        UNPROCESSABLE if form.errors else 200,
        form=Filled(values, form.errors),
        centre=centre,
        types=PARACLINIC_TYPES,
        chosen=chosen,
        houses=[(each.id, each.name) for each in houses],
        deeds=deeds,
        names=names,
    )
