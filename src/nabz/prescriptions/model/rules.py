"""What may be written: the rules of the guide (TAMIN-WIRE 5.2 to 5.4), one kind of prescription after the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import jalali, persian
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model.values import ANONYMOUS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nabz.prescriptions.model.catalogue import Key, Service
    from nabz.prescriptions.model.drafts import Draft, ItemDraft, ReferralDraft

DRUG, LAB, PHYSIO, SERVICE, NURSING, VISIT = "01", "02", "13", "17", "21", "16"
PARACLINIC_TYPES: Final = frozenset(
    {"02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "18", "19"}
)
MOST_ITEMS: Final = 60
MOST_REPEATS: Final = 3
MOST_VISITS: Final = 3
LONGEST_TEXT: Final = 2000
LONGEST_DOSE: Final = 500
LARGEST_QUANTITY: Final = 5_000
LONGEST_DAY: Final = 30
REFERRED_WITHIN: Final = 93
"""Days: three months."""

YES, NO = 100, 101
QUESTIONS: Final = frozenset({1, 2, 3, 4, 5})

LONGEST_WAIT: Final = 180
"""So many days after a prescription's own an item may begin: as long as any is delivered."""

USUAL_DAYS: Final = 62
"""How long a prescription may be delivered where the service types say nothing else."""

_OF_KIND: Final = {
    Kind.DRUG: (frozenset({DRUG}), wrong.OnlyDrugs),
    Kind.PARACLINIC: (PARACLINIC_TYPES, wrong.OnlyParaclinic),
    Kind.VISIT: (frozenset[str](), wrong.NoItemsAllowed),
    Kind.VISIT_AND_SERVICE: (frozenset({SERVICE}), wrong.OnlyServices),
    Kind.SERVICE: (frozenset({SERVICE, NURSING}), wrong.OnlyServices),
    Kind.REFERRED_SERVICE: (frozenset({SERVICE}), wrong.OnlyServices),
    Kind.REFERRAL: (frozenset[str](), wrong.NoItemsAllowed),
    Kind.FEEDBACK: (frozenset[str](), wrong.NoItemsAllowed),
    Kind.HOSPITAL: (frozenset[str](), wrong.NoItemsAllowed),
}
_REFERRING: Final = (Kind.REFERRAL, Kind.FEEDBACK, Kind.HOSPITAL)


def check_head(draft: Draft, today: str) -> None:
    """Check what stands above the items, in the guide's order of fields.

    Raises MobileMissing, MobileWrong, KindMissing, KindWrong, DayWrong, DayAhead, SiamMissing, FormWrong.
    """
    if not draft.mobile.strip():
        raise wrong.MobileMissing
    if persian.mobile(draft.mobile) is None:
        raise wrong.MobileWrong
    if draft.kind is None:
        raise wrong.KindMissing
    if draft.kind not in _OF_KIND:
        raise wrong.KindWrong
    if read_day(draft.day, "prescDate") > today:
        raise wrong.DayAhead
    if draft.expires and read_day(draft.expires, "expireDate") < read_day(draft.day, "prescDate"):
        raise wrong.DayWrong(field="expireDate")
    latest = days_after(read_day(draft.day, "prescDate"), LONGEST_WAIT)
    if any(read_day(item.day, "dateDo") > latest for item in draft.items if item.day):
        raise wrong.DayWrong(field="dateDo")
    for name, text in (("comments", draft.comments), ("siamId", draft.siam), ("clientId", draft.client)):
        check_text(text, name)


def check_items(draft: Draft) -> None:
    """Check the items without the catalogue. Raises the problems of errors.writing."""
    kind = Kind(draft.kind or 0)
    types, refusal = _OF_KIND[kind]
    if len(draft.items) > MOST_ITEMS:
        raise wrong.TooManyItems(most=MOST_ITEMS)
    if any(item.type not in types for item in draft.items):
        raise refusal
    if types and not draft.items:
        raise wrong.ItemsMissing
    for item in draft.items:
        check_item(item)
    check_together(draft.items)
    if any(item.type == NURSING for item in draft.items):
        if not any(item.type == SERVICE for item in draft.items):
            raise wrong.NursingIncomplete
        if not draft.siam.strip():
            raise wrong.SiamMissing
    if kind in _REFERRING:
        check_referrals(draft, kind)


def check_item(item: ItemDraft) -> None:
    """Check one item. Raises QuantityWrong, GroupMissing, AmountWrong, InstructionWrong, RepeatWrong, DayWrong."""
    if item.quantity <= 0:
        raise wrong.QuantityWrong
    if item.quantity > LARGEST_QUANTITY:
        raise wrong.QuantityTooLarge(code=item.code, most=LARGEST_QUANTITY)
    if not item.code.strip():
        raise wrong.ServiceUnknown(code="")
    if item.type == LAB and not item.group:
        raise wrong.GroupMissing
    if item.type == DRUG and item.amount is None:
        raise wrong.AmountWrong
    if item.type == DRUG and item.instruction is None:
        raise wrong.InstructionWrong
    if item.day:
        read_day(item.day, "dateDo")
    if not 0 <= item.repeat <= MOST_REPEATS or (item.repeat and not item.day):
        raise wrong.RepeatWrong
    if len(item.dose) > LONGEST_DOSE:
        raise wrong.FormWrong(field="dose")
    check_text(item.dose, "dose")


def check_together(items: tuple[ItemDraft, ...]) -> None:
    """Check what items say of each other. Raises ItemTwice, IllnessTwice, PhysioCounts."""
    seen: set[tuple[str, str, str, str]] = set()
    for item in items:
        place = "" if item.type != PHYSIO else ",".join(sorted(item.illnesses))
        if (item.type, item.code, item.tooth, place) in seen and not place:
            raise wrong.ItemTwice(code=item.code)
        seen.add((item.type, item.code, item.tooth, place))
    physio = [item for item in items if item.type == PHYSIO]
    illnesses = [illness for item in physio for illness in {code.lstrip("0") for code in item.illnesses}]
    if len(illnesses) != len(set(illnesses)):
        raise wrong.IllnessTwice
    if len({item.quantity for item in physio}) > 1:
        raise wrong.PhysioCounts


def check_referrals(draft: Draft, kind: Kind) -> None:
    """Check referrals, a feedback or an order of admission. Raises ReferralMissing, ReferralWrong and others."""
    if not draft.referrals:
        raise wrong.ReferralMissing
    if kind is Kind.FEEDBACK:
        if not draft.comments.strip():
            raise wrong.CommentMissing
        if draft.feedback_of is None:
            raise wrong.FeedbackUnknown
        return _check_answers(draft.referrals[0])
    for referral in draft.referrals:
        _check_referral(referral, read_day(draft.day, "prescDate"), kind)
    return None


def _check_referral(referral: ReferralDraft, day: str, kind: Kind) -> None:
    on = read_day(referral.day, "referralHijriDate")
    earliest, latest = days_after(day, 0 if kind is Kind.HOSPITAL else 1), days_after(day, REFERRED_WITHIN)
    if not earliest <= on <= latest:
        raise wrong.ReferralWrong(field="referralHijriDate")
    check_text(referral.message, "message")
    if kind is Kind.HOSPITAL:
        if not referral.siam.strip():
            raise wrong.SiamMissing
        if not referral.icd10s:
            raise wrong.ReferralWrong(field="icd10s")
        return
    if not referral.specialty.strip():
        raise wrong.ReferralWrong(field="docSpecReferred")
    if not 1 <= referral.quantity <= MOST_VISITS:
        raise wrong.ReferralWrong(field="quantity")


def _check_answers(referral: ReferralDraft) -> None:
    asked = [answer.question for answer in referral.answers]
    if not asked or len(asked) != len(set(asked)) or not set(asked) <= QUESTIONS:
        raise wrong.AnswersWrong
    for answer in referral.answers:
        if answer.answer not in {YES, NO} or (answer.answer == YES and not answer.comment.strip()):
            raise wrong.AnswersWrong
        check_text(answer.comment, "comments")


def check_services(draft: Draft, found: Mapping[Key, Service], sex: str) -> None:
    """Check the items against the catalogue. Raises ServiceUnknown, QuantityTooLarge, NotForThisSex."""
    for item in draft.items:
        service = found.get((item.type, item.code))
        if service is None or not service.visible:
            raise wrong.ServiceUnknown(code=item.code)
        if service.most and item.quantity > service.most:
            raise wrong.QuantityTooLarge(code=item.code, most=service.most)
        if service.sex and sex and service.sex != sex and draft.patient != ANONYMOUS:
            raise wrong.NotForThisSex(code=item.code)


def read_day(text: str, field: str) -> str:
    """Read a Jalali day in eight digits, or with strokes. Raises DayWrong."""
    try:
        return jalali.compact(jalali.parse(text[:LONGEST_DAY]))
    except jalali.DateWrong as error:
        raise wrong.DayWrong(field=field) from error


def days_after(day: str, days: int) -> str:
    """Give the day so many days later."""
    return jalali.compact(jalali.of_date(jalali.parse(day).to_gregorian() + timedelta(days=days)))


def check_text(text: str, field: str) -> None:
    """Refuse a text that nobody reads to its end. Raises FormWrong."""
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise wrong.FormWrong(field=field)


def expiry(draft: Draft, days: Mapping[str, int]) -> str:
    """Tell the last day of delivery: as it was sent, else by the types of the items, never beyond what they allow."""
    types = {item.type for item in draft.items}
    longest = max((days.get(each) or USUAL_DAYS for each in types), default=USUAL_DAYS)
    named = [day for day in (*(item.day for item in draft.items), *(each.day for each in draft.referrals)) if day]
    begun = max(read_day(day, "prescDate") for day in (draft.day, *named))
    latest = days_after(begun, longest)
    return min(read_day(draft.expires, "expireDate"), latest) if draft.expires else latest
