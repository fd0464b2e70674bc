"""A prescription as it is sent, in every spelling that clients of the real service use."""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors.writing import ReferralWrong, TooManyItems
from nabz.prescriptions.model.catalogue import code_of, type_of
from nabz.prescriptions.model.codes import usage_of
from nabz.prescriptions.model.drafts import Draft, ItemDraft, ReferralDraft
from nabz.prescriptions.model.rules import MOST_ITEMS
from nabz.prescriptions.model.values import Answer
from nabz.prescriptions.wire.writing.spelling import LONGEST_CODE, parts, sentence, short, snomed, text

Aliases = dict[str, tuple[str, ...]]
YES: Final = frozenset({"1", "true", "۱"})
LONGEST_USAGE: Final = 100
MOST_REFERRALS: Final = 20


class PrescType(msgspec.Struct, frozen=True):
    """What it is for."""

    prescTypeId: int | None = None


class ServiceType(msgspec.Struct, frozen=True):
    """What kind of service."""

    srvType: str | None = None


class Group(msgspec.Struct, frozen=True):
    """The subgroup of a laboratory service."""

    parGrpCode: str | None = None


class Service(msgspec.Struct, frozen=True):
    """Which service: clients send the catalogue's wsSrvCode here."""

    srvCode: str | None = None
    srvType: ServiceType | str | None = None
    parTarefGrp: Group | str | None = None
    terminology: str | None = None


class Amount(msgspec.Struct, frozen=True):
    """How much at a time."""

    drugAmntId: int | None = None


class Instruction(msgspec.Struct, frozen=True):
    """When."""

    drugInstId: int | None = None


class Disease(msgspec.Struct, frozen=True):
    """A code of ICD-10."""

    icdId: str | None = None

    aliases: ClassVar[Aliases] = {"icdId": ("icdCode",)}


class Diagnosed(msgspec.Struct, frozen=True):
    """What a drug is for."""

    diagnosisID: Disease | str | None = None


class NoteDetail(msgspec.Struct, frozen=True):
    """One line, as creation and edit have it."""

    srvId: Service | None = None
    srvQty: int | None = None
    timesAday: Amount | int | None = None
    drugInstruction: Instruction | int | None = None
    dose: str | None = None
    doseCode: int | None = None
    repeat: int | None = None
    dateDo: str | None = None
    illnessId: str | None = None
    planId: str | None = None
    referenceStatus: int | None = None
    noteDetailsEprscId: int | None = None
    isDentalService: str | int | bool | None = None
    toothId: str | None = None
    noteDetailDrug: Diagnosed | None = None
    parTarefGrp: Group | str | None = None

    def draft(self, *, edits: bool) -> ItemDraft:
        """Read a line; its number names the line itself in an edit, and in a creation the one it carries out."""
        service = self.srvId or Service()
        dose = sentence(self.dose)
        usage = usage_of(dose) if 0 < len(dose) <= LONGEST_USAGE else None
        return ItemDraft(
            type=type_of(_code(service.srvType)),
            code=code_of((service.srvCode or "")[:LONGEST_CODE]),
            quantity=self.srvQty or 0,
            amount=self.timesAday.drugAmntId if isinstance(self.timesAday, Amount) else self.timesAday,
            instruction=_instruction(self.drugInstruction),
            usage=self.doseCode or (usage.id if usage is not None else 0),
            dose=dose,
            repeat=self.repeat or 0,
            day=text(self.dateDo),
            group=_code(service.parTarefGrp) or _code(self.parTarefGrp),
            illnesses=parts(self.illnessId, "illnessId"),
            plans=parts(self.planId, "planId"),
            tooth=persian.ascii_digits(short(self.toothId, "toothId")),
            dental=str(self.isDentalService).strip().lower() in YES,
            reference=self.referenceStatus,
            of=None if edits else self.noteDetailsEprscId,
            diagnosis=self._diagnosis(),
            terminology=short(service.terminology, "terminology"),
            id=self.noteDetailsEprscId if edits else None,
        )

    def _diagnosis(self) -> str:
        found = self.noteDetailDrug.diagnosisID if self.noteDetailDrug is not None else None
        return short(found.icdId if isinstance(found, Disease) else found, "diagnosisID")


class Specialty(msgspec.Struct, frozen=True):
    """To which specialty."""

    specCode: str | None = None


class Complaint(msgspec.Struct, frozen=True):
    """What the patient complains of: a number of SNOMED CT."""

    id: str | None = None


class ChosenAnswer(msgspec.Struct, frozen=True):
    """Yes or no."""

    drugAnswerId: int | None = None


class FeedbackAnswer(msgspec.Struct, frozen=True):
    """One answer of a feedback."""

    questionId: int | None = None
    answerId: ChosenAnswer | int | None = None
    comments: str | None = None

    def value(self) -> Answer:
        """Read it; what is missing becomes a question or an answer that there is not."""
        chosen = self.answerId.drugAnswerId if isinstance(self.answerId, ChosenAnswer) else self.answerId
        return Answer(self.questionId or 0, chosen or 0, sentence(self.comments))


class Referral(msgspec.Struct, frozen=True):
    """A referral, an order of admission, or the answers of a feedback."""

    docSpecReferred: Specialty | str | None = None
    icd10s: list[Disease | str] | None = None
    complaints: list[Complaint | str] | None = None
    message: str | None = None
    referralHijriDate: str | None = None
    quantity: int | None = None
    patientNationalCode: str | None = None
    siamId: str | None = None
    referralFeedbackList: list[FeedbackAnswer] | None = None

    def draft(self) -> ReferralDraft:
        """Read it."""
        specialty = self.docSpecReferred
        icd10s = (each.icdId if isinstance(each, Disease) else each for each in self.icd10s or ())
        complaints = (each.id if isinstance(each, Complaint) else each for each in self.complaints or ())
        return ReferralDraft(
            specialty=persian.ascii_digits(
                short(specialty.specCode if isinstance(specialty, Specialty) else specialty, "docSpecReferred")
            ),
            icd10s=tuple(filter(None, (short(each, "icd10s").upper() for each in icd10s))),
            complaints=tuple(filter(None, map(snomed, complaints))),
            message=sentence(self.message),
            day=text(self.referralHijriDate),
            quantity=1 if self.quantity is None else self.quantity,
            siam=short(self.siamId, "siamId"),
            patient=short(self.patientNationalCode, "patientNationalCode"),
            answers=tuple(each.value() for each in self.referralFeedbackList or ()),
        )


class Complaints(msgspec.Struct, frozen=True):
    """What the whole prescription is written for."""

    complaintIDs: str | None = None


class Create(msgspec.Struct, frozen=True):
    """A prescription (5.2)."""

    patient: str | None = None
    mobile: str | None = None
    prescType: PrescType | int | None = None
    prescDate: str | None = None
    expireDate: str | None = None
    docId: str | None = None
    docNationalCode: str | None = None
    docMobileNo: str | None = None
    comments: str | None = None
    noteDetailEprscs: list[NoteDetail] | None = None
    noteDetailsReferralList: list[Referral] | None = None
    referralFeedbackId: int | None = None
    noteHeadEprscSupplementary: Complaints | None = None
    complaint: Complaints | str | None = None
    siamId: str | None = None
    creatorType: str | None = None
    clientId: str | None = None

    def draft(self) -> Draft:
        """Read it. Raises TooManyItems, ReferralWrong, FormWrong."""
        kind = self.prescType
        referrals = self.noteDetailsReferralList or []
        if len(referrals) > MOST_REFERRALS:
            raise ReferralWrong(field="noteDetailsReferralList")
        return Draft(
            patient=text(self.patient),
            mobile=text(self.mobile),
            kind=kind.prescTypeId if isinstance(kind, PrescType) else kind,
            day=text(self.prescDate),
            doctor=text(self.docId),
            doctor_code=text(self.docNationalCode),
            doctor_mobile=text(self.docMobileNo),
            expires=text(self.expireDate),
            comments=sentence(self.comments),
            items=_drafts(self.noteDetailEprscs or [], edits=False),
            referrals=tuple(each.draft() for each in referrals),
            feedback_of=self.referralFeedbackId,
            complaints=self._complaints(),
            siam=short(self.siamId, "siamId"),
            creator=short(self.creatorType, "creatorType"),
            client=short(self.clientId, "clientId"),
        )

    def _complaints(self) -> tuple[str, ...]:
        told = self.noteHeadEprscSupplementary or self.complaint
        return parts(told.complaintIDs if isinstance(told, Complaints) else told, "complaint")


Edit = list[NoteDetail]
"""An edit: what is missing is deleted, what is new added, what has changed updated (5.4)."""


def edited(told: Edit) -> tuple[ItemDraft, ...]:
    """Read an edit. Raises TooManyItems, FormWrong."""
    return _drafts(told, edits=True)


def _drafts(lines: list[NoteDetail], *, edits: bool) -> tuple[ItemDraft, ...]:
    """Read lines; too many are refused before anybody looks for what they name."""
    if len(lines) > MOST_ITEMS:
        raise TooManyItems(most=MOST_ITEMS)
    return tuple(line.draft(edits=edits) for line in lines)


def _code(value: ServiceType | Group | str | None) -> str:
    if isinstance(value, ServiceType):
        value = value.srvType
    elif isinstance(value, Group):
        value = value.parGrpCode
    return persian.ascii_digits(short(value, "srvId"))


def _instruction(value: Instruction | int | None) -> int | None:
    return value.drugInstId if isinstance(value, Instruction) else value
