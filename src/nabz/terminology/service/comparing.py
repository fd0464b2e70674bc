"""What somebody has to do who goes from one version to another, forwards or back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit import persian
from nabz.terminology.errors import UnknownCode
from nabz.terminology.model import Change, Changed
from nabz.terminology.service import mapping, reading

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.terminology.model import Entry, Moment, Terminology, Translation, Version


def compare(tx: Tx, t: Terminology, from_step: int, to_step: int, after: str = "", limit: int = 200) -> list[Changed]:
    """Tell in which codes two versions differ; where a version was withdrawn the way leads back."""
    if from_step <= to_step:
        return reading.diff(tx, t, from_step, to_step, after, limit)
    return [_turned(one) for one in reading.diff(tx, t, to_step, from_step, after, limit)]


def step_at(tx: Tx, t: Terminology, at: datetime) -> int:
    """Give the step that was in force at an instant, 0 if none was: a version counts until it is withdrawn."""
    there = (
        one.step
        for one in reading.versions(tx, t, withdrawn=True)
        if one.published_at and one.published_at < at and (one.withdrawn_at is None or one.withdrawn_at >= at)
    )
    return max(there, default=0)


def claim(tx: Tx, t: Terminology, step: int, code: str, value: str | None) -> tuple[Entry | None, bool]:
    """Tell what a code is in a version, and whether that is the value that somebody believes. Raises TextTooLong."""
    try:
        found = reading.concept(tx, t, code, step)
    except UnknownCode:
        return None, False
    return found, value is None or persian.same(found.value, value)


def _turned(one: Changed) -> Changed:
    change = {Change.ADDED: Change.RETIRED, Change.CHANGED: Change.CHANGED}.get(one.change, Change.ADDED)
    return Changed(code=one.code, target=one.target, change=change, before=one.after, after=one.before)


def ended(history: list[Moment], version: Version) -> Moment | None:
    """Give what ended a code that a version lacks: the last end up to it, none if the code came only later."""
    return next((one for one in history if one.concept is None and one.version.step <= version.step), None)


def translations(tx: Tx, t: Terminology, code: str) -> list[Translation]:
    """Follow the maps from a code; none leads from one that is no longer in force: its history tells more."""
    try:
        return mapping.translate(tx, t, code)
    except UnknownCode:
        return []
