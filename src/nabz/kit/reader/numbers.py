"""Numbers as the columns of the databases hold them."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

LARGEST_NATURAL: Final = 2**31 - 1
"""An Integer column of PostgreSQL has 32 bits, and a greater number is an error even in a question."""

Natural = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NATURAL)]
"""A whole number from 0 on that every Integer column takes."""
