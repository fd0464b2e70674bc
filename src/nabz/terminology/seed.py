"""What every installation starts with: the codings that the official documents print, and small made-up ones."""

from __future__ import annotations

import csv
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali
from nabz.terminology.model import Concept, Kind, Letter, State, Terminology, key_of
from nabz.terminology.service import drafting
from nabz.terminology.store import entries, feed, letters, steps, terminologies, versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from importlib.resources.abc import Traversable

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

SEEDED: Final = "seed"
SHIPPED: Final[Traversable] = files("nabz.terminology") / "data"
RowOf = dict[str, str]


async def ship(db: Database, keys: Keyring, now: datetime) -> int:
    """Put in what is not there yet, and tell how many terminologies that were; what is there stays as it is."""
    there = await db.read(terminologies.taken)
    by_terminology: dict[str, list[RowOf]] = {}
    for row in _rows("versions.csv"):
        by_terminology.setdefault(row["terminology"], []).append(row)
    missing = [row for row in _rows("terminologies.csv") if key_of(row["id"]) not in there]
    for row in missing:
        await db.write(_ship_one, row, by_terminology[row["id"]], now)
    await db.write(_ship_letters, keys, now)
    return len(missing)


def _ship_one(tx: Tx, row: RowOf, its_versions: Sequence[RowOf], now: datetime) -> None:
    new = Terminology(
        number=0,
        id=row["id"],
        kind=Kind(row["kind"]),
        title_fa=row["title_fa"],
        title_en=row["title_en"],
        source_fa=row["source_fa"],
        made_up=row["made_up"],
        defined_at=_day(row["defined"]),
        source=row["source"] or None,
        target=row["target"] or None,
    )
    t = terminologies.add(tx, new, row["aliases"].split())
    for version in its_versions:
        _ship_version(tx, t, version, now)


def _ship_version(tx: Tx, t: Terminology, row: Mapping[str, str], now: datetime) -> None:
    blank = drafting.new_version(t, row["version"], row["note_fa"], SEEDED, now, State.LOADING)
    numbered = msgspec.structs.replace(blank, id=int(row["id"]), version_id=int(row["version_id"]))
    version = versions.add(tx, numbered)
    concepts = [_concept(t, each) for each in _rows(row["file"])]
    kept = {(concept.code, concept.target): concept for concept in concepts}
    successors = _successors(row["file"])
    for entry in entries.page(tx, t.number, version.step - 1, None, 100_000):
        key = (entry.code, entry.target)
        if key in kept and kept[key].content == entry.content:
            del kept[key]
        else:
            steps.close(tx, t.number, version.step, [key], successors.get(entry.code))
    steps.add(tx, t.number, version.step, list(kept.values()))
    published = _day(row["published"])
    done = msgspec.structs.replace(
        drafting.count(tx, t, version), state=State.PUBLISHED, published_at=published, touched_at=now
    )
    versions.change(tx, version, done)
    feed.put(tx, "published", now, terminology=t.id, version=version.label)
    if row["state"] == State.WITHDRAWN:
        versions.withdraw(tx, version.id, row["note_fa"], now)
        feed.put(tx, "withdrawn", now, terminology=t.id, version=version.label)
    else:
        terminologies.set_last(tx, t.number, version.step)


def _ship_letters(tx: Tx, keys: Keyring, now: datetime) -> None:
    for row in _rows("letters.csv"):
        number = row["number"]
        if number and letters.find(tx, number) is None:
            letter = Letter(
                id=keys.uuid("terminology.letter", number),
                number=number,
                title=row["title_fa"],
                date=row["date"],
                remark=row["remark_fa"],
                terminologies=tuple(row["terminologies"].split()),
                published_at=_day(row["date"]),
                published_by=SEEDED,
            )
            letters.add(tx, letter, [])
            feed.put(tx, "letter", now, letter=number)


def _concept(t: Terminology, row: Mapping[str, str]) -> Concept:
    if t.kind is Kind.MAP:
        return Concept(code=row["code"], target=row["target"], value=row["relation"], note=row["note"])
    return Concept(
        code=row["code"],
        value=row["value"],
        en=row["en"],
        parent=row["parent"],
        note=row["note"],
        made_up=row["made_up"] == "yes",
    )


def _successors(file: str) -> dict[str, str]:
    told = SHIPPED / file.replace(".csv", ".retired.csv")
    return {row["code"]: row["successor"] for row in _read(told)} if told.is_file() else {}


def _rows(name: str) -> list[RowOf]:
    return _read(SHIPPED / name)


def _read(file: Traversable) -> list[RowOf]:
    return list(csv.DictReader(StringIO(file.read_text("utf-8"))))


def _day(text: str) -> datetime:
    return jalali.start_of(jalali.parse(text))
