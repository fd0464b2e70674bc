"""What a program sends to our own API of writing."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors.writing import TooManyItems
from nabz.prescriptions.model.catalogue import code_of, type_of
from nabz.prescriptions.model.drafts import Draft, ItemDraft, ReferralDraft
from nabz.prescriptions.model.rules import MOST_ITEMS
from nabz.prescriptions.model.values import Answer

Short = Annotated[str, msgspec.Meta(max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Codes = Annotated[list[Short], msgspec.Meta(max_length=50)]
MOST_LISTED: Final = 200


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a caller sends: a key that it does not have is refused, for what was meant by it would not be done."""


class ToldItem(Message, frozen=True, kw_only=True):
    """One line; `id` names a line that is there already, and `of` one of another physician that it carries out."""

    type: Short
    code: Short
    quantity: int
    id: int | None = None
    amount: int | None = None
    instruction: int | None = None
    usage: int = 0
    dose: Text = ""
    repeat: int = 0
    day: Short = ""
    group: Short = ""
    illnesses: Codes = []
    plans: Codes = []
    tooth: Short = ""
    dental: bool = False
    reference: int | None = None
    of: int | None = None
    diagnosis: Short = ""

    def draft(self) -> ItemDraft:
        """Read it."""
        return ItemDraft(
            type=type_of(self.type),
            code=code_of(self.code),
            quantity=self.quantity,
            id=self.id,
            amount=self.amount,
            instruction=self.instruction,
            usage=self.usage,
            dose=persian.fold(self.dose).strip(),
            repeat=self.repeat,
            day=self.day.strip(),
            group=self.group.strip(),
            illnesses=tuple(self.illnesses),
            plans=tuple(self.plans),
            tooth=self.tooth.strip(),
            dental=self.dental,
            reference=self.reference,
            of=self.of,
            diagnosis=self.diagnosis.strip(),
        )


class ToldAnswer(Message, frozen=True, kw_only=True):
    """One answer of a feedback."""

    question: int
    yes: bool
    comment: Text = ""


YES, NO = 100, 101


class ToldReferral(Message, frozen=True, kw_only=True):
    """A referral, an order of admission, or the answers of a feedback."""

    specialty: Short = ""
    icd10: Codes = []
    complaints: Codes = []
    message: Text = ""
    day: Short = ""
    visits: int = 1
    siam: Short = ""
    answers: Annotated[list[ToldAnswer], msgspec.Meta(max_length=50)] = []

    def draft(self) -> ReferralDraft:
        """Read it."""
        return ReferralDraft(
            specialty=self.specialty.strip(),
            icd10s=tuple(code.strip().upper() for code in self.icd10),
            complaints=tuple(self.complaints),
            message=persian.fold(self.message).strip(),
            day=self.day.strip(),
            quantity=self.visits,
            siam=self.siam.strip(),
            answers=tuple(
                Answer(one.question, YES if one.yes else NO, persian.fold(one.comment).strip()) for one in self.answers
            ),
        )


class ToldDoctor(Message, frozen=True, kw_only=True):
    """Who writes: all three must be those that the insurer has."""

    id: Short
    national_code: Short
    mobile: Short


class Create(Message, frozen=True, kw_only=True):
    """A prescription to be written."""

    kind: int
    patient: Short
    mobile: Short
    doctor: ToldDoctor
    day: Short
    expires: Short = ""
    items: list[ToldItem] = []
    referrals: Annotated[list[ToldReferral], msgspec.Meta(max_length=20)] = []
    feedback_of: int | None = None
    comments: Text = ""
    complaints: Codes = []
    siam: Short = ""

    def draft(self) -> Draft:
        """Read it. Raises TooManyItems."""
        return Draft(
            patient=self.patient.strip(),
            mobile=self.mobile.strip(),
            kind=self.kind,
            day=self.day.strip(),
            doctor=self.doctor.id.strip(),
            doctor_code=self.doctor.national_code.strip(),
            doctor_mobile=self.doctor.mobile.strip(),
            expires=self.expires.strip(),
            comments=persian.fold(self.comments).strip(),
            items=drafts(self.items),
            referrals=tuple(each.draft() for each in self.referrals),
            feedback_of=self.feedback_of,
            complaints=tuple(self.complaints),
            siam=self.siam.strip(),
        )


def drafts(items: list[ToldItem]) -> tuple[ItemDraft, ...]:
    """Read lines; too many are refused before anybody looks for what they name. Raises TooManyItems."""
    if len(items) > MOST_ITEMS:
        raise TooManyItems(most=MOST_ITEMS)
    return tuple(item.draft() for item in items)


class PutItems(Message, frozen=True, kw_only=True):
    """What the lines shall be: those that are missing are deleted, those without an id added."""

    items: list[ToldItem]


class OfDoctor(Message, frozen=True, kw_only=True):
    """Whose prescription it is."""

    doctor: Short = ""


class Listing(Message, frozen=True, kw_only=True):
    """Which prescriptions: a physician's, perhaps of one patient; `before` is what the page before gave."""

    doctor: Short = ""
    patient: Short = ""
    from_: Short = msgspec.field(default="", name="from")
    until: Short = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)] = 50
    before: int | None = None
