"""For which centre a message speaks, and whom it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.errors.reading import CentreUnknown
from nabz.prescriptions.model import CentreKind, centre_id
from nabz.prescriptions.model.corrections import Look, Role
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.service.looks import Looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.kit.db import Tx
    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import Caller, Prescription


async def centre_of(sent: Sent, named: str) -> str:
    """Give the centre that a message names, or else the one that its user works in. Raises CentreUnknown."""
    return named.strip() or await sent.db.read(_own, sent.caller)


async def note_look(sent: Sent, found: Sequence[Prescription], centre: str) -> None:
    """Write down for the patient that a centre has looked at what was written for him."""
    if found:
        look = Look(patient=found[0].patient, who=sent.caller.by, role=Role.PARACLINIC, place=centre_id(centre))
        await Looks.of(sent.deps).note(sent.db, look, sent.now)


async def name_of(sent: Sent, centre: str) -> str:
    """Give a centre's name."""
    found = await sent.db.read(enrolment.centre, centre)
    return found.name if found is not None else ""


def _own(tx: Tx, caller: Caller) -> str:
    if caller.organisation is None:
        raise CentreUnknown
    mine = [each for each in enrolment.centres_of(tx, caller.organisation) if each.kind is CentreKind.PARACLINIC]
    if not mine:
        raise CentreUnknown
    return mine[0].id
