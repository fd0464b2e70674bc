"""Organisations: an operator's to make and to change, a manager's to look at."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access.model import Organisation, OrganisationKind, Role
from nabz.access.pages import words
from nabz.access.pages.forms import again, me
from nabz.access.pages.users import ADMINISTRATORS
from nabz.access.service import organisations as service
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.ids import new_id
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other

OPERATORS = (Role.OPERATOR,)


class Search(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str = ""


class OrganisationForm(msgspec.Struct, frozen=True):
    """An organisation as it is written down."""

    name: str = ""
    kind: OrganisationKind = OrganisationKind.CLINIC
    national_id: str = ""
    active: bool = False


def routes() -> Pages:
    """A list, and one form for the new and the old."""
    pages = Pages("access")

    @pages.get("/organisations", summary="The organisations that one administers", query=Search, roles=ADMINISTRATORS)
    async def show_organisations(call: Call) -> Response:
        asked = call.query(Search)
        found = await call.db.read(service.search, me(call), asked.text[:100])
        return render(
            call,
            "access/organisations.html",
            asked=asked,
            organisations=found,
            is_operator=Role.OPERATOR in me(call).roles,
            words=words,
        )

    @pages.get("/organisations/new", summary="The form of a new organisation", roles=OPERATORS)
    async def show_add(call: Call) -> Response:
        form = OrganisationForm(active=True)
        return render(call, "access/organisation.html", form=form, id=None, words=words, errors={})

    @pages.post("/organisations", summary="Register an organisation", form=OrganisationForm, roles=OPERATORS)
    async def add(call: Call) -> Response:
        form = await call.form(OrganisationForm)
        try:
            await call.db.write(service.add, me(call), _organisation(form, new_id()), call.now)
        except Problem as problem:
            return again(call, "access/organisation.html", problem, form=form, id=None, words=words)
        return see_other(call, "/organisations", said=("good", say(call, "سازمان ثبت شد.", "Registered.")))

    @pages.get("/organisations/{id}", summary="One organisation", roles=OPERATORS)
    async def show_organisation(call: Call) -> Response:
        found = await call.db.read(service.see, me(call), call.path["id"])
        form = OrganisationForm(found.name, found.kind, found.national_id or "", found.active)
        return render(call, "access/organisation.html", form=form, id=found.id, words=words, errors={})

    @pages.post(
        "/organisations/{id}", summary="Change or close an organisation", form=OrganisationForm, roles=OPERATORS
    )
    async def change(call: Call) -> Response:
        form = await call.form(OrganisationForm)
        id_ = call.path["id"]
        try:
            await call.db.write(service.change, me(call), _organisation(form, id_), call.now)
        except Problem as problem:
            return again(call, "access/organisation.html", problem, form=form, id=id_, words=words)
        return see_other(call, "/organisations", said=("good", say(call, "سازمان ثبت شد.", "Saved.")))

    return pages


def _organisation(form: OrganisationForm, id_: str) -> Organisation:
    return Organisation(id_, form.name, form.kind, form.national_id.strip() or None, form.active)
