"""The SQL of very many residents at once, for seeds: rows of the same shape as those that callers write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.kit.db.bulk import Bulk, count
from nabz.residency.store import declarations as of_declarations
from nabz.residency.store import residents as of_residents
from nabz.residency.tables import changes, declarations, residents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nabz.kit.db import Tx
    from nabz.residency.model import Change, Declaration, Resident

_RESIDENT: Final = tuple(column.name for column in residents.columns if column.name != "data_set")
_DECLARATION: Final = tuple(column.name for column in declarations.columns if column.name != "data_set")
_DAYS: Final = frozenset({"started", "ended", "birth"})
_RESIDENTS: Final = Bulk(residents, _RESIDENT)
_DECLARATIONS: Final = Bulk(declarations, _DECLARATION)
_CHANGES: Final = Bulk(changes, ("resident", "at", "id", "year", "who", "action", "facts"))


def put(
    tx: Tx,
    some: Iterable[Resident],
    declared: Iterable[Declaration],
    told: Sequence[tuple[str, Change]],
) -> None:
    """Put in residents, what was declared of them, and the lines of their histories; what is there stays."""
    _RESIDENTS.put(tx, [_cells(of_residents.cells_of(one), _RESIDENT) for one in some])
    _DECLARATIONS.put(tx, [_cells(of_declarations.cells_of(one), _DECLARATION) for one in declared])
    _CHANGES.put(
        tx,
        [
            (resident, one.at, f"{one.who}/{one.action}/{one.year}", one.year, one.who, one.action, one.facts)
            for resident, one in told
        ],
    )


def count_all(tx: Tx) -> None:
    """Let the planner know what is there now."""
    count(tx, residents, declarations, changes)


def _cells(cells: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    """Order the cells of a row, with days as both engines read them."""
    return tuple(
        cells[name].isoformat() if name in _DAYS and cells[name] is not None else cells[name] for name in names
    )
