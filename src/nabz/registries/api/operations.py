"""The inquiries of the agencies, as three services behind the gateway."""

from __future__ import annotations

from nabz.registries.api.council import council
from nabz.registries.api.identity import identity
from nabz.registries.api.insurance import insurance

__all__ = ["council", "identity", "insurance"]
