"""The counter without the web: a catalogue, two pharmacies and prescriptions that are only there to be delivered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import msgspec
from sqlalchemy import select

from nabz.kit import outbox
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.notify.service import letters
from nabz.prescriptions.model import Caller, Item, Prescription
from nabz.prescriptions.model.dispensing import Request, Wanted
from nabz.prescriptions.seed import catalogue as seeding
from nabz.prescriptions.seed.demo import centres
from nabz.prescriptions.service import enrolment, writing
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.dispensing.dispensary import Dispensary, Enrolled
from nabz.prescriptions.service.entitlement import Outside
from nabz.prescriptions.service.numbering import Numbers

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
"""Ten o'clock in Tehran on 1 Azar 1405."""

TODAY = "14050901"
PHARMACIES = ("0000000920", "0000000921")
PATIENT = "0123456789"
_NUMBERS = count(1)
_CODE = re.compile(r": ([0-9]{6})\n")


def caller(client: str = "one") -> Caller:
    """A vendor's system, on a call of its own."""
    return Caller(client=client, by=client, seed=new_id())


def dispensary(db: Database) -> Dispensary:
    """The counter of one process."""
    return Dispensary(db, Numbers(), Catalogue(), Keyring(b"k" * 64), Enrolled(), Outside())


async def furnish(db: Database) -> None:
    """Put the demo's drugs and centres in."""
    await seeding.demo(db, new_id(), NOW)
    await db.write(_enrol)


def _enrol(tx: Tx) -> None:
    for centre in centres({}):
        enrolment.put_centre(tx, centre, "test", NOW)


def prescription(*drugs: tuple[str, int], **more: Any) -> Prescription:
    """A prescription of these drugs and counts."""
    number = next(_NUMBERS) * 100
    repeat, day = more.pop("repeat", 0), more.pop("item_day", "")
    items = [
        Item(number + place, "01", code, code, of, of * (1 + repeat), repeat=repeat, day=day)
        for place, (code, of) in enumerate(drugs)
    ]
    one = Prescription(
        id=number,
        tracking=number,
        kind=1,
        patient=f"National_Code:{PATIENT}",
        patient_name="مهتاب نمونه‌زاده",
        mobile="09129999999",
        day=TODAY,
        expires="14051103",
        doctor=f"{number:010}",
        doctor_code="",
        doctor_name="",
        specialty="",
        specialty_title="",
        client="test",
        created_at=NOW,
        items=tuple(items),
    )
    return msgspec.structs.replace(one, **more)


async def put(db: Database, *drugs: tuple[str, int], **more: Any) -> Prescription:
    """Write such a prescription."""
    return await db.write(writing.put, prescription(*drugs, **more), caller(), NOW)


def ask(one: Prescription, *counts: int, centre: str = PHARMACIES[0], **more: Any) -> Request:
    """Ask for so many of each item."""
    once = more.pop("once", "")
    lines = [Wanted(item=item.id, quantity=of, **more) for item, of in zip(one.items, counts, strict=True)]
    return Request(centre=centre, prescription=one.id, lines=tuple(lines), patient=PATIENT, once=once)


async def codes_sent(db: Database) -> Sequence[str]:
    """The codes that went to patients, the last one last."""

    def read(tx: Tx) -> list[str]:
        rows = tx.execute(select(outbox.messages.c.id, outbox.messages.c.payload))
        texts = {row.id: str(row.payload.get("text", "")) for row in rows}
        # What the post has delivered is kept by the inbox alone.
        texts |= {letter.id: letter.text for letter in letters.page(tx, 100)}
        return [found[1] for _, text in sorted(texts.items()) if (found := _CODE.search(text))]

    return await db.read(read)
