"""How a version comes about: draft, review by a second person, publication; and how one is withdrawn."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.model import Role
from nabz.access.service import users
from nabz.kit import audit
from nabz.terminology.errors import (
    AlreadyPublished,
    BadId,
    BadText,
    DraftOpen,
    MapEndMissing,
    NotAnEditor,
    NothingChanged,
    NotSubmitted,
    OnlyVersion,
    ParentMissing,
    SuccessorMissing,
    UnknownCode,
    UnknownDraft,
    UnknownVersion,
)
from nabz.terminology.model import (
    Change,
    Kind,
    State,
    Version,
    code_of,
    fits_second_person,
    good,
    good_id,
    good_label,
    plain,
    typed_well,
)
from nabz.terminology.service import letters, reading
from nabz.terminology.store import entries, feed, steps, terminologies, versions

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.terminology.model import Concept, Terminology
    from nabz.terminology.store.entries import Key

MANY: Final = 1000
EDITORS: Final = (Role.CODING_EDITOR, Role.OPERATOR)
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
    if not plain(f"{new.title_fa}{new.title_en}{new.source_fa}"):
        raise BadText
    if new.kind is Kind.MAP:
        source, target = reading.one(tx, new.source or ""), reading.one(tx, new.target or "")
        if source.id == target.id or Kind.MAP in {source.kind, target.kind}:
            raise BadId
        new = msgspec.structs.replace(new, source=source.id, target=target.id)
    made = terminologies.add(tx, new, aliases)
    audit.record(tx, now, by, "terminology.define", made.id)
    return made


def begin(tx: Tx, t: Terminology, label: str, note: str, by: str, now: datetime) -> Version:
    """Begin a draft from the version in force. Raises DraftOpen, BadLabel, LabelTaken, UnknownTerminology."""
    versions.lock_terminology(tx, t)
    made = versions.add(tx, new_version(t, label, note, by, now, State.DRAFT))
    after: Key | None = None
    while keys := withdrawn_keys(tx, t, made, after, MANY):
        as_in_force(tx, t, made, keys)
        after = keys[-1]
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
    typed_well(concept)
    _check_ends(tx, t, concept, version.step)
    key = (concept.code, concept.target)
    here = entries.by_keys(tx, t.number, version.step, [key]).get(key)
    if here is not None and here.content == concept.content:
        return version
    steps.hold(tx, t.number, version.step, terminologies.last_of(tx, t.number), [concept])
    return _worked(tx, version, by, now)


def retire(
    tx: Tx, t: Terminology, revision: int, code: str, target: str, successor: str, by: str, now: datetime
) -> Version:
    """Take a code out of the draft, naming the one that takes its place. Raises UnknownCode, SuccessorMissing."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    if (code, target) not in entries.by_keys(tx, t.number, version.step, [(code, target)]):
        raise UnknownCode(code=code[:100])
    if successor and (successor == code or not entries.known_codes(tx, t.number, version.step, [successor])):
        raise SuccessorMissing(successor=successor[:100])
    in_force = terminologies.last_of(tx, t.number)
    steps.let_go(tx, t.number, version.step, in_force, [(code, target)], successor or None)
    return _worked(tx, version, by, now)


def undo(tx: Tx, t: Terminology, revision: int, code: str, target: str, by: str, now: datetime) -> Version:
    """Take back what the draft does to a code."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    as_in_force(tx, t, version, [(code, target)])
    return _worked(tx, version, by, now)


def withdrawn_keys(tx: Tx, t: Terminology, version: Version, after: Key | None, limit: int) -> list[Key]:
    """List the codes in which the version before an open one, if it was withdrawn, differs from the one in force."""
    in_force = terminologies.last_of(tx, t.number)
    return entries.codes_between(tx, t.number, in_force, version.step - 1, after, limit)


def as_in_force(tx: Tx, t: Terminology, version: Version, keys: list[Key]) -> None:
    """Make an open version hold some codes as the version in force does: what was withdrawn does not come back."""
    in_force = terminologies.last_of(tx, t.number)
    kept = entries.by_keys(tx, t.number, in_force, keys)
    steps.hold(tx, t.number, version.step, in_force, list(kept.values()))
    steps.let_go(tx, t.number, version.step, in_force, [key for key in keys if key not in kept])


def submit(tx: Tx, t: Terminology, revision: int, by: str, now: datetime) -> Version:
    """Hand the draft to a second person. Raises DraftMoved, NothingChanged, ParentMissing, SuccessorMissing."""
    version = versions.locked(tx, t.number, revision, State.DRAFT)
    counted = count(tx, t, version)
    if not counted.added + counted.changed + counted.retired:
        raise NothingChanged
    orphan = steps.orphan(tx, t.number, version.step)
    if orphan is not None:
        raise ParentMissing(parent=orphan[1], code=orphan[0])
    if t.kind is Kind.MAP:
        _check_all_ends(tx, t, version.step)
    lost = steps.lost_successor(tx, t.number, version.step)
    if lost is not None:
        raise SuccessorMissing(successor=lost)
    audit.record(tx, now, by, "terminology.submit", t.id, version=version.label)
    after = msgspec.structs.replace(counted, state=State.REVIEW, sender=by, touched_at=now)
    done = versions.change(tx, version, after)
    letters.call_second_person(tx, t, done, users.addresses_with_role(tx, Role.CODING_EDITOR), now)
    return done


def send_back(tx: Tx, t: Terminology, revision: int, reason: str, by: str, now: datetime) -> Version:
    """Give a draft back to its editors. Raises DraftMoved."""
    version = versions.locked(tx, t.number, revision, State.REVIEW)
    audit.record(tx, now, by, "terminology.send-back", t.id, version=version.label, reason=reason)
    after = msgspec.structs.replace(version, state=State.DRAFT, touched_at=now)
    return versions.change(tx, version, after)


def publish(tx: Tx, t: Terminology, revision: int, by: str, now: datetime) -> Version:
    """Put a reviewed draft in force. Raises NotSubmitted, DraftMoved, SecondPersonNeeded."""
    versions.lock_terminology(tx, t)
    waiting = versions.open_(tx, t.number)
    if waiting is not None and waiting.state is State.DRAFT and waiting.revision == revision:
        raise NotSubmitted
    version = versions.locked(tx, t.number, revision, State.REVIEW)
    fits_second_person(version, by)
    audit.record(tx, now, by, "terminology.publish", t.id, version=version.label)
    return put_in_force(tx, t, count(tx, t, version), by, now)


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
    if not label.strip():  # none is named: never by mistake the one in force
        raise UnknownVersion(id=t.id, version="")
    version = reading.version(tx, t, label)
    if not versions.withdraw(tx, version.id, reason.strip(), now):
        raise UnknownVersion(id=t.id, version=version.label)
    newest = versions.newest_published(tx, t.number)
    if newest == 0:
        raise OnlyVersion
    terminologies.set_last(tx, t.number, newest)
    feed.put(tx, "withdrawn", now, terminology=t.id, version=version.label)
    audit.record(tx, now, by, "terminology.withdraw", t.id, version=version.label, reason=reason)
    return msgspec.structs.replace(version, state=State.WITHDRAWN, withdrawn_at=now, reason=reason.strip())


def count(tx: Tx, t: Terminology, version: Version) -> Version:
    """Count what an open version does to the one in force, and how many codes it will hold."""
    in_force = terminologies.last_of(tx, t.number)
    if in_force == version.step - 1:
        added, changed, retired = steps.counts(tx, t.number, version.step)
    else:
        added, changed, retired = _count_one_by_one(tx, t, in_force, version.step)
    before = versions.at_step(tx, t.number, in_force)
    size = (before.size if before else 0) + added - retired
    return msgspec.structs.replace(version, added=added, changed=changed, retired=retired, size=size)


def _count_one_by_one(tx: Tx, t: Terminology, start: int, end: int) -> tuple[int, int, int]:
    counted: Counter[Change] = Counter()
    after = ""
    while found := reading.diff(tx, t, start, end, after, MANY):
        counted.update(one.change for one in found)
        after = reading.cursor(found[-1])
    return counted[Change.ADDED], counted[Change.CHANGED], counted[Change.RETIRED] + counted[Change.REMAPPED]


def _check_ends(tx: Tx, t: Terminology, concept: Concept, step: int) -> None:
    """Check the codes that a concept names beside its own."""
    if concept.parent and (
        concept.parent == concept.code or not entries.known_codes(tx, t.number, step, [concept.parent])
    ):
        raise ParentMissing(parent=concept.parent, code=concept.code)
    if t.kind is Kind.MAP:
        for id_, code in ((t.source, concept.code), (t.target, concept.target)):
            end = reading.one(tx, id_ or "")
            if not entries.known_codes(tx, end.number, end.last, [code]):
                raise MapEndMissing(end=code, id=end.id)


def _check_all_ends(tx: Tx, t: Terminology, step: int) -> None:
    """Check that a map still begins and ends at codes in force: they may have gone since. Raises MapEndMissing."""
    ends = [reading.one(tx, id_ or "") for id_ in (t.source, t.target)]
    after: Key | None = None
    while page := entries.page(tx, t.number, step, after, MANY):
        for end, codes in zip(ends, ([one.code for one in page], [one.target for one in page]), strict=True):
            gone = set(codes) - entries.known_codes(tx, end.number, end.last, codes)
            if gone:
                raise MapEndMissing(end=min(gone), id=end.id)
        after = (page[-1].code, page[-1].target)


def forget(tx: Tx, t: Terminology, by: str, now: datetime) -> None:
    """Delete a terminology that nothing was ever published of. Raises AlreadyPublished, DraftOpen."""
    versions.lock_terminology(tx, t)
    if versions.open_(tx, t.number) is not None:
        raise DraftOpen
    if versions.newest_closed(tx, t.number):
        raise AlreadyPublished
    terminologies.remove(tx, t.number)
    audit.record(tx, now, by, "terminology.forget", t.id)


def editor(tx: Tx, username: str) -> str:
    """Give the id of an active member of the coding committee. Raises UnknownUser, NotAnEditor."""
    found = users.active_with_role(tx, username, EDITORS)
    if found is None:
        raise NotAnEditor(username=username)
    return found


def _worked(tx: Tx, version: Version, by: str, now: datetime) -> Version:
    editors = version.editors if by in version.editors else (*version.editors, by)
    after = msgspec.structs.replace(version, editors=editors, touched_at=now)
    return versions.change(tx, version, after)
