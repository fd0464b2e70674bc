"""Diagnoses, as the terminology service has them; those that every installation starts with are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.errors.writing import ReferralWrong
from nabz.terminology.errors import UnknownCode, UnknownTerminology
from nabz.terminology.model import Kind
from nabz.terminology.service import reading as terminologies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.model import Draft

NAMES: Final = ("ICD10-FA", "ICD10")
NOT_CHECKED: Final = "ICD-10 is not loaded: diagnoses were not checked"


def in_force(tx: Tx) -> tuple[str, int] | None:
    """Find the diagnoses that somebody has loaded, with the version in force."""
    for name in NAMES:
        try:
            found = terminologies.one(tx, name)
        except UnknownTerminology:
            continue
        first = terminologies.page(tx, found, found.last, "", 1) if found.kind is Kind.CODES and found.last else []
        if first and not first[0].made_up:
            return found.id, found.last
    return None


async def check(db: Database, draft: Draft) -> set[str]:
    """Check the diagnoses of a draft, and tell what was not checked. Raises ReferralWrong."""
    named = {code for each in draft.referrals for code in each.icd10s} | {
        item.diagnosis for item in draft.items if item.diagnosis
    }
    return await db.read(_check, sorted(named)) if named else set()


def _check(tx: Tx, codes: Iterable[str]) -> set[str]:
    loaded = in_force(tx)
    if loaded is None:
        return {NOT_CHECKED}
    known = terminologies.one(tx, loaded[0])
    for code in codes:
        try:
            terminologies.concept(tx, known, code, loaded[1])
        except UnknownCode as problem:
            raise ReferralWrong(field=f"icd10s {code[:40]}") from problem
    return set()
