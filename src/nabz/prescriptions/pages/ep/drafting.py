"""From the sheet to what is written, with everything that is wrong at once, each beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import Answer, Doctor, Draft, ItemDraft, Kind, ReferralDraft
from nabz.prescriptions.model.rules import (
    DRUG,
    LARGEST_QUANTITY,
    check_head,
    check_item,
    check_items,
    check_referrals,
    days_after,
    read_day,
)
from nabz.prescriptions.pages.ep.sheet import Row, Sheet, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

OFFICE: Final = "3"
"""creatorType: the portal."""

QUESTIONS: Final = range(1, 6)
LONGEST_LOOK: Final = 12

# Of a line: which field a problem stands beside, and what would pass there, so that the look goes on to the next.
_MENDS: Final[dict[type[Problem], tuple[str, dict[str, Any]]]] = {
    wrong.QuantityWrong: ("quantity", {"quantity": 1}),
    wrong.QuantityTooLarge: ("quantity", {"quantity": 1}),
    wrong.GroupMissing: ("group", {"group": "000"}),
    wrong.AmountWrong: ("amount", {"amount": 170}),
    wrong.InstructionWrong: ("instruction", {"instruction": 77}),
    wrong.RepeatWrong: ("repeat", {"repeat": 0}),
    wrong.DayWrong: ("day", {"day": ""}),
}
_OF_HEAD: Final[dict[type[Problem], tuple[str, dict[str, Any]]]] = {
    wrong.MobileMissing: ("mobile", {"mobile": "09120000000"}),
    wrong.MobileWrong: ("mobile", {"mobile": "09120000000"}),
    wrong.FormWrong: ("comments", {"comments": "", "siam": ""}),
}
BESIDE: Final[dict[type[Problem], str]] = {
    wrong.PatientWrong: "patient",
    wrong.PatientUnknown: "patient",
    wrong.NotInsured: "patient",
    wrong.MobileMissing: "mobile",
    wrong.MobileWrong: "mobile",
    wrong.ItemsMissing: "q",
    wrong.TooManyItems: "q",
    wrong.NursingIncomplete: "q",
    wrong.SiamMissing: "siam",
    wrong.CommentMissing: "comments",
    wrong.FormWrong: "comments",
    wrong.ReferralMissing: "specialty",
    wrong.AnswersWrong: "answer1",
    wrong.FeedbackUnknown: "feedback_of",
}
_OF_REFERRAL: Final = {
    "referralHijriDate": "day",
    "docSpecReferred": "specialty",
    "quantity": "visits",
    "icd10s": "icd0",
}
_OF_CODE: Final = (wrong.ServiceUnknown, wrong.QuantityTooLarge, wrong.NotForThisSex, wrong.ItemTwice)


def draft_of(sheet: Sheet, doctor: Doctor, now: datetime) -> Draft:
    """Write down what the sheet says; what cannot be read stands there as something that no rule lets pass."""
    return Draft(
        patient=sheet.patient,
        mobile=sheet.mobile,
        kind=sheet.kind,
        day=jalali.compact(jalali.day_of(now)),
        doctor=doctor.id,
        doctor_code=doctor.national_code,
        doctor_mobile=doctor.mobile,
        comments=sheet.comments,
        items=items_of(sheet),
        referrals=_referrals(sheet),
        feedback_of=number(sheet.feedback_of),
        complaints=sheet.complaints if sheet.kind not in {Kind.REFERRAL, Kind.HOSPITAL} else (),
        siam=sheet.siam,
        creator=OFFICE,
        client=doctor.national_code,
    )


def items_of(sheet: Sheet) -> tuple[ItemDraft, ...]:
    """Write down the lines of the present tab."""
    return tuple(_item(row) for _, row in sheet.mine)


def _item(row: Row) -> ItemDraft:
    is_drug = row.type == DRUG
    return ItemDraft(
        type=row.type,
        code=row.code,
        quantity=_quantity(row.quantity),
        amount=number(row.amount) if is_drug else None,
        instruction=number(row.instruction) if is_drug else None,
        usage=(number(row.usage) or 0) if is_drug else 0,
        repeat=_repeat(row.repeat),
        day=row.day,
        group=row.group,
        illnesses=(row.illness,) if row.illness else (),
        plans=(row.plan,) if row.plan else (),
        tooth=row.tooth,
        dental=bool(row.tooth),
        id=number(row.id),
    )


def _quantity(text: str) -> int:
    """Read a count; one of too many digits is too many, and not none."""
    found = number(text)
    return found if found is not None else LARGEST_QUANTITY + 1 if ascii_digits(text).isdecimal() else 0


def _repeat(text: str) -> int:
    if not text:
        return 0
    found = number(text)
    return -1 if found is None else found


def _referrals(sheet: Sheet) -> tuple[ReferralDraft, ...]:
    if sheet.kind == Kind.FEEDBACK:
        answers = tuple(
            Answer(each, answer, sheet.answers.get(f"remark{each}", ""))
            for each in QUESTIONS
            if (answer := number(sheet.answers.get(f"answer{each}", ""))) is not None
        )
        return (ReferralDraft(answers=answers),)
    if sheet.kind not in {Kind.REFERRAL, Kind.HOSPITAL}:
        return ()
    referral = ReferralDraft(
        specialty=sheet.specialty,
        icd10s=sheet.icd10s,
        complaints=sheet.complaints,
        message=sheet.message,
        day=sheet.day,
        quantity=number(sheet.visits) or 0,
        siam=sheet.siam if sheet.kind == Kind.HOSPITAL else "",
        patient=sheet.patient,
    )
    return (referral,)


def mistakes(sheet: Sheet, draft: Draft, say: Callable[[Problem], str]) -> dict[str, str]:
    """Tell by field all that the rules find wrong, with the last problem of each field."""
    found = {} if sheet.editing else _of_head(draft, say)
    for (place, _), item in zip(sheet.mine, draft.items, strict=True):
        found |= {f"r{place}_{field}": text for field, text in _of_item(item, say).items()}
    if any(name.startswith("r") for name in found):
        return found
    if draft.kind in {Kind.REFERRAL, Kind.HOSPITAL}:
        return found | _of_referral(draft, say)
    try:
        check_items(draft)
    except Problem as problem:
        found |= {place_of(sheet, problem): say(problem)}
    return found


def _of_head(draft: Draft, say: Callable[[Problem], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(LONGEST_LOOK):
        try:
            check_head(draft, draft.day)
        except tuple(_OF_HEAD) as problem:
            field, mend = _OF_HEAD[type(problem)]
            found.setdefault(field, say(problem))
            draft = msgspec.structs.replace(draft, **mend)
        except Problem as problem:
            return found | {BESIDE.get(type(problem), "form"): say(problem)}
        else:
            break
    return found


def _of_item(item: ItemDraft, say: Callable[[Problem], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(LONGEST_LOOK):
        try:
            check_item(item)
        except tuple(_MENDS) as problem:
            field, mend = _MENDS[type(problem)]
            found.setdefault(field, say(problem))
            item = msgspec.structs.replace(item, **mend)
        except Problem as problem:
            return found | {"quantity": say(problem)}
        else:
            break
    return found


def _of_referral(draft: Draft, say: Callable[[Problem], str]) -> dict[str, str]:
    kind = Kind(draft.kind or 0)
    mended: dict[str, Any] = {}
    found: dict[str, str] = {}
    for _ in range(LONGEST_LOOK):
        try:
            referral = msgspec.structs.replace(draft.referrals[0], **mended)
            read_day(referral.day, "referralHijriDate")
            check_referrals(msgspec.structs.replace(draft, referrals=(referral,)), kind)
        except (wrong.ReferralWrong, wrong.DayWrong, wrong.SiamMissing) as problem:
            field = "siam" if isinstance(problem, wrong.SiamMissing) else _OF_REFERRAL.get(_field(problem), "message")
            if field in found:
                break
            found[field] = say(problem)
            mended |= _passing(field, draft.day)
        except Problem as problem:
            return found | {BESIDE.get(type(problem), "message"): say(problem)}
        else:
            break
    return found


def _field(problem: Problem) -> str:
    return str(problem.facts.get("field", ""))


def _passing(field: str, day: str) -> dict[str, Any]:
    """Give what would pass in a field of a referral."""
    passing: dict[str, dict[str, Any]] = {
        "day": {"day": days_after(day, 1)},
        "specialty": {"specialty": "00100"},
        "visits": {"quantity": 1},
        "icd0": {"icd10s": ("Z00",)},
        "siam": {"siam": "1"},
    }
    return passing.get(field, {"message": ""})


def place_of(sheet: Sheet, problem: Problem) -> str:
    """Tell beside which field a problem belongs: its line's, where it names a code."""
    if isinstance(problem, wrong.ReferralWrong):
        return _OF_REFERRAL.get(_field(problem), "message")
    if isinstance(problem, _OF_CODE):
        code = problem.facts.get("code")
        named = [place for place, row in sheet.mine if row.code == code]
        return f"r{named[-1]}_quantity" if named else "q"
    if isinstance(problem, wrong.PhysioCounts | wrong.IllnessTwice) and sheet.mine:
        field = "quantity" if isinstance(problem, wrong.PhysioCounts) else "illness"
        return f"r{sheet.mine[-1][0]}_{field}"
    if isinstance(problem, wrong.ToothWrong) and sheet.mine:
        return f"r{sheet.mine[-1][0]}_tooth"
    return BESIDE.get(type(problem), "form")
