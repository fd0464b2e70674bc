"""Our own API of the terminologies, open to everybody: lists, codes, search, changes, maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.http import Routes
from nabz.kit.reader import ValueMissing
from nabz.terminology.api import codes, downloads, letters
from nabz.terminology.api.answers import lasts, named, told
from nabz.terminology.service import feed, mapping, reading, searching
from nabz.terminology.wire.own import asked as wanted
from nabz.terminology.wire.own.changes import ChangeFeed, FeedEvent
from nabz.terminology.wire.own.codes import Hit, Hits
from nabz.terminology.wire.own.shapes import ROOT, address
from nabz.terminology.wire.own.terminologies import ListedTerminology, OneTerminology

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Kind

SAMPLES: Final = "samples/nabz/terminology"
terminologies: Final = Routes("terminology")


def routes() -> Routes:
    """All of them; a name of our own goes before a terminology of the same name."""
    whole = Routes("terminology")
    for part in (letters.letters, terminologies, codes.codes, downloads.downloads):
        whole.endpoints += part.endpoints
    return whole


@terminologies.get(
    ROOT,
    summary="List the terminologies and maps, each with its version in force",
    query=wanted.WantedTerminologies,
    answer=list[ListedTerminology],
    samples=(f"{SAMPLES}/terminologies.json",),
)
async def list_terminologies(call: Call) -> Response:
    """Answer with all of them, or those of one kind."""
    return told(call, await call.db.read(_listed, call.query(wanted.WantedTerminologies).kind))


def _listed(tx: Tx, kind: Kind | None) -> list[ListedTerminology]:
    versions = reading.in_force(tx)
    return [ListedTerminology.of(one, versions[one.number]) for one in reading.all_(tx, kind) if one.last]


@terminologies.get(
    f"{ROOT}/search",
    summary="Search as you type over codes, Persian and Latin text",
    query=wanted.Looked,
    answer=Hits,
    samples=(f"{SAMPLES}/search.json",),
)
async def search_codes(call: Call) -> Response:
    """Answer with what was found, best first; nothing typed finds nothing."""
    asked = call.query(wanted.Looked)
    if lasts(asked.version) and not asked.terminology:
        raise ValueMissing(path="terminology")
    return told(call, await call.db.read(_found, asked), lasting=lasts(asked.version))


def _found(tx: Tx, asked: wanted.Looked) -> Hits:
    t = reading.one(tx, asked.terminology) if asked.terminology else None
    step = reading.version(tx, t, asked.version).step if t else None
    found = searching.search(tx, asked.q, t, step, asked.limit + 1, asked.offset)
    following = asked.offset + asked.limit
    again = {"q": asked.q, "terminology": asked.terminology or None, "version": asked.version or None}
    return Hits(
        hits=[Hit.found(one) for one in found[: asked.limit]],
        next=address("search", **again, limit=asked.limit, offset=following)
        if len(found) > asked.limit and following <= wanted.MOST_RANKED
        else None,
    )


@terminologies.get(
    f"{ROOT}/changes",
    summary="What was published or withdrawn, in its order: for those who keep copies",
    query=wanted.WantedEvents,
    answer=ChangeFeed,
    samples=(f"{SAMPLES}/changes.json",),
)
async def read_changes(call: Call) -> Response:
    """Answer with the events after one; the mark of the answer is the newest of all."""
    feed_ = await call.db.read(_events, call.query(wanted.WantedEvents))
    return told(call, feed_, mark=f"event-{feed_.newest}")


def _events(tx: Tx, asked: wanted.WantedEvents) -> ChangeFeed:
    found = feed.events(tx, asked.after, asked.limit)
    last = found[-1].event if found else asked.after
    return ChangeFeed(
        newest=feed.newest(tx),
        events=[FeedEvent.of(one) for one in found],
        next=address("changes", after=last, limit=asked.limit),
    )


@terminologies.get(
    f"{ROOT}/{{id}}",
    summary="Read a terminology with its versions, the withdrawn ones too",
    answer=OneTerminology,
    samples=(f"{SAMPLES}/terminology.json",),
)
async def read_terminology(call: Call) -> Response:
    """Answer with one terminology, its versions and its maps."""
    return told(call, await call.db.read(_whole, named(call, "id")))


def _whole(tx: Tx, id_: str) -> OneTerminology:
    t = reading.one(tx, id_)
    return OneTerminology.whole(t, reading.versions(tx, t, withdrawn=True), mapping.maps_of(tx, t))
