"""/simad/me: a resident's own file, for himself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.pages.me import entering, file

if TYPE_CHECKING:
    from nabz.web.pages import Pages


def routes() -> list[Pages]:
    """All of them."""
    return [entering.routes(), file.routes()]
