"""What must be true of the store after the kills: in itself, and of all that was answered."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from random import Random
from typing import Any

import msgspec
from sqlalchemy import Row, select, text

from nabz.access.model import DEMO
from nabz.kit.audit import entries
from nabz.kit.db import Tx, open_database
from nabz.prescriptions.model import Delivery, DeliveryState, Prescription, State, state_of, state_of_item
from nabz.prescriptions.model.results import Result, ResultState
from nabz.prescriptions.seed.demo import SEEDED
from nabz.prescriptions.tables.monthly import month_files
from nabz.prescriptions.tables.prescriptions import deliveries, keys, lines, prescriptions
from nabz.prescriptions.tables.results import result_files, results
from tests.prescriptions.killing import Call, Record, asked_again, killed
from tests.prescriptions.killing_house import House
from tests.prescriptions.killing_messages import PRICE, pdf

CLIENTS, AGAIN = 12, 60
SUMS = ("price", "insurer", "patient_share", "subsidy")
DEEDS = ("created", "edited", "deleted", "delivered", "accepted", "taken-back")
"""Each of these is a version of the prescription."""

RESULTS = ("result-drafted", "result-released")
KEYED = ("write", "edit", "deliver", "accept")
"""What always changes something where it is done: its key is kept."""

STANDING = {DeliveryState.REGISTERED, DeliveryState.SENT}


class Store:
    """All that the calls have made, read at one moment."""

    def __init__(self, tx: Tx) -> None:
        of = tx.data_set
        heads = tx.execute(select(prescriptions).where(prescriptions.c.data_set == of)).all()
        # The demo's examples are nobody's calls.
        others = {row.id for row in heads if row.document["client"] == SEEDED}
        self.rows: dict[int, Row[Any]] = {row.id: row for row in heads if row.id not in others}
        self.heads = {id_: msgspec.convert(row.document, Prescription) for id_, row in self.rows.items()}
        found = tx.execute(select(deliveries).where(deliveries.c.data_set == of)).all()
        self.given_rows: dict[int, Row[Any]] = {row.id: row for row in found if row.prescription not in others}
        self.given = {id_: msgspec.convert(row.document, Delivery) for id_, row in self.given_rows.items()}
        self.of = defaultdict[int, list[Delivery]](list)
        for made in self.given.values():
            self.of[made.prescription].append(made)
        not_ours = {row.id for row in found} - self.given.keys()
        self.lines = defaultdict[int, list[Row[Any]]](list)
        for row in tx.execute(select(lines).where(lines.c.data_set == of).order_by(lines.c.delivery, lines.c.place)):
            if row.delivery not in not_ours:
                self.lines[row.delivery].append(row)
        self.keys: dict[str, Row[Any]] = {row.key: row for row in tx.execute(select(keys).where(keys.c.data_set == of))}
        texts = tx.execute(select(results).where(results.c.data_set == of)).all()
        mine = [row for row in texts if row.prescription not in others]
        self.results = {row.id: msgspec.convert(row.document, Result) for row in mine}
        self.states: dict[str, str] = {row.id: row.state for row in mine}
        foreign = {row.id for row in texts} - self.results.keys()
        self.files = {
            (row.result, row.number): bytes(row.content)
            for row in tx.execute(select(result_files).where(result_files.c.data_set == of))
            if row.result not in foreign
        }
        seeded = {str(id_) for id_ in others}
        notes = tx.execute(select(entries.c.action, entries.c.subject, entries.c.facts)).all()
        self.notes: Counter[tuple[str, str, Any]] = Counter()
        for note in notes:
            domain, _, deed = note.action.partition(".")
            if domain == "prescriptions" and deed in {*DEEDS, *RESULTS} and note.subject not in seeded:
                self.notes[deed, note.subject, note.facts.get("result") or note.facts.get("delivery")] += 1
        told = tx.execute(text("SELECT id FROM outbox_message")).all()
        self.letters = Counter(row.id.split("-", 5)[-1] for row in told)  # an id of a call begins it: five parts
        self.released = Counter(row.id.removesuffix("-released") for row in told if row.id.endswith("-released"))
        months = select(month_files.c.id).where(month_files.c.data_set == of, month_files.c.sent_by != SEEDED)
        self.months = len(tx.execute(months).all())


async def read(url: str) -> Store:
    """Look into the store."""
    db = open_database(url)
    await db.start()
    try:
        return await db.within(DEMO).read(Store)
    finally:
        await db.stop()


def must_stand(
    of: House, record: Record, random: Random, *, kills: int, pause: tuple[float, float], about: str
) -> None:
    """Kill programs while clients work; look at what is there, ask for what was lost, and look once more."""
    killed(of, record, random, clients=CLIENTS, kills=kills, pause=pause)
    found = faults(asyncio.run(read(of.url)), record)
    if not found:
        of.programs[0].start()
        found = asked_again(of, record, random, AGAIN)
        found += faults(asyncio.run(read(of.url)), record)
    assert not found, "\n".join([f"{about}: {dict(record.told)}", *found[:20]])


def faults(store: Store, record: Record) -> list[str]:
    """List what is half there, there twice, or otherwise than somebody was told."""
    checks = (_of_items, _of_changes, _of_deliveries, _of_results)
    found = [*record.odd, *(fault for check in checks for fault in check(store))]
    return [*found, *_of_writing(store, record), *_of_giving(store, record), *_of_findings(store, record)]


# ---------------------------------------------------------------- the store in itself


def _of_items(store: Store) -> Iterator[str]:
    """What is gone of an item is what stands as given of it."""
    for one in store.heads.values():
        given: Counter[int] = Counter()
        times: Counter[int] = Counter()
        for made in store.of[one.id]:
            if made.state in STANDING:
                given.update({line.item: line.quantity for line in made.lines})
                times.update({line.item: 1 for line in made.lines})
        for item in one.items:
            if not 0 <= item.remaining <= item.whole or item.whole - item.remaining != given[item.id]:
                yield f"{one.id}: {item.remaining} of {item.whole} remain of {item.code}, {given[item.id]} were given"
            if item.delivered != times[item.id] or item.state != state_of_item(item):
                yield f"{one.id}: item {item.code} says {item.delivered} deliveries and {item.state}"
        if given.keys() - {item.id for item in one.items}:
            yield f"{one.id}: something was given that it does not hold"
        row = store.rows[one.id]
        kept = (one.version, one.state, one.tracking, one.patient, one.day, one.expires)
        if kept != (row.version, row.state, row.tracking, row.patient, row.day, row.expires) or one.state != state_of(
            one
        ):
            yield f"{one.id}: its row and its document differ"


def _of_changes(store: Store) -> Iterator[str]:
    """Every change has one version, one line in the audit and its message; and nothing else has."""
    wanted: Counter[tuple[str, str, Any]] = Counter()
    letters: Counter[str] = Counter()
    for one in store.heads.values():
        subject, made = str(one.id), store.of[one.id]
        wanted["created", subject, None] = 1
        wanted["edited", subject, None] = int(one.edited)
        wanted["deleted", subject, None] = int(one.state is State.DELETED)
        for each in made:
            wanted["delivered" if each.kind == "pharmacy" else "accepted", subject, each.id] = 1
            wanted["taken-back", subject, each.id] = int(each.state is DeliveryState.REMOVED)
        if one.version != sum(
            wanted[deed, subject, of] for deed in DEEDS for of in (None, *(each.id for each in made))
        ):
            yield f"{one.id}: its version is {one.version}"
        letters[f"{one.id}-1"] = 1
    for result in store.results.values():
        subject = str(result.prescription)
        wanted["result-drafted", subject, result.id] = 1
        wanted["result-released", subject, result.id] = int(result.state is ResultState.RELEASED)
    wanted = +wanted
    for note in wanted.keys() | store.notes.keys():
        if wanted[note] != store.notes[note]:
            yield f"{note} happened {wanted[note]} times, the audit has {store.notes[note]}"
    for one in store.heads.values():
        if store.letters[f"{one.id}-1"] != 1:
            yield f"the patient of {one.id} was told {store.letters[f'{one.id}-1']} times"
    out = Counter({id_: 1 for id_, each in store.results.items() if each.state is ResultState.RELEASED})
    if store.released != out:
        yield f"results were told {store.released}, and released {out}"


def _of_deliveries(store: Store) -> Iterator[str]:
    """A delivery, its sums and its rows are of one mind."""
    if store.months:
        yield "somebody has sent a month's file"
    if store.lines.keys() - store.given.keys():
        yield "there are lines of no delivery"
    for id_, made in store.given.items():
        row, parts = store.given_rows[id_], store.lines[id_]
        if row.prescription not in store.heads or row.month_file is not None or row.state != made.state:
            yield f"delivery {id_} stands otherwise than its document says"
        if [(part.code, part.quantity, part.price) for part in parts] != [
            (line.code, line.quantity, line.price) for line in made.lines
        ]:
            yield f"delivery {id_} has other lines than rows"
        if any(part.counts != (made.state in STANDING) for part in parts):
            yield f"delivery {id_} is {made.state}, its rows count otherwise"
        for name in SUMS:
            if not getattr(made, name) == getattr(row, name) == sum(getattr(part, name) for part in parts):
                yield f"delivery {id_}: {name} is not the sum of its parts"
        if made.price != made.insurer + made.patient_share + made.subsidy:
            yield f"delivery {id_}: money is lost"


def _of_results(store: Store) -> Iterator[str]:
    """A result is there with its file, or not at all."""
    kept = {(one.id, file.number): file for one in store.results.values() for file in one.files}
    if kept.keys() != store.files.keys():
        yield f"files without results or the other way round: {kept.keys() ^ store.files.keys()}"
    for place, file in kept.items():
        content = store.files.get(place, b"")
        if (len(content), sha256(content).hexdigest()) != (file.size, file.digest):
            yield f"result {place[0]} has half a file"
    for one in store.results.values():
        if one.delivery not in store.given or store.states[one.id] != one.state:
            yield f"result {one.id} is of no delivery, or its row says otherwise"


# ---------------------------------------------------------------- what was answered


def _of_writing(store: Store, record: Record) -> Iterator[str]:
    """Each creation has made one prescription, and what was answered of it stands."""
    made = defaultdict[str, list[Prescription]](list)
    for one in store.heads.values():
        made[one.comments].append(one)
    edits, deletions = _by_subject(record, "edit"), _by_subject(record, "delete")
    for call in record.of("write"):
        mine = made.pop(f"k{call.number}", [])
        # Sent again without a key, it may be written anew after its first one was edited or deleted by others.
        as_sent = [one for one in mine if not one.edited and one.state is not State.DELETED]
        if len(mine) > 1 and (call.key or not call.lost or len(as_sent) > 1):
            yield f"write {call.number} (key {call.key!r}, sent {call.sent} times) made {[one.id for one in mine]}"
        if call.told is not None and (call.told.id, call.told.tracking) not in [(one.id, one.tracking) for one in mine]:
            yield f"write {call.number} was told {call.told}, there is {[one.id for one in mine]}"
        for one in mine:
            yield from _of_one(one, call, edits[one.id], deletions[one.id])
    if made:
        yield f"nobody has written {list(made)}"
    for call in record.calls:
        kept = store.keys.get(call.key) if call.key else None
        if call.done and call.key and call.kind in KEYED and kept is None:
            yield f"the key of {call.kind} {call.number} is forgotten"
        if kept is not None and not _is_of(kept, call, store):
            yield f"the key of {call.kind} {call.number} stands for something else"


def _of_one(one: Prescription, call: Call, edits: list[Call], deletions: list[Call]) -> Iterator[str]:
    """A prescription is as its creation or as one of its edits said."""
    meant = [_codes(call.body["noteDetailEprscs"])] if not one.edited else [_codes(each.body) for each in edits]
    if [(item.code, item.quantity) for item in one.items] not in meant:
        yield f"{one.id} holds what nobody has sent"
    if any(each.done for each in edits) and not one.edited:
        yield f"{one.id}: an edit that was answered is lost"
    if one.state is State.DELETED and not deletions:
        yield f"{one.id} was deleted by nobody"
    if any(each.done for each in deletions) and one.state is not State.DELETED:
        yield f"{one.id}: a deletion that was answered is lost"


def _codes(body: Any) -> list[tuple[str, int]]:
    return [(each["srvId"]["srvCode"], each["srvQty"]) for each in body]


def _is_of(kept: Row[Any], call: Call, store: Store) -> bool:
    if call.kind == "write":
        return store.heads[kept.prescription].comments == call.key and kept.delivery is None
    if call.kind in {"deliver", "accept"}:
        return kept.prescription == call.of and {line.asked for line in store.given[kept.delivery].lines} == {
            PRICE + call.number
        }
    of = store.given[int(call.of)].prescription if call.kind == "undo" else call.of
    return bool(kept.prescription == of)


def _of_giving(store: Store, record: Record) -> Iterator[str]:
    """Each delivery is some call's, no call's twice, and what was answered stands unless somebody took it back."""
    made = defaultdict[int, list[Delivery]](list)
    for each in store.given.values():
        for number in {line.asked - PRICE for line in each.lines}:
            made[number].append(each)
    taken = _by_subject(record, "remove", "undo")
    for each in store.given.values():
        gone = each.state is DeliveryState.REMOVED
        if gone and not any(call.sent for call in taken[each.id]):
            yield f"delivery {each.id} was taken back by nobody"
        if not gone and any(call.done for call in taken[each.id]):
            yield f"delivery {each.id} stands, though it was taken back"
    for call in (*record.of("deliver"), *record.of("accept")):
        yield from _of_gift(store, call, made.pop(call.number, []))
    if made:
        yield f"nobody has asked for {list(made)}"


def _of_gift(store: Store, call: Call, mine: list[Delivery]) -> Iterator[str]:
    """A call without a key may be done anew after others took back what it had made."""
    name = f"{call.kind} {call.number} (key {call.key!r}, sent {call.sent} times)"
    ids = [each.id for each in mine]
    if len(mine) > 1 and (call.key or sum(each.state in STANDING for each in mine) > 1):
        yield f"{name} gave {ids}"
    if call.told is not None and not call.told.ok and mine and not call.lost:
        yield f"{name} was refused ({call.told.why}) and done"
    if call.told is not None and call.told.ok:
        answered = store.given.get(call.told.id)
        if answered is None or not _is_meant(answered, call):
            yield f"{name} was told {call.told.id}: that is not what it asked for"
        if call.key and ids != [call.told.id]:
            yield f"{name} was told {call.told.id}, and made {ids}"


def _is_meant(made: Delivery, call: Call) -> bool:
    if call.kind == "deliver":
        asked = sorted((line["drugCode"], line["requestedCount"]) for line in call.body["drugsList"])
    else:
        asked = sorted((line["paR_TAREF_CODE"], line["requesT_QTY"]) for line in call.body["details"])
    given = sorted((line.code, line.quantity) for line in made.lines)
    centre = call.body["userInformation"].get("phaId") or call.body["userInformation"].get("parID")
    return (made.prescription, made.centre, given) == (call.of, centre, asked)


def _of_findings(store: Store, record: Record) -> Iterator[str]:
    """Each draft has made one result, with the file that was sent, and what was released is out."""
    made = defaultdict[str, list[Result]](list)
    for one in store.results.values():
        made[one.text].append(one)
    for call in record.of("draft"):
        mine = made.pop(call.key, [])
        if len(mine) > 1 or (call.told is not None and call.told.ok and [one.id for one in mine] != [call.told.result]):
            yield f"draft {call.number} was told {call.told}, there is {[one.id for one in mine]}"
        if any([store.files.get((one.id, 1))] != [pdf(call.number)] for one in mine):
            yield f"draft {call.number} has another file than was sent"
    if made:
        yield f"nobody has drafted {list(made)}"
    releases = _by_subject(record, "release")
    for one in store.results.values():
        out = one.state is ResultState.RELEASED
        if out and not releases[one.id]:
            yield f"result {one.id} was released by nobody"
        if not out and any(call.done for call in releases[one.id]):
            yield f"result {one.id} is not out, though that was answered"
        if out and store.given[one.delivery].state is DeliveryState.REMOVED:
            yield f"result {one.id} is out, its delivery taken back"


def _by_subject(record: Record, *kinds: str) -> defaultdict[int | str, list[Call]]:
    found = defaultdict[int | str, list[Call]](list)
    for call in record.calls:
        if call.kind in kinds:
            found[call.of].append(call)
    return found
