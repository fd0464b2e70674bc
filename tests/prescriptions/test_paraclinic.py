"""The rules of paraclinic centres: what may be accepted when, for whom, at which price, and what comes back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.prescriptions.errors import paraclinic as wrong
from nabz.prescriptions.model import (
    Centre,
    CentreKind,
    Delivery,
    DeliveryState,
    Item,
    Kind,
    Prescription,
    State,
)
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.catalogue import Service

NOW = datetime(2026, 7, 27, 6, 30, tzinfo=UTC)
TODAY = "14050505"
CENTRE = Centre("0000007303", CentreKind.PARACLINIC, "مرکز", ("02", "04", "13"))
CODE = "018262-600"


def item(number: int = 1, quantity: int = 2, **more: Any) -> Item:
    """A laboratory service."""
    return Item(number, more.pop("type", "02"), more.pop("code", CODE), "خدمت", quantity, quantity, **more)


def prescription(*items: Item, **more: Any) -> Prescription:
    """A paraclinic prescription that runs out at the end of Mordad."""
    blank = Prescription(
        id=1,
        tracking=10000,
        kind=Kind.PARACLINIC,
        patient="National_Code:1234567891",
        patient_name="",
        mobile="",
        day="14050501",
        expires="14050531",
        doctor="2000200092",
        doctor_code="",
        doctor_name="",
        specialty="",
        specialty_title="",
        client="one",
        created_at=NOW,
        items=items or (item(),),
    )
    return msgspec.structs.replace(blank, **more)


def service(**more: Any) -> Service:
    """A service of the catalogue at 100 rials."""
    return msgspec.structs.replace(Service(1, "02", CODE, CODE, "خدمت", price=100, k2_price=150), **more)


def scene(one: Service | None = None, **more: Any) -> rules.Scene:
    """Today, with one service in the catalogue."""
    known = one or service()
    return rules.Scene(services={known.key: known}, day=TODAY, at=NOW, number=7, **more)


def asking(quantity: int = 1, **more: Any) -> rules.Acceptance:
    """A centre that asks for the service."""
    line = rules.Wanted(CODE, quantity, **{key: more.pop(key) for key in ("price", "k2", "tech") if key in more})
    return rules.Acceptance(centre=CENTRE, lines=(line,), type="02", **more)


def test_a_part_leaves_the_rest_and_all_of_it_comes_back() -> None:
    """Open, part, done, and open again as if nothing had been given."""
    one = prescription()
    part, first = rules.accept(one, asking(), scene())
    assert (part.state, part.items[0].remaining, first.type) == (State.PART, 1, "02")
    done, second = rules.accept(part, asking(), scene())
    assert (done.state, done.items[0].state) == (State.DONE, State.DONE)
    with pytest.raises(wrong.NotActive):
        rules.accept(done, asking(), scene())
    back, removed = rules.take_back(done, second, CENTRE.id, result_out=False)
    back, _ = rules.take_back(back, first, CENTRE.id, result_out=False)
    assert (back, removed.state) == (one, DeliveryState.REMOVED)


@pytest.mark.parametrize(
    ("one", "asked", "where", "problem"),
    [
        (prescription(item(day="14050506")), asking(), scene(), wrong.NotYet),
        (prescription(expires="14050504"), asking(), scene(), wrong.RanOut),
        (prescription(state=State.RETURNED), asking(), scene(), wrong.NotActive),
        (prescription(), asking(3), scene(), wrong.MoreThanLeft),
        (prescription(item(quantity=9)), asking(6), scene(service(most=5)), wrong.MoreThanAllowed),
        (prescription(), asking(), scene(service(sex="2"), sex="1"), wrong.OtherSex),
        (prescription(), asking(), scene(service(code="x")), wrong.NoTariff),
        (prescription(), asking(k2=True), scene(service(k2_price=0)), wrong.NoSecondTariff),
        (prescription(), asking(tech=11), scene(service(tech_price=10)), wrong.PriceWrong),
        (prescription(item(quantity=99)), asking(99, price=10**12), scene(), wrong.PriceWrong),
        (prescription(item(type="05")), asking(), scene(), wrong.NotPrescribed),
        (prescription(item(state=State.DELETED)), asking(), scene(), wrong.NotPrescribed),
        (prescription(), asking(physio=True), scene(), wrong.NotPhysio),
        (prescription(), msgspec.structs.replace(asking(), type="01"), scene(), wrong.TypeUnknown),
        (prescription(), msgspec.structs.replace(asking(), type="06"), scene(), wrong.NotParaclinic),
    ],
)
def test_what_may_not_be_accepted_is_refused_by_name(
    one: Prescription, asked: rules.Acceptance, where: rules.Scene, problem: Any
) -> None:
    """Each for its own reason."""
    with pytest.raises(problem):
        rules.accept(one, asked, where)


def test_the_earliest_day_itself_and_the_last_day_are_good_days() -> None:
    """Both count."""
    one = prescription(item(day=TODAY), expires=TODAY)
    assert rules.accept(one, asking(), scene())[0].items[0].remaining == 1


def test_two_items_of_one_service_are_used_up_in_their_order() -> None:
    """A message knows services only; a later item that is not due yet does not count."""
    one = prescription(item(1, 1), item(2, 2), item(3, 5, day="14050601"))
    left, made = rules.accept(one, asking(2), scene())
    assert [each.remaining for each in left.items] == [0, 1, 5]
    assert [(line.item, line.quantity) for line in made.lines] == [(1, 1), (2, 1)]
    with pytest.raises(wrong.MoreThanLeft):
        rules.accept(one, asking(4), scene())
    back, _ = rules.take_back(left, made, CENTRE.id, result_out=False)
    assert back == one


@given(st.integers(1, 50), st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 100), st.booleans())
def test_insurer_and_patient_always_pay_the_whole_price(
    quantity: int, tariff: int, asked: int, percent: int, insured: bool
) -> None:
    """To the rial, whatever a centre asks."""
    one = prescription(item(quantity=quantity), insured=insured)
    where = scene(service(price=tariff, percent=percent, tech_price=3, subsidy=2))
    _, made = rules.accept(one, asking(quantity, price=asked), where)
    assert made.insurer + made.subsidy + made.patient_share == made.price == quantity * ((asked or tariff) + 3)
    assert made.patient_share >= 0
    assert insured or made.insurer == made.subsidy == 0


def test_the_second_tariff_is_reckoned_where_it_is_asked_for() -> None:
    """70 per cent of 150."""
    _, made = rules.accept(prescription(), asking(k2=True), scene())
    assert (made.price, made.insurer, made.patient_share) == (150, 105, 45)


def test_a_delivery_stays_when_its_file_is_sent_a_result_is_out_or_another_asks() -> None:
    """Each with its own problem."""
    one, made = rules.accept(prescription(), asking(), scene())
    for delivery, centre, out, problem in (
        (msgspec.structs.replace(made, state=DeliveryState.SENT), CENTRE.id, False, wrong.FileSent),
        (msgspec.structs.replace(made, month_file=1), CENTRE.id, False, wrong.FileSent),
        (made, CENTRE.id, True, wrong.ResultOut),
        (made, "0000007304", False, wrong.NotRegistered),
        (msgspec.structs.replace(made, state=DeliveryState.REMOVED), "0000007304", False, wrong.NotRegistered),
        (msgspec.structs.replace(made, sessions=("x",)), CENTRE.id, False, wrong.SessionsHeld),
    ):
        with pytest.raises(problem):
            rules.take_back(one, delivery, centre, result_out=out)
    gone = msgspec.structs.replace(made, state=DeliveryState.REMOVED)
    assert rules.take_back(one, gone, CENTRE.id, result_out=False) == (one, gone)


def test_the_same_acceptance_is_known_by_all_that_it_says_before_and_after() -> None:
    """Two calls of one moment may be decided in the other order."""
    _, made = rules.accept(prescription(), asking(), scene())
    one = prescription()
    for near in (timedelta(minutes=9), -timedelta(milliseconds=5)):
        assert rules.is_again(made, one, asking(), NOW + near)
        assert rules.is_again(made, one, asking(price=100), NOW + near)
    assert not rules.is_again(made, one, asking(price=90), NOW)
    assert not rules.is_again(made, one, asking(k2=True), NOW)
    assert not rules.is_again(made, one, asking(2), NOW)
    assert not rules.is_again(made, one, asking(technician="0000101575"), NOW)
    assert not rules.is_again(made, one, asking(), NOW + timedelta(minutes=11))


def test_no_more_sessions_are_held_than_were_accepted() -> None:
    """One a day by Tehran's calendar, and the third of two is refused."""
    physio = service(type="13")
    asked = msgspec.structs.replace(asking(2), type="13")
    _, made = rules.accept(prescription(item(type="13")), asked, scene(physio))
    late = NOW.replace(hour=20, minute=0)  # half past eleven at night in Tehran
    first = _held(made, late)
    second = _held(first, late + timedelta(hours=1))
    assert len(second.sessions) == 2
    with pytest.raises(wrong.SessionsOver):
        rules.hold_session(second, CENTRE.id, (), late + timedelta(days=2))
    with pytest.raises(wrong.SessionToday):
        rules.hold_session(first, CENTRE.id, (), late + timedelta(minutes=11))
    other = msgspec.structs.replace(made, id=8)
    with pytest.raises(wrong.SessionToday):  # the same service in another delivery of the prescription
        rules.hold_session(other, CENTRE.id, (), late + timedelta(minutes=11), [first])
    assert rules.hold_session(other, CENTRE.id, (), late + timedelta(days=2), [first]) is not None
    for near in (timedelta(minutes=9), -timedelta(milliseconds=5)):
        assert rules.hold_session(first, CENTRE.id, (), late + near) is None


def _held(made: Delivery, at: datetime) -> Delivery:
    held = rules.hold_session(made, CENTRE.id, (rules.Wanted(CODE, 1),), at)
    assert held is not None
    return held


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (rules.Diagnosis(), wrong.DiagnosisMissing),
        (rules.Diagnosis(codes=("46.48",)), wrong.DiagnosisWrong),
        (rules.Diagnosis(codes=("X46.48; DROP",)), wrong.DiagnosisWrong),
        (rules.Diagnosis(comment="x" * 2001), wrong.TextLong),
    ],
)
def test_a_diagnosis_has_a_code_or_says_normal_or_says_a_word(found: rules.Diagnosis, problem: Any) -> None:
    """Codes are kept in capitals, each once."""
    _, made = rules.accept(prescription(), asking(), scene())
    with pytest.raises(problem):
        rules.diagnose(made, CENTRE.id, found)
    good = rules.diagnose(made, CENTRE.id, rules.Diagnosis(codes=("x46.48", "X46.48 ", ""), signer="0000101575"))
    assert (good.diagnosis, good.normal, good.signed_by) == (("X46.48",), False, "0000101575")
