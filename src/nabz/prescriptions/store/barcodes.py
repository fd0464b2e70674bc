"""The SQL of barcodes: each step is one statement with its condition, so that a package is given once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.db import Statement
from nabz.prescriptions.model.barcodes import Barcode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

_WHAT: Final = "code, drug, batch, expires, registered_by, registered_at, centre, activated_at, delivery"

_REGISTER: Final = Statement(
    row=str,
    postgres="""
    INSERT INTO prescription_barcode (data_set, code, drug, batch, expires, registered_by, registered_at, centre)
    SELECT :data_set, c.code, :drug, :batch, :expires, :by, :now, ''
    FROM jsonb_array_elements_text((:codes)::jsonb) AS c (code)
    ON CONFLICT (data_set, code) DO NOTHING RETURNING code
    """,
    sqlite="""
    INSERT INTO prescription_barcode (data_set, code, drug, batch, expires, registered_by, registered_at, centre)
    SELECT :data_set, c.value, :drug, :batch, :expires, :by, :now, ''
    FROM json_each(:codes) c WHERE true
    ON CONFLICT (data_set, code) DO NOTHING RETURNING code
    """,
)
_OTHERS: Final = Statement(
    row=str,
    postgres="""
    SELECT code FROM prescription_barcode
    WHERE data_set = :data_set AND (drug <> :drug OR batch <> :batch)
      AND code IN (SELECT jsonb_array_elements_text((:codes)::jsonb)) ORDER BY code LIMIT 1
    """,
    sqlite="""
    SELECT code FROM prescription_barcode
    WHERE data_set = :data_set AND (drug <> :drug OR batch <> :batch)
      AND code IN (SELECT value FROM json_each(:codes)) ORDER BY code LIMIT 1
    """,
)
_ACTIVATE: Final = Statement(
    row=Barcode,
    postgres=f"""
    UPDATE prescription_barcode SET centre = :centre, activated_at = :now
    WHERE data_set = :data_set AND code = :code AND centre = '' RETURNING {_WHAT}
    """,  # noqa: S608 - our own text
)
_BIND: Final = Statement(
    row=str,
    postgres="""
    UPDATE prescription_barcode
    SET centre = :centre, activated_at = coalesce(activated_at, :now), delivery = :delivery
    WHERE data_set = :data_set AND code = :code AND drug = :drug AND delivery IS NULL
      AND (centre = '' OR centre = :centre)
    RETURNING code
    """,
)
_RELEASE: Final = Statement(
    row=str,
    postgres="""
    UPDATE prescription_barcode SET centre = '', activated_at = NULL, delivery = NULL
    WHERE data_set = :data_set AND delivery = :delivery RETURNING code
    """,
)
_FIND: Final = Statement(
    row=Barcode,
    postgres=f"SELECT {_WHAT} FROM prescription_barcode WHERE data_set = :data_set AND code = :code",  # noqa: S608
)
_OF_CENTRE: Final = Statement(
    row=Barcode,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_barcode
    WHERE data_set = :data_set AND centre = :centre AND centre <> ''
      AND activated_at >= :from_ AND activated_at < :until
    ORDER BY activated_at DESC, code LIMIT :limit
    """,  # noqa: S608 - our own text
)


def register(tx: Tx, drug: str, batch: str, expires: str, codes: str, by: str, now: datetime) -> Sequence[str]:
    """Put in what is not there (a JSON list); give what is new."""
    return tx.run(_REGISTER, drug=drug, batch=batch, expires=expires, codes=codes, by=by, now=now)


def other(tx: Tx, drug: str, batch: str, codes: str) -> str | None:
    """Find one of the codes (a JSON list) that belongs to another drug or batch."""
    found = tx.run(_OTHERS, drug=drug, batch=batch, codes=codes)
    return found[0] if found else None


def activate(tx: Tx, code: str, centre: str, now: datetime) -> Barcode | None:
    """Activate a barcode that nobody has; without one, nothing was changed."""
    found = tx.run(_ACTIVATE, code=code, centre=centre, now=now)
    return found[0] if found else None


def bind(tx: Tx, code: str, drug: str, centre: str, delivery: int, now: datetime) -> bool:
    """Give a barcode with a delivery; tell whether it was free for that."""
    return bool(tx.run(_BIND, code=code, drug=drug, centre=centre, delivery=delivery, now=now))


def release(tx: Tx, delivery: int) -> int:
    """Free what was given with a delivery."""
    return len(tx.run(_RELEASE, delivery=delivery))


def find(tx: Tx, code: str) -> Barcode | None:
    """Read a barcode."""
    found = tx.run(_FIND, code=code)
    return found[0] if found else None


def of_centre(tx: Tx, centre: str, from_: datetime, until: datetime, limit: int) -> list[Barcode]:
    """List what a centre has activated in a time, the latest first."""
    return tx.run(_OF_CENTRE, centre=centre, from_=from_, until=until, limit=limit)
