"""The SQL of marked diseases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.db import Statement
from nabz.prescriptions.model.diseases import Mark

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

_WHAT: Final = "disease, type, number, day"

_OF: Final = Statement(
    row=Mark,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_disease_mark WHERE data_set = :data_set AND patient = :patient ORDER BY disease
    """,  # noqa: S608 - our own text
)
_PUT: Final = Statement(
    row=Mark,
    postgres=f"""
    INSERT INTO prescription_disease_mark AS m
      (data_set, patient, disease, type, number, day, mobile, siam, marked_by, marked_at)
    VALUES (:data_set, :patient, :disease, :type, :number, :day, :mobile, :siam, :by, :now)
    ON CONFLICT (data_set, patient, disease) DO UPDATE
    SET type = excluded.type, mobile = excluded.mobile, siam = excluded.siam
    RETURNING {_WHAT}
    """,  # noqa: S608 - our own text
)


def of_patient(tx: Tx, patient: str) -> list[Mark]:
    """List what a patient was marked with."""
    return tx.run(_OF, patient=patient)


def put(tx: Tx, patient: str, mark: Mark, place: tuple[str, str], by: str, now: datetime) -> Mark:
    """Mark a patient; who is marked already keeps his number and his day, and the type is the new one."""
    mobile, siam = place
    (kept,) = tx.run(_PUT, patient=patient, **mark._asdict(), mobile=mobile, siam=siam, by=by, now=now)
    return kept
