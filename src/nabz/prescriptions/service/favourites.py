"""Favourites and templates of a physician: marked, saved under a name, listed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.errors.favourites import TemplateEmpty, TemplateUnknown, TemplateUnnamed
from nabz.prescriptions.model.favourites import MOST_LINES, Template, plain_name
from nabz.prescriptions.store import favourites as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model.favourites import Usual


def listed(tx: Tx, doctor: str, types: Sequence[str] = ()) -> list[Usual]:
    """List what a doctor has marked, the newest first."""
    return store.of_doctor(tx, doctor, types)


def mark(tx: Tx, doctor: str, one: Usual, now: datetime) -> None:
    """Mark a line as a favourite, as it is written now."""
    store.put(tx, doctor, one, now)


def unmark(tx: Tx, doctor: str, type_: str, code: str) -> None:
    """Take a mark away; nothing happens where there is none."""
    store.remove(tx, doctor, type_, code)


def save(tx: Tx, doctor: str, one: Template, now: datetime) -> str:
    """Save lines under a name, in the place of what had it. Raises TemplateUnnamed, TemplateEmpty."""
    name = plain_name(one.name)
    if not name:
        raise TemplateUnnamed
    if not one.lines:
        raise TemplateEmpty
    return store.save(tx, doctor, Template(one.id, name, one.kind, one.lines[:MOST_LINES]), now)


def template(tx: Tx, doctor: str, id_: str) -> Template:
    """Read a template of this doctor's. Raises TemplateUnknown."""
    found = store.template(tx, doctor, id_)
    if found is None:
        raise TemplateUnknown
    return found


def templates(tx: Tx, doctor: str, kind: int) -> list[Template]:
    """List a doctor's templates of a kind, by name."""
    return store.saved(tx, doctor, kind)


def drop(tx: Tx, doctor: str, id_: str) -> None:
    """Remove a template. Raises TemplateUnknown."""
    if not store.drop(tx, doctor, id_):
        raise TemplateUnknown
