"""A prescription on paper: A5, with a square code, in Persian type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from nabz.prescriptions.model import Prescription


def square_code(one: Prescription) -> str:
    """Draw what a pharmacy's reader types: the patient's code and the tracking code, on two lines."""
    told = f"{one.patient_code}\n{one.tracking}"
    return str(segno.make(told, error="m", micro=False).svg_data_uri(scale=4, border=1, light="white"))
