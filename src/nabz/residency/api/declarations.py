"""Sections 4 and 5: declarations to promotion, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from nabz.kit import reader
from nabz.kit.http.call import pairs_of
from nabz.kit.json import encode
from nabz.residency.api.bodies import message
from nabz.residency.api.door import JSON, OK, Sent, simad
from nabz.residency.errors import Refused
from nabz.residency.model.rules import declaration_faults
from nabz.residency.service import declarations, results
from nabz.residency.wire.answers import Declared, FinalResult
from nabz.residency.wire.requests import DeclarationSent, ListAsked

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Filter


@simad.op(
    "POST",
    "/api2/DeclareResidentToUpgrades/AddOrUpdate",
    operation="DeclareResidentToUpgrades/AddOrUpdate",
    summary="Declare a resident to the promotion of a year, or change that",
    body=DeclarationSent,
    samples=("DeclareResidentToUpgrades_AddOrUpdate.proposed.request.json", "Residents_AddOrUpdate.error.json"),
)
async def declare(sent: Sent) -> None:
    """Declare a resident (4)."""
    draft, read = (await message(sent.call, DeclarationSent)).draft(await sent.call.bytes())
    if read.faults:
        raise Refused(*read.merged(declaration_faults(declarations.tidy(draft), sent.now)))
    await declarations.send(sent.db, draft, sent.caller, sent.now)


@simad.op(
    "GET",
    "/api2/DeclareResidentToUpgrades/GetDeclareResidents",
    operation="GetDeclareResidents",
    summary="The declared residents of a year, and whether they were accepted",
    query=ListAsked,
    answer=list[Declared],
    samples=("GetDeclareResidents.proposed.response.json",),
)
async def get_declared(sent: Sent) -> Response:
    """List the declarations of a year (5)."""
    written = await sent.db.read(_declared, *_asked(sent).wanted(sent.caller.university))
    return Response(written, OK, media_type=JSON)


def _declared(tx: Tx, year: int, wanted: Filter) -> bytes:
    """Find and write a list: where a reader works, even a long one keeps nobody waiting."""
    return encode([Declared.of(each) for each in declarations.search(tx, year, wanted, None)])


@simad.op(
    "GET",
    "/api2/ResidentUpgrades/GetFinalResults",
    operation="GetFinalResults",
    summary="The declared residents of a year, and the results of their examination",
    query=ListAsked,
    answer=list[FinalResult],
    samples=("GetFinalResults.proposed.response.json",),
)
async def get_results(sent: Sent) -> Response:
    """List the results of a year, from the hour of their publication on (5)."""
    written = await sent.db.read(_results, *_asked(sent).wanted(sent.caller.university), sent.now)
    return Response(written, OK, media_type=JSON)


def _results(tx: Tx, year: int, wanted: Filter, now: datetime) -> bytes:
    published = results.public(tx, year, now)
    found = declarations.search(tx, year, wanted, None)
    return encode([FinalResult.of(results.shown(each, published=published)) for each in found])


def _asked(sent: Sent) -> ListAsked:
    return reader.read_fields(pairs_of(sent.call.scope["query_string"]), ListAsked)
