"""The SQL of prescriptions: one row is one value, and it changes only if nobody changed it since it was read."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.db import Statement
from nabz.prescriptions.model import ANONYMOUS, Prescription

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

_DECODER: Final = msgspec.json.Decoder(Prescription)
_WHAT: Final = "CAST(document AS text), version"


def prescription(document: str, version: int) -> Prescription:
    """Read a row."""
    one = _DECODER.decode(document)
    return one if one.version == version else msgspec.structs.replace(one, version=version)


def document_of(one: Prescription) -> str:
    """Write a value as its row keeps it."""
    return msgspec.json.encode(one).decode()


def fingerprint(one: Prescription) -> str:
    """Tell by what two prescriptions are the same: patient, physician, day, kind and what is in them."""
    who = f"{ANONYMOUS} {one.mobile}" if one.patient == ANONYMOUS else one.patient
    items = sorted((item.type, item.code, item.tooth, item.illnesses) for item in one.items)
    sent = sorted((each.specialty, each.siam, each.day) for each in one.referrals)
    content = msgspec.json.encode([who, one.doctor, one.day, one.kind, items, sent, one.feedback_of])
    return blake2b(content, digest_size=16).hexdigest()


_COLUMNS: Final = (
    "data_set, id, patient, tracking, doctor, kind, day, expires, state, siam, version, fingerprint, changed_by, "
    "created_at, changed_at"
)
_CELLS: Final = (
    ":data_set, :id, :patient, :tracking, :doctor, :kind, :day, :expires, :state, :siam, :version, :fingerprint, "
    ":change, :now, :now"
)
_MESSAGE: Final = "(id, topic, payload, at, due_at, tries)"
_TOLD: Final = f"INSERT INTO outbox_message {_MESSAGE} SELECT :message_id, :topic, :message, :now, :now, 0"
_AUDIT: Final = "INSERT INTO audit_entry (at, who, action, subject, data_set, facts)"
_KEY: Final = "INSERT INTO prescription_key (data_set, client, key, digest, prescription, delivery, at)"
_MADE: Final = "FROM prescription_head WHERE data_set = :data_set AND id = :id AND changed_by = :change"

CREATE: Final = Statement(
    row=int,
    postgres=f"""
    WITH made AS (
        INSERT INTO prescription_head ({_COLUMNS}, document) VALUES ({_CELLS}, (:document)::jsonb)
        ON CONFLICT DO NOTHING RETURNING id
    ), told AS (
        INSERT INTO outbox_message {_MESSAGE}
        SELECT :message_id, :topic, (:message)::jsonb, :now, :now, 0 FROM made WHERE :topic <> ''
    ), noted AS (
        {_AUDIT} SELECT :now, :by, :action, :subject, :data_set, (:facts)::jsonb FROM made
    ), keyed AS (
        {_KEY} SELECT :data_set, :client, :key, :digest, :id, NULL, :now FROM made WHERE :key <> ''
    )
    SELECT id FROM made
    """,  # noqa: S608 - our own text
    sqlite=(
        f"INSERT INTO prescription_head ({_COLUMNS}, document) VALUES ({_CELLS}, :document) ON CONFLICT DO NOTHING",  # noqa: S608
        f"{_TOLD} {_MADE} AND :topic <> ''",
        f"{_AUDIT} SELECT :now, :by, :action, :subject, :data_set, :facts {_MADE}",
        f"{_KEY} SELECT :data_set, :client, :key, :digest, :id, NULL, :now {_MADE} AND :key <> ''",
        f"SELECT id {_MADE}",
    ),
)
"""Write a prescription. No row: its content or its tracking code is there already."""

_DELIVERY: Final = (
    "data_set, id, prescription, centre, kind, type, source, patient, doctor, day, at, state, price, insurer, "
    "patient_share, subsidy, version, document"
)
_LINE: Final = (
    "data_set, delivery, place, centre, month, doctor, type, code, quantity, price, insurer, patient_share, subsidy, "
    "counts"
)
_NOW_CHANGED: Final = f"{_MADE} AND version = :version"
_SET: Final = (
    "state = :state, expires = :expires, siam = :siam, version = :version, fingerprint = :fingerprint, "
    "changed_by = :change, changed_at = :now"
)
_GIVEN: Final = (
    ":data_set, {0}, :id, :centre, :centre_kind, :type, :source, :patient, :doctor, :given_day, :now, :given_state, "
    ":price, :insurer, :patient_share, :subsidy, 1"
)
_LINE_CELLS: Final = "{0}, {1}, :centre, :month, :doctor, {2}"

CHANGE: Final = Statement(
    row=int,
    postgres=f"""
    WITH changed AS (
        UPDATE prescription_head SET {_SET}, document = (:document)::jsonb
        WHERE data_set = :data_set AND id = :id AND version = :seen RETURNING id
    ), given AS (
        INSERT INTO prescription_delivery ({_DELIVERY})
        SELECT {_GIVEN.format("(:delivery)::bigint")}, (:given)::jsonb FROM changed
        WHERE (:delivery)::bigint IS NOT NULL
    ), parted AS (
        INSERT INTO prescription_delivery_line ({_LINE})
        SELECT :data_set, (:delivery)::bigint, place, :centre, :month, :doctor, type, code, quantity, price, insurer,
               patient, subsidy, (:counts)::boolean
        FROM changed, jsonb_to_recordset((:lines)::jsonb)
             AS l (place int, type text, code text, quantity int, price bigint, insurer bigint, patient bigint,
                   subsidy bigint)
    ), told AS (
        INSERT INTO outbox_message {_MESSAGE}
        SELECT :message_id, :topic, (:message)::jsonb, :now, :now, 0 FROM changed WHERE :topic <> ''
    ), noted AS (
        {_AUDIT} SELECT :now, :by, :action, :subject, :data_set, (:facts)::jsonb FROM changed
    ), keyed AS (
        {_KEY} SELECT :data_set, :client, :key, :digest, :id, (:delivery)::bigint, :now FROM changed WHERE :key <> ''
    )
    SELECT id FROM changed
    """,  # noqa: S608 - our own text
    sqlite=(
        f"""
        UPDATE prescription_head SET {_SET}, document = :document
        WHERE data_set = :data_set AND id = :id AND version = :seen
        """,  # noqa: S608 - our own text
        f"""
        INSERT INTO prescription_delivery ({_DELIVERY})
        SELECT {_GIVEN.format(":delivery")}, :given {_NOW_CHANGED} AND :delivery IS NOT NULL
        """,
        f"""
        INSERT INTO prescription_delivery_line ({_LINE})
        SELECT :data_set, :delivery, l.value ->> 'place', :centre, :month, :doctor, l.value ->> 'type',
               l.value ->> 'code', l.value ->> 'quantity', l.value ->> 'price', l.value ->> 'insurer',
               l.value ->> 'patient', l.value ->> 'subsidy', :counts
        FROM json_each(:lines) l WHERE EXISTS (SELECT 1 {_NOW_CHANGED})
        """,  # noqa: S608 - our own text
        f"{_TOLD} {_NOW_CHANGED} AND :topic <> ''",
        f"{_AUDIT} SELECT :now, :by, :action, :subject, :data_set, :facts {_NOW_CHANGED}",
        f"{_KEY} SELECT :data_set, :client, :key, :digest, :id, :delivery, :now {_NOW_CHANGED} AND :key <> ''",
        f"SELECT id {_NOW_CHANGED}",
    ),
)
"""Put a prescription's new value in the place of the one that was seen, with what else happened. No row: it was
changed meanwhile."""


def cells(one: Prescription) -> dict[str, Any]:
    """What the columns of a prescription hold."""
    return {
        "id": one.id,
        "patient": one.patient,
        "tracking": one.tracking,
        "doctor": one.doctor,
        "kind": int(one.kind),
        "day": one.day,
        "expires": one.expires,
        "state": str(one.state),
        "siam": siam_of(one),
        "version": one.version,
        "fingerprint": fingerprint(one),
        "document": document_of(one),
    }


def siam_of(one: Prescription) -> str:
    """Give the centre that looks for a prescription by its own number: where it was written, or where to admit."""
    return next((each.siam for each in one.referrals if each.siam), "") or one.siam


BY_ID: Final = Statement(
    row=prescription,
    postgres=f"SELECT {_WHAT} FROM prescription_head WHERE data_set = :data_set AND id = :id",  # noqa: S608 - our own text
)
LOCKED: Final = Statement(
    row=prescription,
    postgres=f"SELECT {_WHAT} FROM prescription_head WHERE data_set = :data_set AND id = :id FOR UPDATE",  # noqa: S608
    sqlite=f"SELECT {_WHAT} FROM prescription_head WHERE data_set = :data_set AND id = :id",  # noqa: S608
)
BY_TRACKING: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head WHERE data_set = :data_set AND patient = :patient AND tracking = :tracking
    """,  # noqa: S608 - our own text
)
ACTIVE: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head
    WHERE data_set = :data_set AND patient = :patient AND state IN ('open', 'part') AND expires >= :today
    ORDER BY id DESC LIMIT 200
    """,  # noqa: S608 - our own text
)
BY_CONTENT: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head
    WHERE data_set = :data_set AND fingerprint = :fingerprint AND state <> 'deleted'
    """,  # noqa: S608 - our own text
)
OF_PATIENT: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head
    WHERE data_set = :data_set AND patient = :patient AND id < :before ORDER BY id DESC LIMIT :limit
    """,  # noqa: S608 - our own text
)
OF_DOCTOR: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head
    WHERE data_set = :data_set AND doctor = :doctor AND id < :before AND day >= :from_day AND day <= :until_day
    ORDER BY id DESC LIMIT :limit
    """,  # noqa: S608 - our own text
)
OF_SIAM: Final = Statement(
    row=prescription,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_head
    WHERE data_set = :data_set AND siam = :siam AND siam <> '' AND kind = :kind AND state <> 'deleted'
    ORDER BY id DESC LIMIT :limit
    """,  # noqa: S608 - our own text
)


class Done(msgspec.Struct, frozen=True):
    """What was done under an idempotency key."""

    digest: str
    prescription: int
    delivery: int | None


BY_KEY: Final = Statement(
    row=Done,
    postgres="""
    SELECT digest, prescription, delivery FROM prescription_key
    WHERE data_set = :data_set AND client = :client AND key = :key
    """,
)
_FORGET: Final = Statement(
    row=str,
    postgres="DELETE FROM prescription_key WHERE data_set = :data_set AND at < :before RETURNING key",
)


def forget_keys(tx: Tx, before: datetime) -> int:
    """Forget the idempotency keys of long ago."""
    return len(tx.run(_FORGET, before=before))
