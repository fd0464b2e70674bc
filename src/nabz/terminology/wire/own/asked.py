"""What our own API may be asked for, and the days from which somebody wants to know."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from nabz.kit import jalali, persian
from nabz.kit.reader import Natural
from nabz.terminology.errors import SinceWrong
from nabz.terminology.model import Kind

Rows = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Few = Annotated[int, msgspec.Meta(ge=1, le=50)]
MOST_RANKED: Final = 200
Ranked = Annotated[int, msgspec.Meta(ge=0, le=MOST_RANKED)]

_GREGORIAN: Final = re.compile(
    r"((?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[ +-][0-9]{2}:?[0-9]{2})?)?"
)


class WantedTerminologies(msgspec.Struct, frozen=True, kw_only=True):
    """Which terminologies are listed."""

    kind: Kind | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched for, and where."""

    q: str = ""
    terminology: str = ""
    version: str = ""
    limit: Few = 20
    offset: Ranked = 0


class WantedEvents(msgspec.Struct, frozen=True, kw_only=True):
    """From where the feed goes on."""

    after: Natural = 0
    limit: Rows = 100


class WantedCodes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of codes; an empty parent stands for the codes that have none."""

    version: str = ""
    after: str = ""
    limit: Rows = 100
    parent: str | None = None


class WantedCode(msgspec.Struct, frozen=True, kw_only=True):
    """One code; it stands in the query because codes hold slashes."""

    code: str
    version: str = ""


class WantedChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Since when; without `to` up to the version in force."""

    since: str
    to: str = ""
    after: str = ""
    limit: Rows = 200

    @property
    def at(self) -> datetime:
        """The instant that is meant. Raises SinceWrong."""
        return since_of(self.since)


class WantedDifferences(msgspec.Struct, frozen=True, kw_only=True):
    """Which two versions; without `to` the one in force."""

    from_: str = msgspec.field(name="from")
    to: str = ""
    after: str = ""
    limit: Rows = 200


class WantedTranslations(msgspec.Struct, frozen=True, kw_only=True):
    """A code, and the terminology that it is wanted in."""

    code: str
    target: str = ""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A code with the value that somebody believes it has."""

    code: str
    value: str | None = None
    version: str = ""


class WantedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """Which version; without a label the one in force."""

    version: str = ""


def since_of(text: str) -> datetime:
    """Read a day of Iran's calendar, or ISO 8601; what names no zone is Iran's time. Raises SinceWrong."""
    written = persian.ascii_digits(text).strip()
    found = _GREGORIAN.fullmatch(written)
    try:
        if found is None:
            return jalali.start_of(jalali.parse(written))
        day, clock, zone = found.groups()
        # A plus sign that was not escaped arrives as a blank.
        at = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or '').replace(' ', '+')}")
    except (ValueError, jalali.DateWrong):
        raise SinceWrong from None
    return (at if at.tzinfo else at.replace(tzinfo=jalali.TEHRAN)).astimezone(UTC)
