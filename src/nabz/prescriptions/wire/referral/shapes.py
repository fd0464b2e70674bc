"""What referrals, feedback and orders of admission look like, key by key."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from nabz.prescriptions.wire.reference import PrescTypeItem, SpecialtyItem

T = TypeVar("T")


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """A list with its length."""

    total: int
    rows: list[T] = msgspec.field(name="list")


class CartableLine(msgspec.Struct, frozen=True):
    """A referral that a physician may take up (#25)."""

    noteHeadId: int
    referralId: int
    patientID: str
    docID: str
    prescDate: str
    firstName: str
    lastName: str
    prescType: PrescTypeItem
    masterChild: int
    referralDate: int | None
    specCodeReferral: str
    specDescReferral: str
    specCodeReferred: str
    specDescReferred: str


class Icd10(msgspec.Struct, frozen=True):
    """A code of ICD-10, as it was sent."""

    icdId: str


class Complaint(msgspec.Struct, frozen=True):
    """A complaint, as it was sent: a number of SNOMED CT."""

    id: str


class ReferralLine(msgspec.Struct, frozen=True):
    """A referral, or what was written under one (#22, #23, #24, #26)."""

    id: int
    masterParent: int
    masterChild: int | None
    referralDate: int | None
    docId: str
    quantity: int
    specCodeReferral: str
    specDescReferral: str
    specCodeReferred: str
    specDescReferred: str
    icd10Referrals: list[Icd10]
    complaints: list[Complaint]
    message: str
    diagnosisIDs: str


class OrderLine(msgspec.Struct, frozen=True):
    """An order of admission (#33)."""

    id: int
    masterParent: int
    masterChild: int | None
    referralDate: int | None
    docId: str
    quantity: int
    specCodeReferral: str
    specDescReferral: str
    specCodeReferred: str | None
    specDescReferred: str | None
    icd10Referrals: list[Icd10]
    complaints: list[Complaint]
    message: str
    diagnosisIDs: str
    docFamily: bool


class OpenReferrals(msgspec.Struct, frozen=True):
    """To which specialties a patient is on his way (#28)."""

    noteDetailsReferrals: list[SpecialtyItem]
    count: int


class OpenForDoctor(msgspec.Struct, frozen=True):
    """The same for one physician, with the tracking codes to fetch them by, the latest first (#21)."""

    noteDetailsReferrals: list[SpecialtyItem]
    count: int
    trackingCode: int | None
    trackingCodes: list[int]


class Specialty(msgspec.Struct, frozen=True):
    """To which specialty a patient was sent."""

    specCode: str
    specDesc: str


class ChosenAnswer(msgspec.Struct, frozen=True):
    """Yes (100) or no (101)."""

    drugAnswerId: int


class FeedbackAnswer(msgspec.Struct, frozen=True):
    """One answer of a feedback, as it was sent."""

    questionId: int
    answerId: ChosenAnswer
    comments: str


class ReferralDetail(msgspec.Struct, frozen=True):
    """A referral, or the answers of a feedback, with the names under which they were sent."""

    id: int
    docSpecReferred: Specialty | None
    icd10s: list[Icd10]
    complaints: list[Complaint]
    message: str
    referralHijriDate: str | None
    quantity: int
    siamId: str | None
    referralFeedbackList: list[FeedbackAnswer]


class NoteHead(msgspec.Struct, frozen=True):
    """A prescription with its items (#27, #30)."""

    noteHeadEprscId: int
    patient: str
    prescType: PrescTypeItem
    prescDate: str
    comments: str
    noteDetailEprscs: list[Any]
    noteDetailsReferralList: list[ReferralDetail]


class Question(msgspec.Struct, frozen=True):
    """A question of the feedback (#29)."""

    questionId: int
    questionDesc: str
    status: str


class PossibleAnswer(msgspec.Struct, frozen=True):
    """An answer to one (#29)."""

    drugAnswerId: int
    drugAnswerDesc: str
    status: str
