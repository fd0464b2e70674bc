"""What the drugs of a prescription do to each other, out of a table that the operator imports."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from nabz.kit import audit
from nabz.prescriptions.model.catalogue import Interaction, Severity, name_of
from nabz.prescriptions.service.catalogue.finding import DRUG, many
from nabz.prescriptions.store import interactions as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model.catalogue import Service

_WORST_FIRST = (Severity.FORBIDDEN, Severity.SEVERE, Severity.MODERATE, Severity.MILD)


def between(tx: Tx, codes: Sequence[str], day: str = "") -> list[Interaction]:
    """List what any two of some drugs do to each other, the worst first; they are called as they were asked for."""
    if len(codes) < 2:  # noqa: PLR2004 - it takes two
        return []
    names = _names(tx, codes, day)
    known = {(one.one, one.other): one for one in store.among(tx, sorted(set().union(*names.values())))}
    found = [
        worst._replace(one=one, other=other)
        for one, other in combinations(dict.fromkeys(codes), 2)
        if (worst := _worst(known, names[one], names[other])) is not None
    ]
    return sorted(found, key=lambda each: _WORST_FIRST.index(each.severity))


def same_therapy(tx: Tx, codes: Sequence[str], day: str = "") -> list[tuple[str, str]]:
    """List the pairs of some drugs that are the same therapy: one substance, or one group of equivalents."""
    found = many(tx, [(DRUG, code) for code in codes], day)
    kinds = {code: _therapy(service) for (_, code), service in found.items()}
    return [
        (one, other)
        for one, other in combinations(dict.fromkeys(codes), 2)
        if kinds.get(one) and kinds[one] == kinds.get(other)
    ]


def load(tx: Tx, table: Sequence[Interaction], by: str, now: datetime) -> int:
    """Put a table of interactions in the place of the one before; of a pair that stands twice the last counts."""
    ordered = {tuple(sorted((one.one, one.other))): one for one in table}
    rows = [found._replace(one=one, other=other) for (one, other), found in ordered.items()]
    store.replace(tx, rows)
    audit.record(tx, now, by, "prescriptions.interactions-loaded", "interactions", pairs=len(rows))
    return len(rows)


def count(tx: Tx) -> int:
    """Tell how many pairs are known."""
    return store.count(tx)


def _names(tx: Tx, codes: Iterable[str], day: str) -> dict[str, set[str]]:
    """Give all that the table may call some drugs by."""
    asked = list(dict.fromkeys(codes))
    found = many(tx, [(DRUG, code) for code in asked], day)
    return {code: {name_of(code), *_called(found.get((DRUG, code)))} for code in asked}


def _called(service: Service | None) -> Iterator[str]:
    if service is not None:
        yield from (name_of(name) for name in (service.code, service.generic, service.substance) if name)


def _worst(known: dict[tuple[str, str], Interaction], names: set[str], others: set[str]) -> Interaction | None:
    met = [known[pair] for one in names for other in others if (pair := (min(one, other), max(one, other))) in known]
    return min(met, key=lambda each: _WORST_FIRST.index(each.severity), default=None)


def _therapy(service: Service) -> str:
    return name_of(service.substance or service.generic)
