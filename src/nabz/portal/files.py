"""`demo.json`: the one place where tests, docs and tools look the demo credentials up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from nabz.settings import Settings

NAME = "demo.json"


def write(settings: Settings, sandbox: dict[str, Any]) -> Path:
    """Put the file in place whole, or not at all."""
    path = Path(settings.data) / NAME
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(sandbox)) + b"\n")
    draft.replace(path)
    return path


def read(settings: Settings) -> dict[str, Any] | None:
    """What the file holds, if this is a demo."""
    path = Path(settings.data) / NAME
    if not settings.demo or not path.exists():
        return None
    found: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    return found
