"""What a centre's nurses have done, as it is sent and answered (TAMIN-WIRE 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from nabz.prescriptions.wire.envelope import Result, Resulting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.prescriptions.model import Prescription

SAVED: Final = "خدمات پرستاری با موفقیت ثبت شد"


class Save(msgspec.Struct, frozen=True):
    """Which items a nurse has done (#31)."""

    noteDetailsEprscIds: list[int] | int | None = None
    nurseNationalCode: str | None = None
    siamId: str | None = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {
        "noteDetailsEprscIds": ("noteDetailsEprscId", "noteDetailEprscIds")
    }

    def ids(self) -> tuple[int, ...]:
        """Give the items, each once."""
        told = self.noteDetailsEprscIds
        return tuple(dict.fromkeys([told] if isinstance(told, int) else told or ()))


def saved(done: Sequence[Prescription]) -> Resulting:
    """Answer what was noted, in the shape of a creation: that of the kind nobody knows."""
    return Resulting(Result(done[0].tracking, str(done[0].id), complemantary_Msg=SAVED))
