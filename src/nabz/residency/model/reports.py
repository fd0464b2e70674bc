"""Figures of a year: how many declarations stand where, how they ended, and their scores on the average."""

from __future__ import annotations

import msgspec

from nabz.residency.model.values import Result, Standing


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one university, course or year; `key` tells which."""

    key: str
    total: int
    standings: dict[str, int]
    results: dict[int, int]
    declared: int
    """Those whom the university declares: the averages are theirs alone."""

    clinical: int
    operation: int
    ethics: int

    @property
    def waiting(self) -> int:
        """So many wait for the ministry."""
        return self.standings[Standing.NEW] + self.standings[Standing.CORRECTED]

    @property
    def accepted(self) -> int:
        """So many may have a result."""
        return self.standings[Standing.ACCEPTED]

    @property
    def without_result(self) -> int:
        """So many were accepted and have no result yet."""
        return max(0, self.accepted - sum(self.results.values()))

    @property
    def score(self) -> int:
        """The average sum of the scores, of 150, in hundredths."""
        return self.clinical + self.operation + self.ethics


def sum_of(rows: list[Row]) -> Row:
    """Put the figures of all rows together."""
    declared = sum(row.declared for row in rows)

    def mean(name: str) -> int:
        return round(sum(getattr(row, name) * row.declared for row in rows) / declared) if declared else 0

    return Row(
        key="",
        total=sum(row.total for row in rows),
        standings={name: sum(row.standings[name] for row in rows) for name in Standing},
        results={int(code): sum(row.results[code] for row in rows) for code in Result},
        declared=declared,
        clinical=mean("clinical"),
        operation=mean("operation"),
        ethics=mean("ethics"),
    )
