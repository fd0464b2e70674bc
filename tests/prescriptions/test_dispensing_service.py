"""The use cases of the counter: one-time codes, barcodes, two steps and paper."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from nabz.kit import outbox
from nabz.kit.db import Database, Tx
from nabz.kit.ids import new_id
from nabz.notify.errors import CodeTooSoon
from nabz.prescriptions.errors import dispensing as wrong
from nabz.prescriptions.errors.reading import CentreNotYours, KeyReused, NotThere
from nabz.prescriptions.errors.writing import Duplicate, MobileWrong
from nabz.prescriptions.model import DeliveryState, Prescription, Source, State
from nabz.prescriptions.model.barcodes import Batch
from nabz.prescriptions.model.corrections import Look, Role
from nabz.prescriptions.model.dispensing import Alert, PaperDraft, PaperLine
from nabz.prescriptions.service import barcodes, controlled, deliveries, looks, reading
from nabz.prescriptions.service.dispensing import checking, delivering, looking, paper, returning, taking_back, two_step
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from tests.appointments.emptied import migrated
from tests.prescriptions.counter import NOW, PHARMACIES, TODAY, ask, caller, codes_sent, dispensary, furnish, put
from tests.services import ENGINES

HERE, THERE = PHARMACIES
CODES = tuple(f"{number:020}" for number in range(1, 9))


@pytest.fixture(scope="module", params=ENGINES)
async def at(request: pytest.FixtureRequest) -> AsyncIterator[Dispensary]:
    """The counter over a database that the tests of this file share; each has prescriptions of its own."""
    async with migrated(request.param) as database:
        within = database.within(1)
        await furnish(within)
        yield dispensary(within)


async def left_of(db: Database, one: Prescription) -> list[int]:
    return [item.remaining for item in (await db.read(reading.by_id, one.id)).items]


async def test_a_controlled_drug_is_given_against_the_code_that_the_patient_was_sent(at: Dispensary) -> None:
    one = await put(at.db, ("01311", 2), ("00077", 2))
    checked = await checking.check(at, ask(one, 2, 2), caller(), NOW)
    assert (checked.problems, checked.warnings[-1].kind, checked.controlled) == ((), Alert.CODE_SENT, ("01311",))
    code = (await codes_sent(at.db))[-1]
    with pytest.raises(wrong.OneTimeCodeWrong):
        await delivering.deliver(at, ask(one, 2, 2), caller(), NOW)
    other = f"{(int(code) + 1) % 10**6:06}"
    with pytest.raises(wrong.OneTimeCodeWrong) as told:
        await delivering.deliver(at, ask(one, 2, 2, once=other), caller(), NOW)
    assert told.value.facts["drug"] == "01311"
    with pytest.raises(wrong.MoreThanRemains):  # the code is not used up by a delivery that fails
        await delivering.deliver(at, ask(one, 2, 3, once=code), caller(), NOW)
    with pytest.raises(wrong.OneTimeCodeWrong):  # it is for the pharmacy that asked for it
        await delivering.deliver(at, ask(one, 2, 2, centre=THERE, once=code), caller(), NOW)
    made = await delivering.deliver(at, ask(one, 2, 2, once=code), caller(), NOW)
    assert (await delivering.deliver(at, ask(one, 2, 2, once=code), caller(), NOW)).delivery.id == made.delivery.id
    assert await left_of(at.db, one) == [0, 0]


async def test_after_five_misses_the_right_code_is_no_use_any_more(at: Dispensary) -> None:
    one = await put(at.db, ("01311", 2))
    await checking.check(at, ask(one, 2), caller(), NOW)
    code = (await codes_sent(at.db))[-1]
    others = [f"{(int(code) + more) % 10**6:06}" for more in range(1, 6)]
    for each in [*others, code]:
        with pytest.raises(wrong.OneTimeCodeWrong):
            await delivering.deliver(at, ask(one, 2, once=each), caller(), NOW)
    late = NOW + timedelta(minutes=6)
    again = await checking.check(at, ask(one, 2), caller(), late)
    assert again.warnings[-1].kind is Alert.CODE_SENT
    code = (await codes_sent(at.db))[-1]
    with pytest.raises(wrong.OneTimeCodeWrong):
        await delivering.deliver(at, ask(one, 2, once=code), caller(), late + timedelta(minutes=6))


async def test_a_package_is_registered_once_activated_once_and_free_again_after_a_take_back(at: Dispensary) -> None:
    batch = Batch(drug="94", number="B-1", codes=CODES[:4])
    made = await at.db.write(barcodes.register, batch, caller(), NOW, TODAY)
    assert (made.new, made.known) == (4, 0)
    made = await at.db.write(barcodes.register, batch, caller(), NOW, TODAY)
    assert (made.new, made.known) == (0, 4)
    with pytest.raises(wrong.BarcodeTaken):
        await at.db.write(barcodes.register, msgspec.structs.replace(batch, number="B-2"), caller(), NOW, TODAY)
    for _ in range(2):
        await at.db.write(barcodes.activate, HERE, CODES[0], caller(), NOW)
    with pytest.raises(wrong.BarcodeUsed):
        await at.db.write(barcodes.activate, THERE, CODES[0], caller(), NOW)
    one = await put(at.db, ("00094", 3))
    for codes, problem in (
        ((CODES[0],), wrong.BarcodesWrong),
        ((CODES[0], CODES[0]), wrong.BarcodesWrong),
        ((CODES[0], CODES[7]), wrong.BarcodeUnknown),
    ):
        with pytest.raises(problem):
            await delivering.deliver(at, ask(one, 2, barcodes=codes), caller(), NOW)
        checked = await checking.check(at, ask(one, 2, barcodes=codes), caller(), NOW)
        assert [type(each) for each in checked.problems] == [problem]
    with pytest.raises(wrong.BarcodeUsed):
        await delivering.deliver(at, ask(one, 2, centre=THERE, barcodes=CODES[:2]), caller(), NOW)
    checked = await checking.check(at, ask(one, 2, centre=THERE, barcodes=CODES[:2]), caller(), NOW)
    assert [type(each) for each in checked.problems] == [wrong.BarcodeUsed]
    given = await delivering.deliver(at, ask(one, 2, barcodes=CODES[:2]), caller(), NOW)
    assert (await at.db.read(barcodes.show, CODES[1])).delivery == given.delivery.id
    with pytest.raises(wrong.BarcodeUsed):
        await delivering.deliver(at, ask(one, 1, barcodes=CODES[:1]), caller(), NOW)
    assert {each.code for each in await at.db.read(barcodes.of_centre, HERE)} == set(CODES[:2])
    await taking_back.take_back(at, HERE, given.delivery.id, caller(), NOW)
    assert (await at.db.read(barcodes.show, CODES[1])).free
    await delivering.deliver(at, ask(one, 1, centre=THERE, barcodes=CODES[:1]), caller(), NOW)


async def test_what_is_set_aside_is_registered_by_the_patients_code_or_given_up_after_a_day(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 5))
    made = await two_step.set_aside(at, ask(one, 5), caller(), NOW)
    assert made.delivery.state is DeliveryState.PENDING
    assert (await two_step.set_aside(at, ask(one, 5), caller(), NOW)).delivery.id == made.delivery.id
    with pytest.raises(wrong.NothingRemains):
        await delivering.deliver(at, ask(one, 1, centre=THERE), caller(), NOW)
    code = (await codes_sent(at.db))[-1]
    for centre, typed, problem in ((THERE, code, NotThere), (HERE, "x", wrong.ConfirmationWrong)):
        with pytest.raises(problem):
            await two_step.confirm(at, centre, made.delivery.id, typed, caller(), NOW)
    for _ in range(2):
        done = await two_step.confirm(at, HERE, made.delivery.id, code, caller(), NOW)
        assert done.delivery.state is DeliveryState.REGISTERED
    assert (await at.db.read(deliveries.by_id, made.delivery.id)).state is DeliveryState.REGISTERED

    two = await put(at.db, ("00077", 5))
    aside = await two_step.set_aside(at, ask(two, 3), caller(), NOW)
    later = NOW + timedelta(hours=23)
    assert await two_step.lapse(at.db, new_id(), later) == 0
    await two_step.send_again(at, HERE, aside.delivery.id, caller(), later)
    assert await two_step.lapse(at.db, new_id(), later + timedelta(hours=2)) == 1
    assert await left_of(at.db, two) == [5]
    code = (await codes_sent(at.db))[-1]
    with pytest.raises(wrong.DeliveryRemoved):
        await two_step.confirm(at, HERE, aside.delivery.id, code, caller(), later)


def draft(**more: Any) -> PaperDraft:
    """A paper of two drugs."""
    lines = (PaperLine(code="77", quantity=4), PaperLine(code="05951", quantity=6))
    told = {"patient": "0123456789", "doctor": "900001", "day": "1405/08/20", "lines": lines, **more}
    return PaperDraft(centre=HERE, mobile="09129999999", **told)


async def test_a_paper_prescription_becomes_one_that_is_delivered_like_any_other(at: Dispensary) -> None:
    one = await paper.accept(at, draft(), caller(), NOW)
    assert (one.source, one.state, one.day, one.expires) == (Source.PAPER, State.OPEN, "14050820", "14051022")
    assert [(item.code, item.remaining) for item in one.items] == [("00077", 4), ("05951", 6)]
    assert (await paper.accept(at, draft(), caller(), NOW)).id == one.id
    fewer = (PaperLine(code="77", quantity=1), PaperLine(code="05951", quantity=6))
    with pytest.raises(Duplicate):
        await paper.accept(at, draft(lines=fewer), caller(), NOW)
    made = await delivering.deliver(at, ask(one, 4, 6), caller(), NOW)
    assert (made.one.state, made.delivery.source) == (State.DONE, Source.PAPER)
    line = (PaperLine(code="00093", quantity=1),)
    hospital = await paper.accept(at, draft(lines=line, source=Source.HOSPITAL), caller(), NOW)
    assert (await delivering.deliver(at, ask(hospital, 1), caller(), NOW)).one.state is State.DONE


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"day": "14050902"}, wrong.PaperDayWrong),
        ({"day": "soon"}, wrong.PaperDayWrong),
        ({"day": "14050501"}, wrong.PrescriptionExpired),
        ({"doctor": "0"}, wrong.PaperDoctorWrong),
        ({"lines": ()}, wrong.NothingWanted),
        ({"lines": (PaperLine(code="00077", quantity=0),)}, wrong.CountWrong),
        ({"lines": (PaperLine(code="99999", quantity=1),)}, wrong.DrugUnknown),
        ({"lines": (PaperLine(code="77", quantity=1), PaperLine(code="00077", quantity=1))}, wrong.DrugTwice),
        ({"lines": (PaperLine(code="01311", quantity=11),)}, wrong.MoreThanAllowed),
        ({"lines": (PaperLine(code="00093", quantity=1),)}, wrong.HospitalOnly),
    ],
)
async def test_a_paper_that_cannot_be_is_refused(
    at: Dispensary, more: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        await paper.accept(at, draft(**more), caller(), NOW)


async def test_an_acceptance_over_the_net_is_withdrawn_by_its_pharmacy_while_nothing_was_given(at: Dispensary) -> None:
    one = await paper.accept(at, draft(source=Source.INTERNET, day="14050821"), caller(), NOW)
    with pytest.raises(wrong.NotAcceptedHere):
        await paper.withdraw(at, THERE, one.id, caller(), NOW)
    for _ in range(2):
        assert (await paper.withdraw(at, HERE, one.id, caller(), NOW)).state is State.DELETED
    two = await paper.accept(at, draft(source=Source.INTERNET, day="14050821"), caller(), NOW, "a key")
    assert two.id != one.id
    assert (await paper.accept(at, draft(source=Source.INTERNET, day="14050821"), caller(), NOW, "a key")).id == two.id
    await delivering.deliver(at, ask(two, 1, 1), caller(), NOW)
    with pytest.raises(wrong.AlreadyDelivered):
        await paper.withdraw(at, HERE, two.id, caller(), NOW)


async def test_a_key_stands_for_one_content_and_others_pharmacies_are_not_spoken_for(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 5))
    made = await delivering.deliver(at, ask(one, 2), caller(), NOW, "k")
    assert (
        await delivering.deliver(at, ask(one, 2), caller(), NOW + timedelta(hours=1), "k")
    ).delivery == made.delivery
    with pytest.raises(KeyReused):
        await delivering.deliver(at, ask(one, 1), caller(), NOW, "k")
    stranger = msgspec.structs.replace(caller("stranger"), trusted=False, organisation="another")
    with pytest.raises(CentreNotYours):
        await delivering.deliver(at, ask(one, 1), stranger, NOW)
    with pytest.raises(CentreNotYours):
        await returning.return_(at, HERE, one.id, "چرا", stranger, NOW)


async def test_a_pre_check_knows_what_the_patient_got_before(at: Dispensary) -> None:
    first = await put(at.db, ("00078", 2), patient="National_Code:1234567891")
    await delivering.deliver(at, msgspec.structs.replace(ask(first, 2), patient="1234567891"), caller(), NOW)
    one = await put(at.db, ("00077", 5), patient="National_Code:1234567891")
    asked = msgspec.structs.replace(ask(one, 5), patient="1234567891")
    kinds = [each.kind for each in (await checking.check(at, asked, caller(), NOW)).warnings]
    assert kinds == [Alert.SAME_THERAPY]
    later = NOW + timedelta(days=63)
    one = await put(at.db, ("00077", 5), patient="National_Code:1234567891", expires="14991229")
    asked = msgspec.structs.replace(ask(one, 5), patient="1234567891")
    assert (await checking.check(at, asked, caller(), later)).warnings == ()


async def test_what_names_nobody_is_found_by_its_tracking_code_alone(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 5), patient="UNKNOWN")
    assert (await looking.active(at, "UNKNOWN", NOW))[0] == []
    found, shelf, person = await looking.active(at, "UNKNOWN", NOW, one.tracking)
    assert ([each.id for each in found], list(shelf), person) == ([one.id], [("01", "00077")], None)
    assert (await looking.active(at, "UNKNOWN", NOW, one.tracking + 1))[0] == []
    with pytest.raises(NotThere):
        await delivering.deliver(at, ask(one, 5), caller(), NOW)
    asked = msgspec.structs.replace(ask(one, 5), patient=str(one.tracking))
    assert (await delivering.deliver(at, asked, caller(), NOW)).one.state is State.DONE
    assert (await looking.active(at, "UNKNOWN", NOW, one.tracking))[0] == []


async def test_of_two_calls_at_one_moment_the_later_may_be_decided_first(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 6))
    later = await delivering.deliver(at, ask(one, 2), caller(), NOW + timedelta(milliseconds=5))
    earlier = await delivering.deliver(at, ask(one, 2), caller(), NOW)
    assert (earlier.delivery, earlier.again) == (later.delivery, True)
    other = await delivering.deliver(at, ask(one, 2, asked=33_000), caller(), NOW)
    assert other.delivery.id != later.delivery.id
    with pytest.raises(wrong.PriceWrong):
        await delivering.deliver(at, ask(one, 2, asked=-5), caller(), NOW)
    assert await left_of(at.db, one) == [2]


async def test_a_number_alone_opens_nothing_and_a_mobile_that_is_none_is_refused(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 6), mobile="")
    stranger = msgspec.structs.replace(ask(one, 2), patient="")
    for use_case in (delivering.deliver, checking.check, two_step.set_aside):
        with pytest.raises(NotThere):
            await use_case(at, stranger, caller(), NOW)
        with pytest.raises(MobileWrong):
            await use_case(at, msgspec.structs.replace(ask(one, 2), mobile="0912"), caller(), NOW)
    assert await left_of(at.db, one) == [6]


async def test_a_pharmacy_returns_only_what_its_patient_has_shown_it_lately(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 6), patient="National_Code:0010350829", doctor_mobile="09990000001")
    look = Look(patient=one.patient, who="one", role=Role.PHARMACY, place=THERE)
    await at.db.write(looks.note, look, NOW - timedelta(days=1))
    with pytest.raises(NotThere):
        await returning.return_(at, HERE, one.id, "چرا", caller(), NOW)
    with pytest.raises(NotThere):
        await returning.return_(at, THERE, one.id, "چرا", caller(), NOW + timedelta(days=1))
    for _ in range(2):
        assert (await returning.return_(at, THERE, one.id, "چرا", caller(), NOW)).state is State.RETURNED
    assert len(await at.db.read(letters_about, "برای اصلاح بازگشت: چرا")) == 1


def letters_about(tx: Tx, words: str) -> list[str]:
    """The text messages on their way that say so."""
    return [row.id for row in tx.execute(select(outbox.messages)) if words in str(row.payload.get("text"))]


async def test_no_mobile_gets_codes_without_end(at: Dispensary) -> None:
    one = await put(at.db, ("00077", 60), mobile="09121230000")
    for number in range(controlled.MOST_AN_HOUR):
        made = await two_step.set_aside(at, ask(one, 1), caller(), NOW + timedelta(minutes=number))
        await taking_back.take_back(at, HERE, made.delivery.id, caller(), NOW + timedelta(minutes=number))
    with pytest.raises(CodeTooSoon):
        await two_step.set_aside(at, ask(one, 1), caller(), NOW + timedelta(minutes=30))


async def test_one_paper_under_one_key_at_one_moment_is_one_prescription(at: Dispensary) -> None:
    lines = (PaperLine(code="05951", quantity=3),)
    sent = [paper.accept(at, draft(lines=lines, day="14050819"), caller(), NOW, "a paper's key") for _ in range(4)]
    assert len({one.id for one in await asyncio.gather(*sent)}) == 1
    with pytest.raises(KeyReused):
        await paper.accept(at, draft(day="14050818"), caller(), NOW, "a paper's key")
