"""The SQL of deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.db import Statement
from nabz.prescriptions.model import Delivery, DeliveryState

if TYPE_CHECKING:
    from nabz.kit.db import Tx

_DECODER: Final = msgspec.json.Decoder(Delivery)
_TEXTS: Final = ("centre", "centre_kind", "type", "source", "given_day", "month", "given_state")
_SUMS: Final = ("price", "insurer", "patient_share", "subsidy")
_NOTHING: Final = {
    **dict.fromkeys(_TEXTS, ""),
    **dict.fromkeys(_SUMS, 0),
    "delivery": None,
    "given": "{}",
    "lines": "[]",
    "counts": False,
}
_WHAT: Final = "CAST(document AS text), state, month_file, version"


def delivery(document: str, state: str, month_file: int | None, version: int) -> Delivery:
    """Read a row."""
    return msgspec.structs.replace(
        _DECODER.decode(document), state=DeliveryState(state), month_file=month_file, version=version
    )


def cells(one: Delivery | None) -> dict[str, Any]:
    """What the columns of a new delivery hold; without one, nothing."""
    if one is None:
        return dict(_NOTHING)
    return {
        "delivery": one.id,
        "centre": one.centre,
        "centre_kind": str(one.kind),
        "type": one.type,
        "source": str(one.source),
        "given_day": one.day,
        "month": one.day[:6],
        "given_state": str(one.state),
        "price": one.price,
        "insurer": one.insurer,
        "patient_share": one.patient_share,
        "subsidy": one.subsidy,
        "given": msgspec.json.encode(one).decode(),
        "counts": one.state is not DeliveryState.PENDING,
        "lines": msgspec.json.encode(
            [
                {
                    "place": place,
                    "type": line.type,
                    "code": line.code,
                    "quantity": line.quantity,
                    "price": line.price,
                    "insurer": line.insurer,
                    "patient": line.patient,
                    "subsidy": line.subsidy,
                }
                for place, line in enumerate(one.lines)
            ]
        ).decode(),
    }


BY_ID: Final = Statement(
    row=delivery,
    postgres=f"SELECT {_WHAT} FROM prescription_delivery WHERE data_set = :data_set AND id = :id",  # noqa: S608
)
OF_PRESCRIPTION: Final = Statement(
    row=delivery,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_delivery
    WHERE data_set = :data_set AND prescription = :prescription ORDER BY id
    """,  # noqa: S608 - our own text
)
OF_PATIENT: Final = Statement(
    row=delivery,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_delivery
    WHERE data_set = :data_set AND patient = :patient AND id < :before ORDER BY id DESC LIMIT :limit
    """,  # noqa: S608 - our own text
)
PENDING: Final = Statement(
    row=delivery,
    postgres=f"""
    SELECT {_WHAT} FROM prescription_delivery
    WHERE data_set = :data_set AND state = 'pending' AND at < :before ORDER BY at LIMIT :limit
    """,  # noqa: S608 - our own text
)
REPLACE: Final = Statement(
    row=int,
    postgres="""
    UPDATE prescription_delivery SET state = :state, day = :day, version = version + 1, document = (:document)::jsonb,
           price = :price, insurer = :insurer, patient_share = :patient_share, subsidy = :subsidy
    WHERE data_set = :data_set AND id = :id AND version = :seen RETURNING id
    """,
    sqlite="""
    UPDATE prescription_delivery SET state = :state, day = :day, version = version + 1, document = :document,
           price = :price, insurer = :insurer, patient_share = :patient_share, subsidy = :subsidy
    WHERE data_set = :data_set AND id = :id AND version = :seen RETURNING id
    """,
)
_COUNT: Final = Statement(
    row=int,
    postgres="""
    UPDATE prescription_delivery_line SET counts = :counts, month = :month
    WHERE data_set = :data_set AND delivery = :delivery RETURNING place
    """,
)


def replace(tx: Tx, one: Delivery) -> bool:
    """Put a delivery's new value in the place of the version it was made from; tell whether that still stood."""
    done = tx.run(
        REPLACE,
        id=one.id,
        seen=one.version,
        state=str(one.state),
        day=one.day,
        document=msgspec.json.encode(msgspec.structs.replace(one, version=one.version + 1)).decode(),
        price=one.price,
        insurer=one.insurer,
        patient_share=one.patient_share,
        subsidy=one.subsidy,
    )
    if done:
        counts = one.state in {DeliveryState.REGISTERED, DeliveryState.SENT}
        tx.run(_COUNT, delivery=one.id, counts=counts, month=one.day[:6])
    return bool(done)
