"""The rules of writing, the table of states, names and money: no database, no clock."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit.errors import Problem
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import (
    Actor,
    Answer,
    Deed,
    Draft,
    ItemDraft,
    Kind,
    Line,
    ReferralDraft,
    State,
    allowed,
    centre_id,
    doc_id,
    doctor_code,
    line_of,
    rules,
    share,
)

TODAY = "14050901"
DRUG = ItemDraft(type="01", code="05951", quantity=10, amount=174, instruction=67)
LAB = ItemDraft(type="02", code="807005-275", quantity=1, group="001")
PHYSIO = ItemDraft(type="13", code="901645-403", quantity=10, illnesses=("1",))
SERVICE = ItemDraft(type="17", code="0000602595", quantity=1)
NURSING = ItemDraft(type="21", code="0000903575", quantity=1)
TO_THE_HEART = ReferralDraft(specialty="00138", day="14050905")
YES = Answer(1, 100, "بهتر است")


def draft(kind: int | None, *items: ItemDraft, **more: object) -> Draft:
    """A prescription of the guide's physician."""
    known: dict[str, object] = {
        "patient": "0123456789",
        "mobile": "09129999999",
        "day": TODAY,
        "doctor": "2000200092",
        "doctor_code": "1234567891",
        "doctor_mobile": "09991111111",
    }
    return Draft(kind=kind, items=items, **{**known, **more})  # type: ignore[arg-type]


def feedback(*answers: Answer) -> Draft:
    """A feedback with these answers."""
    return draft(8, comments="x", feedback_of=1, referrals=(ReferralDraft(answers=answers),))


def changed(item: ItemDraft, **cells: object) -> ItemDraft:
    """An item with something else in it."""
    return msgspec.structs.replace(item, **cells)


def fault(given: Draft) -> type[Problem] | None:
    """What is wrong with a draft."""
    try:
        rules.check_head(given, TODAY)
        rules.check_items(given)
    except Problem as problem:
        return type(problem)
    return None


@pytest.mark.parametrize(
    "good",
    [
        draft(1, DRUG),
        draft(2, LAB, changed(PHYSIO, type="04")),
        draft(2, PHYSIO, changed(PHYSIO, illnesses=("2",))),
        draft(3),
        draft(4, SERVICE),
        draft(5, SERVICE),
        draft(5, SERVICE, NURSING, siam="s"),
        draft(6, SERVICE),
        draft(7, referrals=(TO_THE_HEART,)),
        draft(8, comments="پاسخ", feedback_of=6000000001, referrals=(ReferralDraft(answers=(YES, Answer(2, 101))),)),
        draft(9, referrals=(ReferralDraft(siam="s", day=TODAY, icd10s=("X46.49",)),)),
        draft(1, changed(DRUG, repeat=3, day="14051001")),
        draft(1, DRUG, day="1405/09/01"),
        draft(1, DRUG, day="۱۴۰۵۰۹۰۱"),
    ],
)
def test_each_kind_may_be_written(good: Draft) -> None:
    assert fault(good) is None


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (draft(1, DRUG, mobile=" "), wrong.MobileMissing),
        (draft(1, DRUG, mobile="0912"), wrong.MobileWrong),
        (draft(None, DRUG), wrong.KindMissing),
        (draft(10, DRUG), wrong.KindWrong),
        (draft(0, DRUG), wrong.KindWrong),
        (draft(1, DRUG, day="14051301"), wrong.DayWrong),
        (draft(1, DRUG, day=""), wrong.DayWrong),
        (draft(1, DRUG, day="9" * 5000), wrong.DayWrong),
        (draft(1, DRUG, day="14050902"), wrong.DayAhead),
        (draft(1, DRUG, expires="14050830"), wrong.DayWrong),
        (draft(1), wrong.ItemsMissing),
        (draft(3, SERVICE), wrong.NoItemsAllowed),
        (draft(7, DRUG, referrals=(TO_THE_HEART,)), wrong.NoItemsAllowed),
        (draft(1, DRUG, LAB), wrong.OnlyDrugs),
        (draft(2, LAB, DRUG), wrong.OnlyParaclinic),
        (draft(4, DRUG), wrong.OnlyServices),
        (draft(5, LAB), wrong.OnlyServices),
        (draft(6, NURSING), wrong.OnlyServices),
        (draft(2, changed(LAB, group="")), wrong.GroupMissing),
        (draft(1, changed(DRUG, quantity=0)), wrong.QuantityWrong),
        (draft(1, changed(DRUG, quantity=-1)), wrong.QuantityWrong),
        (draft(1, changed(DRUG, quantity=5001)), wrong.QuantityTooLarge),
        (draft(1, changed(DRUG, code=" ")), wrong.ServiceUnknown),
        (draft(1, changed(DRUG, amount=None)), wrong.AmountWrong),
        (draft(1, changed(DRUG, instruction=None)), wrong.InstructionWrong),
        (draft(1, changed(DRUG, repeat=4, day="14051001")), wrong.RepeatWrong),
        (draft(1, changed(DRUG, repeat=-1)), wrong.RepeatWrong),
        (draft(1, changed(DRUG, repeat=1)), wrong.RepeatWrong),
        (draft(1, DRUG, DRUG), wrong.ItemTwice),
        (draft(1, *[changed(DRUG, code=str(n)) for n in range(61)]), wrong.TooManyItems),
        (draft(2, PHYSIO, changed(PHYSIO, code="2")), wrong.IllnessTwice),
        (draft(2, PHYSIO, changed(PHYSIO, illnesses=("01",))), wrong.IllnessTwice),
        (draft(2, PHYSIO, changed(PHYSIO, illnesses=("2",), quantity=5)), wrong.PhysioCounts),
        (draft(5, NURSING, siam="s"), wrong.NursingIncomplete),
        (draft(5, NURSING, SERVICE), wrong.SiamMissing),
        (draft(7), wrong.ReferralMissing),
        (draft(7, referrals=(ReferralDraft(specialty="", day="14050905"),)), wrong.ReferralWrong),
        (draft(7, referrals=(ReferralDraft(specialty="00138", day=TODAY),)), wrong.ReferralWrong),
        (draft(7, referrals=(ReferralDraft(specialty="00138", day="14060101"),)), wrong.ReferralWrong),
        (draft(7, referrals=(ReferralDraft(specialty="00138", day="14050905", quantity=4),)), wrong.ReferralWrong),
        (draft(8, feedback_of=1, referrals=(ReferralDraft(answers=(YES,)),)), wrong.CommentMissing),
        (draft(8, comments="x", referrals=(ReferralDraft(answers=(YES,)),)), wrong.FeedbackUnknown),
        (draft(8, comments="x", feedback_of=1, referrals=(ReferralDraft(),)), wrong.AnswersWrong),
        (draft(8, comments="x", feedback_of=1, referrals=(ReferralDraft(answers=(YES, YES)),)), wrong.AnswersWrong),
        (
            draft(8, comments="x", feedback_of=1, referrals=(ReferralDraft(answers=(Answer(1, 100),)),)),
            wrong.AnswersWrong,
        ),
        (
            draft(8, comments="x", feedback_of=1, referrals=(ReferralDraft(answers=(Answer(9, 101),)),)),
            wrong.AnswersWrong,
        ),
        (draft(9, referrals=(ReferralDraft(day=TODAY, icd10s=("X46.49",)),)), wrong.SiamMissing),
        (draft(9, referrals=(ReferralDraft(day=TODAY, siam="s"),)), wrong.ReferralWrong),
        (draft(1, DRUG, comments="x" * 2001), wrong.FormWrong),
    ],
)
def test_what_the_guide_forbids_is_refused(bad: Draft, expected: type[Problem]) -> None:
    assert fault(bad) is expected


def test_a_prescription_runs_out_by_its_types() -> None:
    days = {"01": 62, "05": 180}
    assert rules.expiry(draft(1, DRUG), days) == "14051103"
    assert rules.expiry(draft(2, changed(LAB, type="05")), days) > rules.expiry(draft(1, DRUG), days)
    assert rules.expiry(draft(1, DRUG, expires="14050910"), days) == "14050910"
    assert rules.expiry(draft(1, DRUG, expires="14990910"), days) == "14051103"
    assert rules.expiry(draft(1, changed(DRUG, repeat=1, day="14051001")), days) == "14051203"


def test_council_numbers_have_one_spelling() -> None:
    assert doc_id(" ۲۰۰۰۲۰۰۰۹۲ ") == "2000200092"
    assert doc_id("12") == "0000000012"
    assert doc_id("900005م") == "0000900005*"
    assert doc_id("900005ات") == "0000900005ات"
    assert [doc_id(text) for text in ("", "0", "x12", "12345678901", "1" * 10_000)] == [""] * 5
    assert doctor_code("fda123456") == "FDA123456"
    assert doctor_code("1234567890") == ""
    assert centre_id("920") == "0000000920"
    assert centre_id("-1") == ""


def test_the_table_of_states_lets_nothing_else_happen() -> None:
    assert allowed(State.OPEN, Deed.EDIT, Actor.WRITER)
    assert not allowed(State.PART, Deed.EDIT, Actor.WRITER)
    assert not allowed(State.PART, Deed.DELETE, Actor.WRITER)
    assert not allowed(State.OPEN, Deed.DELIVER, Actor.WRITER)
    assert not any(allowed(State.DELETED, deed, actor) for deed in Deed for actor in Actor)
    assert not allowed(State.DONE, Deed.DELIVER, Actor.CENTRE)


def test_the_printed_sums_come_out() -> None:
    line = line_of(Line(1, "04", "024558-900", "", 1, 2991405, 2991405, 0, 0, 0))
    assert (line.insurer, line.patient) == (2093984, 897421)
    assert share(1, 50) == 1


@given(
    quantity=st.integers(1, 10_000),
    tariff=st.integers(0, 10**9),
    asked=st.integers(0, 10**9),
    subsidy=st.integers(0, 10**9),
    tech=st.integers(0, 10**8),
    percent=st.integers(0, 100),
)
def test_no_rial_is_lost_or_made(quantity: int, tariff: int, asked: int, subsidy: int, tech: int, percent: int) -> None:
    line = line_of(
        Line(1, "01", "1", "", quantity, tariff, asked, 0, 0, 0, subsidy=subsidy, percent=percent, tech=tech)
    )
    assert line.price == quantity * (asked + tech) == line.insurer + line.patient + line.subsidy
    assert min(line.insurer, line.patient, line.subsidy) >= 0


def test_every_kind_has_its_rule() -> None:
    assert {kind for kind in Kind if fault(draft(int(kind), mobile="x")) is wrong.MobileWrong} == set(Kind)
