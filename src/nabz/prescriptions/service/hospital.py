"""Orders of admission, for the secretary of the hospital that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nabz.kit import persian
from nabz.prescriptions.errors.writing import SiamMissing
from nabz.prescriptions.model import Kind, nursing
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.service.referring.physicians import must_be
from nabz.prescriptions.store import referring as store

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Caller, Prescription, Referral


class Order(NamedTuple):
    """One order, and whether a family doctor wrote it."""

    one: Prescription
    referral: Referral
    family: bool


def orders(tx: Tx, siam: str, secretary: str, day: str, caller: Caller) -> list[Order]:
    """List the orders that wait for a hospital, the latest first. Raises SiamMissing, NotThere, CentreNotYours."""
    wanted = siam.strip()
    if not wanted:
        raise SiamMissing
    must_be(persian.ascii_digits(secretary).strip(), caller)
    enrolment.must_be_of(tx, wanted, caller)
    found = store.of_siam(tx, wanted, Kind.HOSPITAL, day)
    doctors = {number: enrolment.doctor(tx, number) for number in {one.doctor for one in found}}
    return [
        Order(one, each, bool((doctor := doctors[one.doctor]) is not None and doctor.family))
        for one in found
        for each in one.referrals
        if nursing.same_centre(each.siam, wanted)
    ]
