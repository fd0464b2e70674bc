"""What was published: terminologies, versions, codes, their history, and what two versions differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.errors import UnknownCode, UnknownTerminology, UnknownVersion
from nabz.terminology.model import Change, Changed, Concept, Moment, code_of
from nabz.terminology.store import entries, terminologies
from nabz.terminology.store import versions as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.terminology.model import Entry, Kind, Terminology, Version
    from nabz.terminology.store.entries import Key


def all_(tx: Tx, kind: Kind | None = None) -> list[Terminology]:
    """List the terminologies in the official order."""
    return terminologies.all_(tx, kind)


def one(tx: Tx, id_: str) -> Terminology:
    """Read a terminology, however its id is spelt. Raises UnknownTerminology."""
    found = terminologies.find(tx, id_)
    if found is None:
        raise UnknownTerminology(id=id_.strip()[:100])
    return found


def versions(tx: Tx, t: Terminology, *, withdrawn: bool = False) -> list[Version]:
    """List what was published, newest first; the withdrawn ones only if they are asked for."""
    return store.listed(tx, t.number, withdrawn=withdrawn)


def in_force(tx: Tx) -> dict[int, Version]:
    """Read the versions in force of all terminologies, by the terminology's number."""
    return store.in_force(tx)


def version(tx: Tx, t: Terminology, label: str = "") -> Version:
    """Read a version, without a label the one in force. Raises UnknownVersion."""
    found = store.find(tx, t.number, label) if label.strip() else store.at_step(tx, t.number, t.last)
    if found is None:
        raise UnknownVersion(id=t.id, version=label.strip()[:40])
    return found


def concept(tx: Tx, t: Terminology, code: str, step: int) -> Entry:
    """Read a code in a version. Raises UnknownCode."""
    found = entries.find(tx, t.number, code_of(code), step)
    if not found:
        raise UnknownCode(code=code.strip()[:100])
    return found[0]


def page(
    tx: Tx, t: Terminology, step: int, after: str = "", limit: int = 100, parent: str | None = None
) -> list[Concept]:
    """Read the codes of a version in their order, from after one of them."""
    return list(entries.page(tx, t.number, step, key_after(after), limit, parent))


def since(tx: Tx, t: Terminology, at: datetime, after: str = "", limit: int = 100) -> list[Concept]:
    """Read the codes in force that somebody needs who has what was in force just before an instant."""
    before = step_before(tx, t, at)
    if before <= t.last:
        return list(entries.since(tx, t.number, before + 1, t.last, key_after(after), limit))
    found: list[Concept] = []  # what was in force then has been withdrawn: the way leads back
    last = key_after(after)
    while len(found) < limit:
        keys = entries.codes_between(tx, t.number, t.last, before, last, limit)
        if not keys:
            break
        was, now = entries.by_keys(tx, t.number, before, keys), entries.by_keys(tx, t.number, t.last, keys)
        found += [now[key] for key in keys if key in now and (key not in was or was[key].content != now[key].content)]
        last = keys[-1]
    return found[:limit]


def history(tx: Tx, t: Terminology, code: str) -> list[Moment]:
    """Tell what the versions, also withdrawn ones, did to a code, the newest first. Raises UnknownCode."""
    kept = entries.history(tx, t.number, code_of(code), store.newest_closed(tx, t.number))
    if not kept:
        raise UnknownCode(code=code.strip()[:100])
    steps = {found.step: found for found in store.listed(tx, t.number, withdrawn=True)}
    begun = {(entry.from_step, entry.target) for entry in kept if entry.from_step != entry.until_step}
    moments: list[tuple[int, Moment]] = []
    for entry in kept:
        earlier = any(other.until_step == entry.from_step and other.target == entry.target for other in kept)
        change = Change.CHANGED if earlier else Change.ADDED
        if entry.from_step in steps and entry.from_step != entry.until_step:
            moments.append((entry.from_step, Moment(version=steps[entry.from_step], change=change, concept=entry)))
        end = entry.until_step
        if end in steps and (end, entry.target) not in begun:
            gone = Change.REMAPPED if entry.successor else Change.RETIRED
            moments.append((end, Moment(version=steps[end], change=gone, successor=entry.successor)))
    return [moment for _, moment in sorted(moments, key=lambda pair: -pair[0])]


def diff(tx: Tx, t: Terminology, from_step: int, to_step: int, after: str = "", limit: int = 200) -> list[Changed]:
    """Tell in which codes two versions differ, in the order of the codes."""
    found: list[Changed] = []
    last = key_after(after)
    while len(found) < limit:
        keys = entries.codes_between(tx, t.number, from_step, to_step, last, limit - len(found))
        if not keys:
            break
        found += _changes(tx, t, from_step, to_step, keys)
        last = keys[-1]
    return found


def step_before(tx: Tx, t: Terminology, at: datetime) -> int:
    """Give the step that was in force just before an instant, 0 if none was: a version counts until it is withdrawn."""
    return tx.run(store.STEP_BEFORE, number=t.number, at=at)[0]


def cursor(of: Concept | Changed) -> str:
    """Give what names this row as the one to go on after."""
    return f"{of.code}\t{of.target}" if of.target else of.code


def key_after(after: str) -> Key | None:
    """Read what names a row."""
    code, _, target = after.partition("\t")
    return (code, target) if code else None


def _changes(tx: Tx, t: Terminology, from_step: int, to_step: int, keys: list[Key]) -> list[Changed]:
    """Compare some codes; one that only came and went between the two is no difference."""
    before = entries.by_keys(tx, t.number, from_step, keys)
    after = entries.by_keys(tx, t.number, to_step, keys)
    successors = entries.ended(tx, t.number, [key for key in keys if key not in after], from_step, to_step)
    found = []
    for key in keys:
        was, now, successor = before.get(key), after.get(key), successors.get(key)
        if was is None and now is None:
            continue
        if was is None:
            change = Change.ADDED
        elif now is None:
            change = Change.REMAPPED if successor else Change.RETIRED
        elif was.from_step == now.from_step or was.content == now.content:
            continue
        else:
            change = Change.CHANGED
        found.append(Changed(code=key[0], target=key[1], change=change, before=was, after=now, successor=successor))
    return found
