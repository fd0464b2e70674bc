"""What a price list would do to the catalogue, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from nabz.prescriptions.errors.catalogue import CatalogueRowsRefused
from nabz.prescriptions.model.catalogue import Price, Row, RowWrong, Service
from nabz.prescriptions.store.catalogue import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.prescriptions.model.catalogue import Key
    from nabz.prescriptions.store.catalogue import State

_LAB: Final = "02"
_NO_GROUP: Final = "000"


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    PRICE = "price"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


OUTCOME_FA: Final = {
    Outcome.NEW: "نو",
    Outcome.CHANGED: "تغییر مشخصات",
    Outcome.PRICE: "تغییر قیمت",
    Outcome.UNCHANGED: "بی‌تغییر",
    Outcome.WRONG: "نادرست",
}


class RowReport(NamedTuple):
    """What becomes of a row, and of a wrong one why."""

    line: int
    key: Key
    outcome: Outcome
    fa: str = ""
    en: str = ""


@dataclass
class Report:
    """What becomes of all rows."""

    rows: list[RowReport] = field(default_factory=list)
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))

    def tell(self, row: RowReport) -> None:
        """Take a row in."""
        self.rows.append(row)
        self.counts[row.outcome] += 1

    def must_be_clean(self) -> None:
        """Raise CatalogueRowsRefused when a row is wrong."""
        wrong = next((row for row in self.rows if row.outcome is Outcome.WRONG), None)
        if wrong is not None:
            count = self.counts[Outcome.WRONG]
            raise CatalogueRowsRefused(count=count, line=wrong.line, why_fa=wrong.fa, why_en=wrong.en)


Line = tuple[int, "Row | RowWrong"]
"""A row of a file by its line, or what is wrong with it."""


class Known:
    """The catalogue as it stands, and as it will stand after the rows that were taken in so far."""

    def __init__(self, state: State, services: Iterable[Service], prices: dict[Key, dict[str, Price]]) -> None:
        self.state = state
        self.next_id = state.next_id
        self._services = {one.key: one for one in services}
        self._ids = {one.id: one.key for one in self._services.values()}
        self._prices = prices
        self._seen: set[tuple[Key, str]] = set()
        self._described: set[Key] = set()

    def compare(self, lines: Iterable[Line]) -> tuple[Report, list[Change]]:
        """Tell what becomes of the rows, and what has to be put in."""
        report, changes = Report(), []
        for line, row in lines:
            key = row.key if isinstance(row, Row) else ("", "")
            try:
                if isinstance(row, RowWrong):
                    raise row
                outcome, change = self._take(row)
            except RowWrong as wrong:
                report.tell(RowReport(line, key, Outcome.WRONG, wrong.fa, wrong.en))
                continue
            report.tell(RowReport(line, key, outcome))
            if change is not None:
                changes.append(change)
        return report, changes

    def _take(self, row: Row) -> tuple[Outcome, Change | None]:
        if (row.key, row.day) in self._seen:
            raise RowWrong("همین خدمت با همین تاریخ پیش‌تر در فایل آمده است", "the service stands in the file already")
        self._seen.add((row.key, row.day))
        before = self._services.get(row.key)
        service = self._new(row) if before is None else self._changed(before, row)
        describes = service != before
        if describes and row.key in self._described:
            raise RowWrong(
                "مشخصات این خدمت در دو سطر فایل یکسان نیست", "two rows of the file describe the service differently"
            )
        priced = row.price is not None and self._price_at(row.key, row.day) != row.price
        if describes:
            self._described.add(row.key)
            self._services[row.key] = service
            self._ids[service.id] = row.key
            self.next_id = max(self.next_id, service.id + 1)
        if priced and row.price is not None:
            self._prices.setdefault(row.key, {})[row.day] = row.price
        outcome = (
            Outcome.NEW
            if before is None
            else Outcome.CHANGED
            if describes
            else Outcome.PRICE
            if priced
            else Outcome.UNCHANGED
        )
        if outcome is Outcome.UNCHANGED:
            return outcome, None
        price = row.price if priced and row.price is not None else Price()
        return outcome, Change(row.key, service if describes else None, row.day if priced else None, price)

    def _new(self, row: Row) -> Service:
        if not row.given.get("name"):
            raise RowWrong("خدمت نو است و نام (name) ندارد", "the service is new and has no name")
        type_, code = row.key
        named: dict[str, Any] = {"id": self.next_id, "srv_code": code, **row.given}
        if type_ == _LAB:
            named.setdefault("group", _NO_GROUP)
        self._must_be_free(named["id"], row.key)
        return Service(type=type_, code=code, **named)

    def _changed(self, before: Service, row: Row) -> Service:
        if row.given.get("id", before.id) != before.id:
            raise RowWrong("شناسهٔ خدمت (id) عوض نمی‌شود", "the id of a service does not change")
        if row.given.get("name") == "":
            raise RowWrong("نام (name) خالی نمی‌شود", "a service cannot lose its name")
        return msgspec.structs.replace(before, **row.given)

    def _must_be_free(self, id_: int, key: Key) -> None:
        if id_ < 1 or self._ids.get(id_, key) != key:
            raise RowWrong("شناسهٔ خدمت (id) از آن خدمت دیگری است", "the id belongs to another service")

    def _price_at(self, key: Key, day: str) -> Price | None:
        prices = self._prices.get(key, {})
        since = max((each for each in prices if each <= day), default=None)
        return prices[since] if since is not None else None
