"""The letter about a result on paper: A4, in Persian, with a square code that leads to its confirmation."""

from __future__ import annotations

from typing import Final

import segno

CONFIRMING: Final = "/simad/letter"


def address_of(base_url: str, number: str) -> str:
    """Give the address at which a letter is confirmed."""
    return f"{base_url.rstrip('/')}{CONFIRMING}/{number}"


def square_code(address: str) -> str:
    """Draw an address as a square code."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=1, light="white"))
