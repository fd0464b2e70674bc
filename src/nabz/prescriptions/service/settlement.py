"""What the insurer pays: the files of a month, and the sheet of what was accepted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.errors.insurer import SettlementTooLarge
from nabz.prescriptions.model import Centre
from nabz.prescriptions.model.monthly import FileState, MonthFile, Sums
from nabz.prescriptions.service import enrolment, monthly
from nabz.prescriptions.store import settlement as store
from nabz.prescriptions.store.settlement import SettledLine

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import CentreKind

MOST_LINES: Final = 200_000
BLOCK: Final = 200


class Filed(msgspec.Struct, frozen=True):
    """A month's file with whose it is."""

    file: MonthFile
    centre: Centre | None

    @property
    def name(self) -> str:
        """Name the centre."""
        return self.centre.name if self.centre else self.file.centre


class Standing(msgspec.Struct, frozen=True):
    """How many files of a month stand so, and what they come to."""

    state: FileState
    count: int
    sums: Sums


class Settlement(msgspec.Struct, frozen=True):
    """What was accepted of a month: its files, and all of their lines."""

    month: str
    files: list[Filed]
    lines: list[SettledLine]

    @property
    def total(self) -> Sums:
        """Sum up what was accepted."""
        total = Sums()
        for each in self.files:
            if each.file.state is FileState.ACCEPTED:
                total += each.file.sums
        return total


def files(
    tx: Tx,
    month: str,
    state: FileState | None = None,
    kind: CentreKind | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[Filed]:
    """List the files of a month with their centres, the first sent first."""
    return [_filed(tx, file) for file in monthly.listed(tx, month, state, kind, limit, after)]


def one(tx: Tx, id_: int) -> Filed:
    """Read one file with its centre. Raises MonthFileNotThere."""
    return _filed(tx, monthly.one(tx, id_))


def standings(tx: Tx, month: str) -> list[Standing]:
    """Tell how many files of a month stand where, with their sums."""
    found = store.states(tx, month)
    return [Standing(state, *found.get(state.value, (0, Sums()))) for state in FileState]


def settle(tx: Tx, month: str, kind: CentreKind | None = None, centre: str = "") -> Settlement:
    """Read all that was accepted of a month, of one kind of centre or of one. Raises SettlementTooLarge."""
    if store.settled_count(tx, month, str(kind or ""), centre) > MOST_LINES:
        raise SettlementTooLarge(most=MOST_LINES)
    found: list[Filed] = []
    while some := files(tx, month, None, kind, BLOCK, found[-1].file.id if found else 0):
        found += some
    mine = [each for each in found if not centre or each.file.centre == centre]
    return Settlement(month, mine, store.settled(tx, month, str(kind or ""), centre))


def _filed(tx: Tx, file: MonthFile) -> Filed:
    return Filed(file, enrolment.centre(tx, file.centre))
