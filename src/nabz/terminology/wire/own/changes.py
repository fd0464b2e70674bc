"""Changes: what versions did to codes, and the feed of what was published."""

from __future__ import annotations

from datetime import datetime

import msgspec

from nabz.terminology.model import Change, Changed, Event, Moment
from nabz.terminology.wire.own.codes import ShownConcept, TranslatedCode, shown
from nabz.terminology.wire.own.shapes import Shape, address, day


class CodeMoment(Shape, frozen=True, kw_only=True):
    """What a version did to a code."""

    version: str
    published_at: datetime | None
    published_day: str | None
    change: Change
    concept: ShownConcept | None
    successor: str | None

    @classmethod
    def of(cls, moment: Moment) -> CodeMoment:
        """Show a moment of a code's history."""
        return cls(
            version=moment.version.label,
            published_at=moment.version.published_at,
            published_day=day(moment.version.published_at),
            change=moment.change,
            concept=shown(moment.concept),
            successor=moment.successor,
        )


class CodeFacts(Shape, frozen=True, kw_only=True):
    """All that is known of a code; `concept` is null where the version does not hold it (any more)."""

    terminology: str
    version: str
    code: str
    concept: ShownConcept | None
    targets: list[ShownConcept]
    """In a map, all entries of the code."""

    successor: str | None
    history: list[CodeMoment]
    translations: list[TranslatedCode]


class CodeChange(Shape, frozen=True, kw_only=True):
    """One code that two versions differ in."""

    code: str
    target: str | None
    change: Change
    before: ShownConcept | None
    after: ShownConcept | None
    successor: str | None

    @classmethod
    def of(cls, changed: Changed) -> CodeChange:
        """Show a difference."""
        return cls(
            code=changed.code,
            target=changed.target or None,
            change=changed.change,
            before=shown(changed.before),
            after=shown(changed.after),
            successor=changed.successor,
        )


class Differences(Shape, frozen=True, kw_only=True):
    """What a later version says otherwise than an earlier one; `from` is null before the first version."""

    terminology: str
    since: datetime | None = None
    from_: str | None = msgspec.field(name="from")
    to: str
    changes: list[CodeChange]
    next: str | None


class FeedEvent(Shape, frozen=True, kw_only=True):
    """Something that was published or withdrawn, and where to read it."""

    event: int
    what: str
    at: datetime
    day: str | None
    terminology: str | None
    version: str | None
    letter: str | None
    url: str

    @classmethod
    def of(cls, event: Event) -> FeedEvent:
        """Show an event."""
        where = ("letters", event.letter) if event.letter else (event.terminology or "",)
        return cls(
            event=event.event,
            what=event.what,
            at=event.at,
            day=day(event.at),
            terminology=event.terminology,
            version=event.version,
            letter=event.letter,
            url=address(*where),
        )


class ChangeFeed(Shape, frozen=True, kw_only=True):
    """Events in their order; `next` is where to go on, also when nothing has happened yet."""

    newest: int
    events: list[FeedEvent]
    next: str
