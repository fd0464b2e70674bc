"""Nursing: what waits for the nurses of a centre, and what one of them has done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nabz.kit import persian
from nabz.prescriptions.errors.referral import NothingDone, NurseWrong, NursingNotThere
from nabz.prescriptions.errors.writing import SiamMissing
from nabz.prescriptions.model import ANONYMOUS, Kind, nursing
from nabz.prescriptions.service import changing, enrolment
from nabz.prescriptions.service.changing import Change
from nabz.prescriptions.service.referring.using import head_of
from nabz.prescriptions.store import referring as store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Prescription

DONE = "prescriptions.nursing-done"


def cartable(tx: Tx, siam: str, patient: str, day: str, caller: Caller) -> list[Prescription]:
    """List a patient's prescriptions that wait for the nurses of a centre, the latest first. Raises CentreNotYours."""
    enrolment.must_be_of(tx, siam, caller)
    if patient == ANONYMOUS:  # of whom there are many: those of this centre
        found = [one for one in store.of_siam(tx, siam.strip(), Kind.SERVICE, day) if one.patient == patient]
    else:
        found = store.of_patient(tx, patient, [Kind.SERVICE])
    return [one for one in found if nursing.same_centre(one.siam, siam) and nursing.waits(one, day)]


def do(
    tx: Tx, siam: str, ids: Sequence[int], nurse: str, day: str, caller: Caller, now: datetime
) -> list[Prescription]:
    """Note what a nurse has done, all of it or nothing; the same again is the same answer.

    Raises SiamMissing, CentreNotYours, NurseWrong, NothingDone, NursingNotThere, NursingDone.
    """
    code = persian.national_code(nurse)
    if not siam.strip():
        raise SiamMissing
    enrolment.must_be_of(tx, siam, caller)
    if code is None:
        raise NurseWrong
    if not 0 < len(ids) <= nursing.MOST_AT_ONCE:
        raise NothingDone
    heads: dict[int, set[int]] = {}
    for id_ in ids:
        heads.setdefault(_head(tx, id_).id, set()).add(id_)
    return [
        changing.within(tx, head, partial(_done, siam.strip(), mine, code, day), caller, now).one
        for head, mine in sorted(heads.items())
    ]


def _done(siam: str, ids: Collection[int], nurse: str, day: str, one: Prescription) -> Change:
    changed = nursing.do(one, siam, ids, nurse, day)
    return Change(one=changed, action=DONE, facts={"items": sorted(ids), "nurse": nurse})


def _head(tx: Tx, id_: int) -> Prescription:
    found = head_of(tx, id_)
    if found is None or all(item.id != id_ for item in found.items):
        raise NursingNotThere
    return found
