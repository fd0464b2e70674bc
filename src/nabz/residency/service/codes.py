"""The tables of statuses and courses: what this program ships, and what the ministry puts before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit, persian
from nabz.residency.errors import CodeWrong
from nabz.residency.model import CodeKind
from nabz.residency.model.codes import SHIPPED, names_of
from nabz.residency.store import ministry as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Code

LONGEST_TITLE: Final = 200
_DIGITS: Final = {CodeKind.STATUS: range(1, 5), CodeKind.COURSE: range(4, 6)}
_YEARS: Final = range(1, 8)


def all_of(tx: Tx, kind: CodeKind) -> list[Code]:
    """List the codes of a table in their order."""
    found = {**SHIPPED[kind], **store.own_codes(tx, kind)}
    return sorted(found.values(), key=lambda one: (int(one.code), one.code))


def find(tx: Tx, kind: CodeKind, code: str) -> Code | None:
    """Find a code of a table."""
    return store.own_code(tx, kind, code) or SHIPPED[kind].get(code)


def may_be(tx: Tx, kind: CodeKind, code: str) -> bool:
    """Tell whether a code stands in its table and may be used."""
    found = find(tx, kind, code)
    return found is not None and found.active


def titles(tx: Tx, kind: CodeKind) -> dict[str, str]:
    """Give the titles of a table; codes without one are left out."""
    return {one.code: one.title for one in all_of(tx, kind) if one.title}


def names(tx: Tx, kind: CodeKind) -> dict[str, tuple[str, str]]:
    """Name the codes of a table in both languages, as people are shown them; codes without a title are left out."""
    return {one.code: names_of(one) for one in all_of(tx, kind) if one.title}


def course_years(tx: Tx, course: str) -> int | None:
    """Tell how many years a course takes, where that is known."""
    found = find(tx, CodeKind.COURSE, course)
    return None if found is None else found.years


def put(tx: Tx, one: Code, caller: Caller, now: datetime) -> Code:
    """Put a code into a table, or change it. Raises CodeWrong, ChangedMeanwhile."""
    code = persian.ascii_digits(one.code[:10]).strip()
    title = " ".join(persian.fold(one.title[: persian.LONGEST]).split())
    good = code.isdecimal() and len(code) in _DIGITS[one.kind] and 0 < len(title) <= LONGEST_TITLE and int(code) > 0
    if not good or (one.years is not None and one.years not in _YEARS):
        raise CodeWrong
    tidy = msgspec.structs.replace(one, code=code, title=title)
    store.put_code(tx, tidy)
    audit.record(tx, now, caller.by, "residency.code-put", f"{one.kind}/{code}", title=title, active=one.active)
    return tidy
