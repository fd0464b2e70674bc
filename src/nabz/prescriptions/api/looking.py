"""Who looks at patients' records through the writing API: physicians, and those who work beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.model.corrections import Look, Role
from nabz.prescriptions.service.looks import Looks

LONGEST: Final = 64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.prescriptions.api.door import Sent


async def note_looks(sent: Sent, patients: Iterable[str], place: str = "") -> None:
    """Write down for patients that their records were read, and at which place or for which physician."""
    for patient in dict.fromkeys(patients):
        look = Look(patient=patient, who=sent.caller.by, role=Role.PHYSICIAN, place=_spelt(place))
        await Looks.of(sent.deps).note(sent.db, look, sent.now)


def _spelt(place: str) -> str:
    """Write the number of a place in one way: the same look is written down once a day."""
    return place.replace("\0", "").strip().lower()[:LONGEST]
