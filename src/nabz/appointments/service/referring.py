"""From where a patient was referred: what is known of his HID tells it, else he does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors.citizens import OriginNeeded, OriginUnclear, OriginUnknown
from nabz.registries.service import facilities, hids

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.registries.model import Facility

MOST: Final = 8


def centres(tx: Tx, name: str) -> list[Facility]:
    """List centres of a name, a few."""
    return facilities.search(tx, name, MOST) if name.strip() else []


def origin(tx: Tx, hid: str, name: str, chosen: str) -> str:
    """Find the centre that referred a patient: the HID's, else the one he chose among those of a name.

    Raises OriginNeeded, OriginUnknown, OriginUnclear.
    """
    known = hids.state(tx, hid)
    if known is not None and known.facility:
        return known.facility
    if not name.strip():
        raise OriginNeeded
    found = [one.id for one in centres(tx, name)]
    if not found:
        raise OriginUnknown
    if chosen in found:
        return chosen
    if len(found) > 1:
        raise OriginUnclear
    return found[0]
