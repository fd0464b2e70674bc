"""The rules of the counter: what may be given, what is left, and that no rial is lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nabz.prescriptions.errors import dispensing as wrong
from nabz.prescriptions.errors.kinds import TaminProblem
from nabz.prescriptions.errors.reading import CentreNotActive, CentreNotYours, NotThere
from nabz.prescriptions.model import Centre, CentreKind, Delivery, DeliveryState, Kind, Prescription, Source, State
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.barcodes import barcode
from nabz.prescriptions.model.catalogue import Interaction, Service, Severity
from nabz.prescriptions.model.dispensing import Alert, Occasion, Request, Wanted
from tests.prescriptions.counter import NOW, PHARMACIES, TODAY, ask, prescription

HERE = Centre(PHARMACIES[0], CentreKind.PHARMACY, "نیلوفر", ("01",), contract_until="14991229")
SHELF = {
    ("01", one.code): one
    for one in (
        Service(1, "01", "00077", "00077", "SINOLAR", price=32_000, generic="SINOLAR 500"),
        Service(2, "01", "00078", "00078", "SINOLAR (B)", price=36_500, generic="SINOLAR 500", subsidy=1_001),
        Service(3, "01", "05951", "05951", "COLD", price=12_501, percent=90),
        Service(4, "01", "00092", "00092", "SYRINGE", price=21_000, insured=False),
        Service(5, "01", "00093", "00093", "HOSPIRAL", price=640_000, hospital=True),
        Service(6, "01", "00094", "00094", "BARCODIN", price=410_000, barcode=True),
    )
}
OCCASION = Occasion(id=1, day=TODAY, at=NOW)


def fault(one: Prescription, request: Request, centre: Centre = HERE, day: str = TODAY) -> type[TaminProblem] | None:
    return next((type(each) for each in rules.faults(one, centre, request, SHELF, day)), None)


def test_who_and_what_is_no_longer_deliverable_is_told_first() -> None:
    one = prescription(("00077", 5))
    asked = ask(one, 1)
    assert fault(one, asked) is None
    assert fault(one, asked, replace(HERE, kind=CentreKind.PARACLINIC)) is CentreNotYours
    assert fault(one, asked, replace(HERE, types=("02",))) is CentreNotYours
    assert fault(one, asked, replace(HERE, active=False)) is CentreNotActive
    assert fault(one, asked, replace(HERE, contract_until="14050831")) is CentreNotActive
    assert fault(one, replace(asked, patient="1234567891")) is NotThere
    assert fault(one, replace(asked, patient="")) is NotThere
    nobody = replace(one, patient="UNKNOWN", tracking=987_654_321)
    assert fault(nobody, asked) is fault(nobody, replace(asked, patient="")) is NotThere
    assert fault(nobody, replace(asked, patient="987654321")) is None
    assert fault(replace(one, state=State.DELETED), asked) is wrong.PrescriptionDeleted
    assert fault(replace(one, state=State.RETURNED), asked) is wrong.PrescriptionReturned
    assert fault(one, asked, day="14051104") is wrong.PrescriptionExpired
    assert fault(one, replace(asked, lines=())) is wrong.NothingWanted


@pytest.mark.parametrize(
    ("drugs", "counts", "more", "expected"),
    [
        ((("00077", 5),), (0,), {}, wrong.CountWrong),
        ((("00077", 5),), (6,), {}, wrong.MoreThanRemains),
        ((("00077", 5),), (5,), {"asked": -1}, wrong.PriceWrong),
        ((("00077", 10**4),), (10**4,), {"asked": 10**10}, wrong.PriceWrong),
        ((("00077", 5),), (5,), {"code": "05951"}, wrong.NotEquivalent),
        ((("00077", 5),), (5,), {"code": "99999"}, wrong.DrugUnknown),
        ((("00092", 5),), (5,), {"code": "00077"}, wrong.NotEquivalent),
        ((("00093", 5),), (5,), {}, wrong.HospitalOnly),
        ((("00094", 2),), (2,), {"barcodes": ("1", "1")}, wrong.BarcodesWrong),
        ((("00094", 2),), (2,), {"barcodes": ("1",)}, wrong.BarcodesWrong),
        ((("00094", 1), ("00094", 1)), (1, 1), {"barcodes": ("1",)}, wrong.BarcodesWrong),
        ((("00077", 5),), (5,), {"code": "00078"}, None),
        ((("00094", 2),), (2,), {"barcodes": ("1", "2")}, None),
    ],
)
def test_each_line_is_refused_for_its_own_reason(
    drugs: tuple[tuple[str, int], ...], counts: tuple[int, ...], more: dict[str, Any], expected: object
) -> None:
    one = prescription(*drugs)
    assert fault(one, ask(one, *counts, **more)) is expected


def test_an_item_of_another_kind_or_prescription_is_not_given() -> None:
    one = prescription(("00077", 5))
    lab = replace(one, items=(replace(one.items[0], type="02"),))
    assert fault(lab, ask(one, 1)) is wrong.ItemNotDrug
    assert fault(one, ask(prescription(("00077", 5)), 1)) is wrong.ItemNotOfPrescription
    hospital = replace(prescription(("00093", 1)), source=Source.HOSPITAL)
    assert fault(hospital, ask(hospital, 1)) is None


def test_two_lines_of_one_item_count_together() -> None:
    one = prescription(("00077", 5))
    twice = ask(one, 3)
    assert fault(one, replace(twice, lines=twice.lines * 2)) is wrong.MoreThanRemains
    one, _ = rules.deliver(one, HERE, replace(ask(one, 2), lines=ask(one, 2).lines * 2), SHELF, OCCASION)
    assert (one.items[0].remaining, one.items[0].delivered, one.state) == (1, 1, State.PART)


def test_a_repeat_is_given_on_its_day_and_once_at_a_time() -> None:
    one = prescription(("00077", 5), repeat=2, item_day="14050920")
    assert one.items[0].whole == one.items[0].remaining == 15
    assert fault(one, ask(one, 6)) is wrong.MoreThanAtOnce
    one, _ = rules.deliver(one, HERE, ask(one, 4), SHELF, OCCASION)
    assert fault(one, ask(one, 2)) is wrong.RepeatTooEarly
    assert fault(one, ask(one, 2), day="14050920") is None
    one, _ = rules.deliver(one, HERE, ask(one, 1), SHELF, OCCASION)
    assert fault(one, ask(one, 1)) is wrong.RepeatTooEarly
    later = replace(OCCASION, day="14050920")
    for state in (State.PART, State.DONE):
        one, _ = rules.deliver(one, HERE, ask(one, 5), SHELF, later)
        assert one.state is state
    assert fault(one, ask(one, 1), day="14050920") is wrong.NothingRemains


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_rial_and_no_box_is_lost_over_deliveries_and_take_backs(data: st.DataObject) -> None:
    one = prescription(("00077", 9), ("05951", 7), ("00092", 5))
    one = replace(one, insured=data.draw(st.booleans()))
    first = one
    standing: list[Delivery] = []
    for number in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()) and standing:
            gone = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            one, gone = rules.take_back(one, gone, HERE.id)
            assert gone.state is DeliveryState.REMOVED
            assert rules.take_back(one, gone, HERE.id) == (one, gone)
            continue
        lines = tuple(
            Wanted(
                item=item.id,
                quantity=data.draw(st.integers(1, item.remaining)),
                code=data.draw(st.sampled_from(["00077", "00078"])) if item.code == "00077" else "",
                asked=data.draw(st.integers(0, 10**7)),
            )
            for item in one.items
            if item.remaining and data.draw(st.booleans())
        )
        if not lines:
            continue
        asked = Request(centre=HERE.id, prescription=one.id, lines=lines, patient=one.patient_code)
        one, made = rules.deliver(one, HERE, asked, SHELF, replace(OCCASION, id=number))
        standing.append(made)
        for line, wanted in zip(made.lines, lines, strict=True):
            assert line.price == line.insurer + line.subsidy + line.patient
            assert line.price == wanted.quantity * (wanted.asked or SHELF["01", line.code].price)
            assert min(line.insurer, line.subsidy, line.patient) >= 0
        assert made.price == made.insurer + made.subsidy + made.patient_share
    given_ = {item.id: item.whole - item.remaining for item in one.items}
    for item in one.items:
        assert given_[item.id] == sum(line.quantity for each in standing for line in each.lines if line.item == item.id)
    if not standing:
        assert replace(one, version=first.version) == first


def test_the_same_request_is_the_same_delivery_for_ten_minutes_alone() -> None:
    one = prescription(("00077", 9), ("05951", 7))
    asked = ask(one, 2, 3)
    left, made = rules.deliver(one, HERE, asked, SHELF, OCCASION)
    assert rules.again(made, left, replace(asked, lines=asked.lines[::-1]), OCCASION)
    assert not rules.again(made, left, ask(one, 2, 4), OCCASION)
    assert not rules.again(made, left, replace(asked, centre=PHARMACIES[1]), OCCASION)
    assert not rules.again(made, left, asked, replace(OCCASION, at=NOW + rules.AGAIN * 1.01))
    assert not rules.again(replace(made, state=DeliveryState.REMOVED), left, asked, OCCASION)
    assert rules.again(made, left, asked, replace(OCCASION, at=NOW - timedelta(milliseconds=5)))
    assert not rules.again(made, left, ask(one, 2, 3, asked=9_000), OCCASION)
    assert rules.again(
        made, left, replace(asked, lines=(replace(asked.lines[0], asked=32_000), asked.lines[1])), OCCASION
    )
    pending = replace(made, state=DeliveryState.PENDING)
    assert not rules.again(pending, left, asked, OCCASION)
    assert rules.again(pending, left, asked, replace(OCCASION, state=DeliveryState.PENDING))


def test_another_box_is_another_delivery_however_soon_it_is_given() -> None:
    one = prescription(("00094", 4))
    first = ask(one, 2, barcodes=("1", "2"))
    left, made = rules.deliver(one, HERE, first, SHELF, OCCASION)
    assert made.lines[0].barcodes == ("1", "2")
    assert rules.again(made, left, ask(one, 2, barcodes=("2", "1")), OCCASION)
    assert not rules.again(made, left, ask(one, 2, barcodes=("3", "4")), OCCASION)


def test_what_is_wrong_with_a_message_is_told_whatever_was_given_before() -> None:
    one = prescription(("00077", 5))
    left, _ = rules.deliver(one, HERE, ask(one, 5), SHELF, OCCASION)
    assert [type(each) for each in rules.flaws(left, ask(one, 5, asked=-5), SHELF)] == [wrong.PriceWrong]
    assert not list(rules.flaws(left, ask(one, 5), SHELF))


def test_only_what_a_physician_wrote_for_a_pharmacy_goes_back_to_him() -> None:
    one = prescription(("00077", 9))
    assert rules.return_(one, "چرا", TODAY).state is State.RETURNED
    lab = replace(one, kind=Kind.PARACLINIC, items=(replace(one.items[0], type="02"),))
    for other in (lab, replace(one, kind=Kind.REFERRAL, items=()), replace(one, source=Source.PAPER)):
        with pytest.raises(NotThere):
            rules.return_(other, "چرا", TODAY)


def test_what_was_sent_with_the_months_file_stays() -> None:
    one = prescription(("00077", 9))
    left, made = rules.deliver(one, HERE, ask(one, 2), SHELF, OCCASION)
    with pytest.raises(wrong.DeliverySent):
        rules.take_back(left, replace(made, state=DeliveryState.SENT), HERE.id)
    with pytest.raises(NotThere):
        rules.take_back(left, made, PHARMACIES[1])
    with pytest.raises(wrong.AlreadyDelivered):
        rules.return_(left, "چرا", TODAY)


def test_a_pharmacy_is_warned_of_what_meets_and_of_what_stays() -> None:
    one = replace(prescription(("00077", 9)), expires="14050905")
    asked = ask(one, 4, asked=40_000, code="00078")
    lines = rules.lines_of(one, asked, SHELF)
    kinds = {each.kind: each for each in rules.of_request(one, asked, lines, SHELF, TODAY)}
    assert set(kinds) == {Alert.ABOVE_TARIFF, Alert.REPLACED, Alert.PART, Alert.EXPIRES}
    assert kinds[Alert.PART].left == 5
    met = [Interaction("00092", "00077", Severity.SEVERE, "خون‌ریزی"), Interaction("a", "b", Severity.MILD, "")]
    told = list(rules.of_drugs(["00077"], met, [("05951", "00077"), ("a", "b")]))
    assert [(each.kind, each.drug, each.other) for each in told] == [
        (Alert.INTERACTION, "00077", "00092"),
        (Alert.SAME_THERAPY, "00077", "05951"),
    ]


def test_a_barcode_is_twenty_digits_in_any_script() -> None:
    assert barcode(" ۰۱۲۳۴۵۶۷۸۹ 0123456789 ") == "01234567890123456789"
    for text in ("", "123", "0123456789012345678x"):
        with pytest.raises(wrong.BarcodeMalformed):
            barcode(text)
