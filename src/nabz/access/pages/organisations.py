"""Organisations: an operator's to make and to change, a manager's to look at."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access.errors import NameMissing, NationalIdTaken, NationalIdWrong
from nabz.access.model import ADMINISTRATORS, OPERATORS, Organisation, OrganisationKind, Person, Role
from nabz.access.pages import words
from nabz.access.service import organisations as service
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.kit.persian import TextTooLong
from nabz.web.forms import Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other


class Search(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str = ""


class OrganisationForm(msgspec.Struct, frozen=True):
    """An organisation as it is written down."""

    name: str = ""
    kind: OrganisationKind = OrganisationKind.CLINIC
    national_id: str = ""
    active: bool = False


DESCRIBING = Form(
    OrganisationForm,
    problems={
        NameMissing: "name",
        TextTooLong: "name",
        NationalIdWrong: "national_id",
        NationalIdTaken: "national_id",
    },
)


def routes() -> Pages:
    """A list, and one form for the new and the old."""
    pages = Pages("access")

    @pages.get("/organisations", summary="The organisations that one administers", roles=ADMINISTRATORS)
    async def show_organisations(call: Call) -> Response:
        asked = call.query(Search)
        found = await call.db.read(service.search, Person.of(call.me), asked.text[:100])
        return render(
            call,
            "access/organisations.html",
            form=Filled.of(asked),
            organisations=found,
            is_operator=Role.OPERATOR in Person.of(call.me).roles,
            words=words,
        )

    @pages.get("/organisations/new", summary="The form of a new organisation", roles=OPERATORS)
    async def show_add(call: Call) -> Response:
        return await _draw(call, None, Filled.of(OrganisationForm(active=True)))

    @pages.post("/organisations", summary="Register an organisation", roles=OPERATORS)
    async def add(call: Call) -> Response:
        try:
            form = await DESCRIBING.read(call)
            await call.db.write(service.add, Person.of(call.me), _organisation(form, new_id()), call.now)
        except Problem as problem:
            return await DESCRIBING.again(call, problem, lambda call, form: _draw(call, None, form))
        return see_other(call, "/organisations", said=("good", say(call, "سازمان ثبت شد.", "Registered.")))

    @pages.get("/organisations/{id}", summary="One organisation", roles=OPERATORS)
    async def show_organisation(call: Call) -> Response:
        found = await call.db.read(service.see, Person.of(call.me), call.path["id"])
        form = OrganisationForm(found.name, found.kind, found.national_id or "", found.active)
        return await _draw(call, found.id, Filled.of(form))

    @pages.post("/organisations/{id}", summary="Change or close an organisation", roles=OPERATORS)
    async def change(call: Call) -> Response:
        id_ = call.path["id"]
        try:
            form = await DESCRIBING.read(call)
            await call.db.write(service.change, Person.of(call.me), _organisation(form, id_), call.now)
        except Problem as problem:
            return await DESCRIBING.again(call, problem, lambda call, form: _draw(call, id_, form))
        return see_other(call, "/organisations", said=("good", say(call, "سازمان ثبت شد.", "Saved.")))

    return pages


async def _draw(call: Call, id_: str | None, form: Filled) -> Response:
    return render(call, "access/organisation.html", form=form, id=id_, words=words)


def _organisation(form: OrganisationForm, id_: str) -> Organisation:
    return Organisation(id_, form.name, form.kind, form.national_id.strip() or None, form.active)
