"""Terminologies and their versions."""

from __future__ import annotations

from datetime import datetime

from nabz.terminology.model import Kind, State, Terminology, Version
from nabz.terminology.wire.own.shapes import Shape, day


class ListedTerminology(Shape, frozen=True, kw_only=True):
    """A terminology, or a map between two, with its version in force."""

    id: str
    kind: Kind
    title_fa: str
    title_en: str
    origin_fa: str
    made_up: str
    source: str | None
    target: str | None
    version: str | None
    version_date: datetime | None
    version_day: str | None
    size: int

    @classmethod
    def of(cls, terminology: Terminology, in_force: Version | None) -> ListedTerminology:
        """Show a terminology beside its version in force."""
        published = in_force.published_at if in_force else None
        return cls(
            id=terminology.id,
            kind=terminology.kind,
            title_fa=terminology.title_fa,
            title_en=terminology.title_en,
            origin_fa=terminology.source_fa,
            made_up=terminology.made_up,
            source=terminology.source,
            target=terminology.target,
            version=in_force.label if in_force else None,
            version_date=published,
            version_day=day(published),
            size=terminology.size,
        )


class PublishedVersion(Shape, frozen=True, kw_only=True):
    """A version that was published, perhaps withdrawn since."""

    version: str
    version_id: int
    state: State
    current: bool
    published_at: datetime | None
    published_day: str | None
    withdrawn_at: datetime | None
    note: str
    size: int
    added: int
    changed: int
    retired: int

    @classmethod
    def of(cls, version: Version, last: int) -> PublishedVersion:
        """Show a version; `last` is the step in force."""
        return cls(
            version=version.label,
            version_id=version.version_id,
            state=version.state,
            current=version.step == last,
            published_at=version.published_at,
            published_day=day(version.published_at),
            withdrawn_at=version.withdrawn_at,
            note=version.note,
            size=version.size,
            added=version.added,
            changed=version.changed,
            retired=version.retired,
        )


class MapEnds(Shape, frozen=True, kw_only=True):
    """A map by its two ends."""

    id: str
    source: str | None
    target: str | None


class OneTerminology(ListedTerminology, frozen=True, kw_only=True):
    """A terminology with all its versions, newest first, and the maps that touch it."""

    maps: list[MapEnds]
    versions: list[PublishedVersion]

    @classmethod
    def whole(cls, terminology: Terminology, versions: list[Version], maps: list[Terminology]) -> OneTerminology:
        """Show all of it."""
        in_force = next((version for version in versions if version.step == terminology.last), None)
        listed = ListedTerminology.of(terminology, in_force)
        return cls(
            **{name: getattr(listed, name) for name in listed.__struct_fields__},
            maps=[MapEnds(id=each.id, source=each.source, target=each.target) for each in maps],
            versions=[PublishedVersion.of(version, terminology.last) for version in versions],
        )
