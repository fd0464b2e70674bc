"""How a version comes about: draft, review by a second person, publication; and how one is withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit
from nabz.terminology.errors import (
    BadId,
    MapEndMissing,
    NothingChanged,
    OnlyVersion,
    ParentMissing,
    SuccessorMissing,
    UnknownCode,
    UnknownDraft,
    UnknownVersion,
)
from nabz.terminology.model import Kind, State, Version, code_of, fits_second_person, good, good_id, good_label
from nabz.terminology.service import letters, reading
from nabz.terminology.store import entries, feed, steps, terminologies, versions

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.terminology.model import Concept, Terminology

REVISIONS_SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)


def drafts(tx: Tx) -> list[tuple[Terminology, Version]]:
    """List all versions in the making with their terminologies."""
    found = versions.all_open(tx)
    known = terminologies.by_numbers(tx, {version.number for version in found})
    return [(known[version.number], version) for version in found]


def draft(tx: Tx, t: Terminology) -> Version:
    """Read the version in the making. Raises UnknownDraft."""
    found = versions.open_(tx, t.number)
    if found is None:
        raise UnknownDraft
    return found


def define(tx: Tx, new: Terminology, by: str, now: datetime, aliases: tuple[str, ...] = ()) -> Terminology:
    """Define a terminology, or a map between two. Raises BadId, TerminologyExists, UnknownTerminology."""
    good_id(new.id)
    if new.kind is Kind.MAP:
        source, target = reading.one(tx, new.source or ""), reading.one(tx, new.target or "")
        if source.id == target.id or Kind.MAP in {source.kind, target.kind}:
            raise BadId
        new = msgspec.structs.replace(new, source=source.id, target=target.id)
    made = terminologies.add(tx, new, aliases)
    audit.record(tx, now, by, "terminology.define", made.id)
    return made


def begin(tx: Tx, t: Terminology, label: str, note: str, by: str, now: datetime) -> Version:
    """Begin a draft from the newest version. Raises DraftOpen, BadLabel, LabelTaken."""
    made = versions.add(tx, new_version(t, label, note, by, now, State.DRAFT))
    audit.record(tx, now, by, "terminology.begin", t.id, version=made.label)
    return made


def new_version(t: Terminology, label: str, note: str, by: str, now: datetime, state: State) -> Version:
    """Give a version that has not begun yet; the store numbers it. Raises BadLabel."""
    # Counted from the second in which it begins: who saw a draft that was discarded since has no revision of the next.
    first = int((now - REVISIONS_SINCE).total_seconds())
    return Version(
        id=0, number=t.number, step=0, label=good_label(label), version_id=0, state=state,
        note=note.strip(), created_at=now, author=by, revision=first, touched_at=now,
    )  # fmt: skip


def put(tx: Tx, t: Terminology, revision: int, concept: Concept, by: str, now: datetime) -> Version:
    """Add a code to the draft, or change it.

    Raises DraftMoved, ParentMissing, MapEndMissing, and what is wrong with the concept itself.
    """
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    target = code_of(concept.target) if t.kind is Kind.MAP else ""
    concept = msgspec.structs.replace(
        concept, code=code_of(concept.code), target=target, parent=code_of(concept.parent)
    )
    good(concept, t.kind)
    _check_ends(tx, t, concept, version.step)
    key = (concept.code, concept.target)
    here = entries.by_keys(tx, t.number, version.step, [key]).get(key)
    before = entries.by_keys(tx, t.number, version.step - 1, [key]).get(key)
    if here is not None and here.content == concept.content:
        return version
    if here is not None and here.from_step == version.step:
        steps.drop(tx, t.number, version.step, [key])
    elif here is not None:
        steps.close(tx, t.number, version.step, [key])
    if before is not None and before.content == concept.content:
        steps.reopen(tx, t.number, version.step, [key])
    else:
        if before is not None:
            steps.forget_successor(tx, t.number, version.step, key)
        steps.add(tx, t.number, version.step, [concept])
    return _worked(tx, version, by, now)


def retire(
    tx: Tx, t: Terminology, revision: int, code: str, target: str, successor: str, by: str, now: datetime
) -> Version:
    """Take a code out of the draft, naming the one that takes its place. Raises UnknownCode, SuccessorMissing."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    key = (code, target)
    here = entries.by_keys(tx, t.number, version.step, [key]).get(key)
    if here is None:
        raise UnknownCode(code=code[:100])
    if successor and (successor == code or not entries.known_codes(tx, t.number, version.step, [successor])):
        raise SuccessorMissing(successor=successor[:100])
    if here.from_step == version.step:
        steps.drop(tx, t.number, version.step, [key])
        steps.reopen(tx, t.number, version.step, [key])
    steps.close(tx, t.number, version.step, [key], successor or None)
    return _worked(tx, version, by, now)


def undo(tx: Tx, t: Terminology, revision: int, code: str, target: str, by: str, now: datetime) -> Version:
    """Take back what the draft does to a code."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    steps.drop(tx, t.number, version.step, [(code, target)])
    steps.reopen(tx, t.number, version.step, [(code, target)])
    return _worked(tx, version, by, now)


def submit(tx: Tx, t: Terminology, revision: int, by: str, now: datetime) -> Version:
    """Hand the draft to a second person. Raises DraftMoved, NothingChanged, ParentMissing, SuccessorMissing."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    counted = count(tx, t, version)
    if not counted.added + counted.changed + counted.retired:
        raise NothingChanged
    orphan = steps.orphan(tx, t.number, version.step)
    if orphan is not None:
        raise ParentMissing(parent=orphan[1])
    lost = steps.lost_successor(tx, t.number, version.step)
    if lost is not None:
        raise SuccessorMissing(successor=lost)
    audit.record(tx, now, by, "terminology.submit", t.id, version=version.label)
    after = msgspec.structs.replace(counted, state=State.REVIEW, sender=by, touched_at=now)
    return versions.change(tx, version, after)


def send_back(tx: Tx, t: Terminology, revision: int, reason: str, by: str, now: datetime) -> Version:
    """Give a draft back to its editors. Raises DraftMoved."""
    version = versions.locked(tx, t.number, revision, State.REVIEW)
    audit.record(tx, now, by, "terminology.send-back", t.id, version=version.label, reason=reason)
    after = msgspec.structs.replace(version, state=State.DRAFT, touched_at=now)
    return versions.change(tx, version, after)


def publish(tx: Tx, t: Terminology, revision: int, by: str, now: datetime) -> Version:
    """Put a reviewed draft in force. Raises DraftMoved, SecondPersonNeeded."""
    versions.lock_terminology(tx, t)
    version = versions.locked(tx, t.number, revision, State.REVIEW)
    fits_second_person(version, by)
    audit.record(tx, now, by, "terminology.publish", t.id, version=version.label)
    return put_in_force(tx, t, version, by, now)


def put_in_force(tx: Tx, t: Terminology, version: Version, by: str, now: datetime) -> Version:
    """Make an open version the one in force, and tell all who want to know."""
    after = msgspec.structs.replace(version, state=State.PUBLISHED, approver=by, published_at=now, touched_at=now)
    done = versions.change(tx, version, after)
    terminologies.set_last(tx, t.number, version.step)
    feed.put(tx, "published", now, terminology=t.id, version=version.label)
    letters.tell_of_version(tx, t, done, now)
    return done


def withdraw(tx: Tx, t: Terminology, label: str, reason: str, by: str, now: datetime) -> Version:
    """Take a version off the list; it is still answered. Raises UnknownVersion, OnlyVersion."""
    versions.lock_terminology(tx, t)
    version = reading.version(tx, t, label)
    if not versions.withdraw(tx, version.id, reason.strip(), now):
        raise UnknownVersion(id=t.id, version=version.label)
    newest = versions.newest_published(tx, t.number)
    if newest == 0:
        raise OnlyVersion
    terminologies.set_last(tx, t.number, newest)
    feed.put(tx, "withdrawn", now, terminology=t.id, version=version.label)
    audit.record(tx, now, by, "terminology.withdraw", t.id, version=version.label, reason=reason)
    return msgspec.structs.replace(version, state=State.WITHDRAWN, withdrawn_at=now, note=reason.strip())


def count(tx: Tx, t: Terminology, version: Version) -> Version:
    """Count what an open version does, and how many codes it will hold."""
    added, changed, retired = steps.counts(tx, t.number, version.step)
    before = versions.at_step(tx, t.number, version.step - 1)
    size = (before.size if before else 0) + added - retired
    return msgspec.structs.replace(version, added=added, changed=changed, retired=retired, size=size)


def _check_ends(tx: Tx, t: Terminology, concept: Concept, step: int) -> None:
    """Check the codes that a concept names beside its own."""
    if concept.parent and (
        concept.parent == concept.code or not entries.known_codes(tx, t.number, step, [concept.parent])
    ):
        raise ParentMissing(parent=concept.parent)
    if t.kind is Kind.MAP:
        for id_, code in ((t.source, concept.code), (t.target, concept.target)):
            end = reading.one(tx, id_ or "")
            if not entries.known_codes(tx, end.number, end.last, [code]):
                raise MapEndMissing(end=code, id=end.id)


def _worked(tx: Tx, version: Version, by: str, now: datetime) -> Version:
    editors = version.editors if by in version.editors else (*version.editors, by)
    after = msgspec.structs.replace(version, editors=editors, touched_at=now)
    return versions.change(tx, version, after)
