"""The file of a month: what it would come to, sending it once, and what the insurer decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import audit, jalali, outbox
from nabz.prescriptions.errors.monthly import (
    MonthEmpty,
    MonthFileDecided,
    MonthFileNotThere,
    MonthNotOver,
    MonthSent,
    MonthWaits,
    ReasonMissing,
)
from nabz.prescriptions.model.monthly import (
    LONGEST_REASON,
    MOST_REASONS,
    FileState,
    MonthFile,
    Reason,
    Sums,
    is_over,
)
from nabz.prescriptions.model.values import DeliveryState
from nabz.prescriptions.store import monthly as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Centre, Delivery
    from nabz.prescriptions.model.values import CentreKind

LATE: Final = timedelta(hours=1)
"""What was begun before midnight is written by then: only so is a month's file whole."""

MOST_FILES: Final = 60


class Outlook(msgspec.Struct, frozen=True):
    """What a month would come to if its file were sent now."""

    month: str
    file: MonthFile | None
    ready: Sums
    waiting: int
    """Deliveries whose second step is not done."""

    over: bool

    @property
    def can_be_sent(self) -> bool:
        """Tell whether sending would be accepted."""
        free = self.file is None or self.file.state is FileState.RETURNED
        return free and self.over and not self.waiting and bool(self.ready.deliveries)


def outlook(tx: Tx, centre: str, month: str, now: datetime) -> Outlook:
    """Tell what stands ready of a month, and what keeps its file back."""
    ready = store.sums(tx, centre, month, DeliveryState.REGISTERED, None)
    over = is_over(month, _day(now))
    return Outlook(month, store.of_month(tx, centre, month), ready, store.waiting(tx, centre, month), over)


def send(tx: Tx, centre: Centre, month: str, id_: int, by: str, now: datetime) -> MonthFile:
    """Send the file of a month: once, and again after it was sent back.

    What goes into it becomes part of it in the same transaction, and is not taken back any more.
    Raises MonthNotOver, MonthWaits, MonthSent, MonthEmpty.
    """
    if not is_over(month, _day(now)):
        raise MonthNotOver
    if waiting := store.waiting(tx, centre.id, month):
        raise MonthWaits(count=waiting)
    begun = _begun(tx, centre, month, id_, by, now)
    if not store.take(tx, centre.id, month, begun.id):
        raise MonthEmpty
    sums = store.sums(tx, centre.id, month, DeliveryState.SENT, begun.id)
    file = msgspec.structs.replace(begun, sums=sums)
    if not store.replace(tx, file, begun.version, FileState.SENT):
        raise MonthSent
    _tell(tx, file, "month-sent", by, now)
    return file


def _begun(tx: Tx, centre: Centre, month: str, id_: int, by: str, now: datetime) -> MonthFile:
    """Take the place of the month's file, so that nobody else sends it."""
    there = store.of_month(tx, centre.id, month)
    if there is None:
        file = MonthFile(id_, centre.id, centre.kind, month, FileState.SENT, Sums(), now, by)
        store.add(tx, file)
        return file
    again = msgspec.structs.replace(
        there,
        state=FileState.SENT,
        sent_at=now,
        sent_by=by,
        version=there.version + 1,
        times=there.times + 1,
        decided_at=None,
        decided_by="",
        reasons=(),
    )
    if not store.replace(tx, again, there.version, FileState.RETURNED):
        raise MonthSent
    return again


def accept(tx: Tx, id_: int, version: int, by: str, now: datetime) -> MonthFile:
    """Accept a file as it was seen. Raises MonthFileNotThere, MonthFileDecided."""
    return _decide(tx, id_, version, FileState.ACCEPTED, (), by, now)


def send_back(tx: Tx, id_: int, version: int, reasons: Sequence[Reason], by: str, now: datetime) -> MonthFile:
    """Send a file back, so that its deliveries can be corrected.

    Raises MonthFileNotThere, MonthFileDecided, ReasonMissing.
    """
    told = tuple(
        Reason(reason.text.strip()[:LONGEST_REASON], reason.delivery) for reason in reasons if reason.text.strip()
    )[:MOST_REASONS]
    if not told:
        raise ReasonMissing
    file = _decide(tx, id_, version, FileState.RETURNED, told, by, now)
    store.give_back(tx, file.centre, file.month, file.id)
    return file


def _decide(
    tx: Tx, id_: int, version: int, state: FileState, reasons: tuple[Reason, ...], by: str, now: datetime
) -> MonthFile:
    there = one(tx, id_)
    decided = msgspec.structs.replace(
        there, state=state, version=there.version + 1, decided_at=now, decided_by=by, reasons=reasons
    )
    if there.version != version or not store.replace(tx, decided, version, FileState.SENT):
        raise MonthFileDecided
    _tell(tx, decided, f"month-{state.value}", by, now)
    return decided


def one(tx: Tx, id_: int, centre: str | None = None) -> MonthFile:
    """Read a file, of this centre if one is named. Raises MonthFileNotThere."""
    found = store.one(tx, id_)
    if found is None or centre not in {None, found.centre}:
        raise MonthFileNotThere
    return found


def of_centre(tx: Tx, centre: str, first: str = "", limit: int = MOST_FILES) -> list[MonthFile]:
    """List a centre's files from a month on, the newest first."""
    return store.of_centre(tx, centre, first, limit)


def listed(
    tx: Tx,
    month: str = "",
    state: FileState | None = None,
    kind: CentreKind | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[MonthFile]:
    """List the files of all centres, the first sent first."""
    return store.listed(tx, month, state, kind, limit, after)


def contents(tx: Tx, centre: str, month: str, file: MonthFile | None) -> list[Delivery]:
    """Read what is in a file, or would be in the next."""
    inside = file is not None and file.state is not FileState.RETURNED
    return store.contents(tx, centre, month, DeliveryState.SENT if inside else DeliveryState.REGISTERED)


def _day(now: datetime) -> str:
    return jalali.compact(jalali.day_of(now - LATE))


def _tell(tx: Tx, file: MonthFile, what: str, by: str, now: datetime) -> None:
    facts: dict[str, Any] = {"centre": file.centre, "month": file.month, "price": file.sums.price}
    facts |= {"insurer": file.sums.insurer, "reasons": [reason.text for reason in file.reasons]}
    audit.record(tx, now, by, f"prescriptions.{what}", f"month-file:{file.id}", **facts)
    message = {"file": file.id, "centre": file.centre, "month": file.month}
    outbox.put(tx, f"{what}:{tx.data_set}:{file.id}:{file.version}", f"prescriptions.{what}", message, now)
