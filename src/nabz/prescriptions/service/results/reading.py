"""Who sees a result: its centre always; the patient, and who wrote the prescription, once it is released."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from nabz.kit import audit
from nabz.prescriptions.errors.results import ResultUnknown
from nabz.prescriptions.model.corrections import Look, Role, Sight
from nabz.prescriptions.model.results import File, Result, ResultState
from nabz.prescriptions.service import looks
from nabz.prescriptions.store import results as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx

MOST = 200


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads, and as what; what is empty he is not."""

    by: str
    centre: str = ""
    patient: str = ""
    """The key of the registries."""

    doctor: str = ""


def of_delivery(tx: Tx, delivery: int) -> list[Result]:
    """List the results of a delivery for its centre, drafts too, the oldest first."""
    return store.of_delivery(tx, delivery)


def of_prescription(tx: Tx, prescription: int) -> list[Result]:
    """List what was released of a prescription, the latest first; replaced ones name what replaced them."""
    return store.released_of_prescription(tx, prescription)[::-1]


def of_patient(tx: Tx, patient: str, limit: int = 50, before: str = "") -> list[Result]:
    """List what was released of a patient, the latest first."""
    return store.released_of_patient(tx, patient, min(limit, MOST), before)


async def one(db: Database, id_: str, reader: Reader, now: datetime) -> Result:
    """Read a result, and write down who did. Raises ResultUnknown."""
    return await db.write(_one, id_, reader, now)


async def seen(db: Database, prescription: int, reader: Reader, now: datetime) -> list[Result]:
    """List what a reader may see of a prescription, the latest first, and write down that he did."""
    return await db.write(_seen, prescription, reader, now)


async def read_file(db: Database, id_: str, number: int, reader: Reader, now: datetime) -> File:
    """Read one file of a result, and write down who did. Raises ResultUnknown."""
    return await db.write(_file, id_, number, reader, now)


def _one(tx: Tx, id_: str, reader: Reader, now: datetime) -> Result:
    found = _visible(tx, id_, reader)
    _note(tx, found, reader, now)
    return found


def _seen(tx: Tx, prescription: int, reader: Reader, now: datetime) -> list[Result]:
    found = [each for each in of_prescription(tx, prescription) if _concerns(each, reader)]
    for each in found:
        _note(tx, each, reader, now)
    return found


def _file(tx: Tx, id_: str, number: int, reader: Reader, now: datetime) -> File:
    found = _visible(tx, id_, reader)
    kept = next((each for each in found.files if each.number == number), None)
    content = store.content(tx, found.id, number) if kept is not None else None
    if kept is None or content is None:
        raise ResultUnknown
    if sha256(content).hexdigest() != kept.digest:
        message = "a file of a result is not what was stored"
        raise RuntimeError(message)
    _note(tx, found, reader, now, number)
    return File(kept.name, kept.type, kept.digest, content)


def _visible(tx: Tx, id_: str, reader: Reader) -> Result:
    """Find a result that the reader may see. Raises ResultUnknown."""
    found = store.find(tx, id_.strip().lower())
    if found is None:
        raise ResultUnknown
    if reader.centre and found.centre == reader.centre:
        return found
    if not _concerns(found, reader) or found.state is ResultState.DRAFT:
        raise ResultUnknown
    return found


def _concerns(found: Result, reader: Reader) -> bool:
    if reader.patient and reader.patient == found.patient:
        return True
    return bool(reader.doctor) and reader.doctor == found.doctor


def _note(tx: Tx, found: Result, reader: Reader, now: datetime, file: int | None = None) -> None:
    role = "patient" if reader.patient else "doctor" if reader.doctor else "centre"
    if not reader.patient:
        as_ = Role.PHYSICIAN if reader.doctor else Role.PARACLINIC
        place = reader.doctor or reader.centre
        looks.note(tx, Look(patient=found.patient, who=reader.by, role=as_, place=place, what=Sight.RESULT), now)
    subject = str(found.prescription)
    audit.record(
        tx,
        now,
        reader.by,
        "prescriptions.result-read",
        subject,
        result=found.id,
        role=role,
        patient=found.patient,
        file=file,
    )
