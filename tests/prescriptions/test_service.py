"""Writing, editing, deleting: decided on the store, once, whoever calls again or at the same moment."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from nabz.kit import jalali
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.errors import reading as lost
from nabz.prescriptions.errors import writing as wrong
from nabz.prescriptions.model import Answer, Caller, Draft, ItemDraft, Kind, Prescription, ReferralDraft, State
from nabz.prescriptions.service import changing, diagnoses, enrolment, entitlement, reading, writing
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.changing import Change, Key
from nabz.prescriptions.service.numbering import Numbers
from tests.prescriptions.conftest import NOW
from tests.prescriptions.office import Office

DRUG = ItemDraft(type="01", code="05951", quantity=10, amount=174, instruction=67)
OTHER = ItemDraft(type="01", code="05760", quantity=3, amount=204, instruction=61)
DOCTOR = "2000200092"


def desk() -> writing.Desk:
    """What a process has."""
    return writing.Desk(Numbers(), Catalogue(), entitlement.Outside())


def caller(client: str = "a-system") -> Caller:
    """A call of its own."""
    return Caller(client, client, new_id())


def draft(day: str, *items: ItemDraft, **more: object) -> Draft:
    """The guide's physician writes for the sample's patient."""
    known: dict[str, object] = {"patient": "0123456789", "mobile": "09129999999", "kind": int(Kind.DRUG)}
    known |= {"doctor": DOCTOR, "doctor_code": "1234567891", "doctor_mobile": "09991111111"}
    return Draft(day=day, items=items or (DRUG,), **{**known, **more})  # type: ignore[arg-type]


async def test_numbers_are_nobodys_else_in_two_processes(tamin: Office) -> None:
    one, other = Numbers(), Numbers()
    taken = await asyncio.gather(*(each.take(tamin.db, 7) for each in (one, other) for _ in range(200)))
    flat = [number for some in taken for number in some]
    assert len(flat) == len(set(flat)) == 2800
    assert all(some == list(range(some[0], some[0] + 7)) for some in taken)


async def test_the_same_content_is_written_once_by_many_at_once(tamin: Office) -> None:
    tries = [writing.create(desk(), tamin.db, draft("14050801"), caller(str(n)), NOW) for n in range(12)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    made = [one for one in done if isinstance(one, Prescription)]
    told = [one for one in done if isinstance(one, wrong.Duplicate)]
    assert len(made) == 1
    assert len(told) == 11
    assert {one.facts["id"] for one in told} == {made[0].id}


async def test_the_same_key_gives_the_same_prescription(tamin: Office) -> None:
    mine = caller()
    first = await writing.create(desk(), tamin.db, draft("14050802"), mine, NOW, "key-1")
    tries = [writing.create(desk(), tamin.db, draft("14050802"), caller(), NOW, "key-1") for _ in range(5)]
    assert {one.id for one in await asyncio.gather(*tries)} == {first.id}
    with pytest.raises(lost.KeyReused):
        await writing.create(desk(), tamin.db, draft("14050802", OTHER), caller(), NOW, "key-1")
    with pytest.raises(wrong.Duplicate):  # another's key is another key
        await writing.create(desk(), tamin.db, draft("14050802"), caller("another"), NOW, "key-1")


async def test_a_key_that_races_writes_once(tamin: Office) -> None:
    tries = [writing.create(desk(), tamin.db, draft("14050803"), caller(), NOW, "key-2") for _ in range(10)]
    assert len({one.id for one in await asyncio.gather(*tries)}) == 1


async def test_an_edit_deletes_adds_and_updates_once(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050804", DRUG, OTHER), caller(), NOW)
    new = (msgspec.structs.replace(DRUG, quantity=5, id=one.items[0].id), msgspec.structs.replace(OTHER, code="01003"))
    edited = await writing.edit(desk(), tamin.db, one.id, DOCTOR, new, caller(), NOW)
    assert [(item.code, item.quantity, item.remaining) for item in edited.items] == [("05951", 5, 5), ("01003", 3, 3)]
    assert edited.items[0].id == one.items[0].id
    assert edited.items[1].id not in {item.id for item in one.items}
    with pytest.raises(wrong.EditedOnce):
        await writing.edit(desk(), tamin.db, one.id, DOCTOR, (DRUG,), caller(), NOW)


async def test_only_who_wrote_it_edits_it(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050805"), caller(), NOW)
    with pytest.raises(lost.NotThere):
        await writing.edit(desk(), tamin.db, one.id, "0000900001", (OTHER,), caller(), NOW)
    with pytest.raises(wrong.OtherSystemEdits):
        await writing.edit(desk(), tamin.db, one.id, DOCTOR, (OTHER,), caller("another"), NOW)
    with pytest.raises(lost.NotThere):
        await tamin.db.read(reading.of_writer, one.id, "0000900001")
    with pytest.raises(lost.NotThere):
        await writing.delete(tamin.db, one.id, "0000900001", caller(), NOW)


async def test_after_a_delivery_nothing_is_edited_or_deleted(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050806"), caller(), NOW)

    def deliver(seen: Prescription) -> Change:
        items = (msgspec.structs.replace(seen.items[0], remaining=4, delivered=1),)
        return Change(one=msgspec.structs.replace(seen, items=items), action="prescriptions.delivered")

    changed = await changing.change(tamin.db, one.id, deliver, caller(), NOW)
    assert changed.one.state is State.PART
    with pytest.raises(wrong.ActedUpon):
        await writing.edit(desk(), tamin.db, one.id, DOCTOR, (OTHER,), caller(), NOW)
    with pytest.raises(wrong.ActedUpon):
        await writing.delete(tamin.db, one.id, DOCTOR, caller(), NOW)


async def test_a_prescription_is_deleted_until_midnight(tamin: Office) -> None:
    late = jalali.start_of(jalali.day_of(NOW)) + timedelta(hours=23, minutes=59)
    one = await writing.create(desk(), tamin.db, draft("14050807"), caller(), NOW)
    with pytest.raises(wrong.TooLateToDelete):
        await writing.delete(tamin.db, one.id, DOCTOR, caller(), late + timedelta(minutes=1))
    gone = await writing.delete(tamin.db, one.id, DOCTOR, caller(), late)
    assert gone.state is State.DELETED
    again = await writing.delete(tamin.db, one.id, DOCTOR, caller(), late)
    assert again.version == gone.version
    with pytest.raises(lost.NotThere):
        await tamin.db.read(reading.by_tracking, one.patient, one.tracking)
    anew = await writing.create(desk(), tamin.db, draft("14050807"), caller(), NOW)
    assert anew.id != one.id


async def test_changes_at_once_all_count(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050808"), caller(), NOW)

    def take_one(seen: Prescription) -> Change:
        if not seen.items[0].remaining:
            raise wrong.ActedUpon
        items = (msgspec.structs.replace(seen.items[0], remaining=seen.items[0].remaining - 1),)
        return Change(one=msgspec.structs.replace(seen, items=items), action="prescriptions.delivered")

    tries = [changing.change(tamin.db, one.id, take_one, caller(), NOW) for _ in range(14)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, changing.Changed) for each in done) == 10
    after = await tamin.db.read(reading.by_id, one.id)
    assert (after.items[0].remaining, after.state, after.version) == (0, State.DONE, 11)


async def test_a_change_under_a_key_happens_once(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050809"), caller(), NOW)

    def send_back(seen: Prescription) -> Change:
        return Change(one=msgspec.structs.replace(seen, comments=f"{seen.comments}+"), action="prescriptions.noted")

    tied = Key.of(caller(), "key-9", "content")
    done = await asyncio.gather(*(changing.change(tamin.db, one.id, send_back, caller(), NOW, tied) for _ in range(6)))
    assert {each.one.version for each in done} == {2}
    assert (await tamin.db.read(reading.by_id, one.id)).comments == "+"


async def test_who_is_not_covered_is_told_so(tamin: Office) -> None:
    people = tamin.demo["registries"]["people"]
    with pytest.raises(wrong.NotInsured):
        await writing.create(desk(), tamin.db, draft("14050810", patient=people["uncovered"]["id"]), caller(), NOW)
    with pytest.raises(wrong.PatientUnknown):
        await writing.create(
            desk(), tamin.db, draft("14050810", patient=synthetic_national_code(777777)), caller(), NOW
        )


async def test_the_doctor_must_be_enrolled_active_and_himself(tamin: Office) -> None:
    for expected, cells in (
        (wrong.DoctorUnknown, {"doctor": "123"}),
        (wrong.DoctorUnknown, {"doctor": "nobody"}),
        (wrong.DoctorMismatch, {"doctor_code": "0123456789"}),
        (wrong.DoctorMismatch, {"doctor_mobile": "09121111111"}),
    ):
        with pytest.raises(expected):
            await writing.create(desk(), tamin.db, draft("14050811", **cells), caller(), NOW)
    known = await tamin.db.read(enrolment.doctor, DOCTOR)
    assert known is not None
    await tamin.db.write(enrolment.put_doctor, msgspec.structs.replace(known, active=False), "test", NOW)
    with pytest.raises(wrong.DoctorNotActive):
        await writing.create(desk(), tamin.db, draft("14050811"), caller(), NOW)
    await tamin.db.write(enrolment.put_doctor, known, "test", NOW)


async def test_a_physician_who_signed_in_writes_in_his_own_name_only(tamin: Office) -> None:
    another = Caller("portal-js", "u", new_id(), user="u", organisation="elsewhere", national_code="0123456789")
    with pytest.raises(wrong.DoctorMismatch):
        await writing.create(desk(), tamin.db, draft("14050812"), another, NOW)


async def test_an_anonymous_prescription_is_found_by_its_long_number(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050813", patient="unknown"), caller(), NOW)
    assert one.tracking > 99_999_999
    found = await tamin.db.read(reading.by_tracking, "UNKNOWN", one.tracking)
    assert found.id == one.id


async def test_what_is_active_leaves_with_its_day(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050814", expires="14050901"), caller(), NOW)
    today = jalali.compact(jalali.day_of(NOW))
    tomorrow = jalali.compact(jalali.day_of(NOW + timedelta(days=1)))
    assert one.id in {each.id for each in await tamin.db.read(reading.active, one.patient, today)}
    assert one.id not in {each.id for each in await tamin.db.read(reading.active, one.patient, tomorrow)}
    assert not await tamin.db.read(reading.active, one.patient, today, ["02"], one.tracking)


async def test_diagnoses_are_checked_where_their_terminology_is_loaded(
    tamin: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = ReferralDraft(specialty="00138", day="14050905", icd10s=("Z99.99",))
    given = draft("14050815", kind=int(Kind.REFERRAL), referrals=(sent,))
    given = msgspec.structs.replace(given, items=())
    assert await diagnoses.check(tamin.db, given) == {diagnoses.NOT_CHECKED}
    monkeypatch.setattr(diagnoses, "in_force", lambda _tx: ("ICD10", 1))
    with pytest.raises(wrong.ReferralWrong):
        await writing.create(desk(), tamin.db, given, caller(), NOW)


async def test_no_two_items_are_one_after_an_edit(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050816", DRUG, OTHER), caller(), NOW)
    moved = (
        msgspec.structs.replace(OTHER, code="01003", id=one.items[0].id),
        msgspec.structs.replace(DRUG, quantity=7),
    )
    edited = await writing.edit(desk(), tamin.db, one.id, DOCTOR, moved, caller(), NOW)
    assert len({item.id for item in edited.items}) == 2
    two = await writing.create(desk(), tamin.db, draft("14050817", DRUG, OTHER), caller(), NOW)
    twice = (msgspec.structs.replace(DRUG, id=two.items[0].id), msgspec.structs.replace(OTHER, id=two.items[0].id))
    with pytest.raises(wrong.ItemTwice):
        await writing.edit(desk(), tamin.db, two.id, DOCTOR, twice, caller(), NOW)


async def test_an_edit_keeps_the_last_day_that_was_sent(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050818", expires="14050903"), caller(), NOW)
    edited = await writing.edit(desk(), tamin.db, one.id, DOCTOR, (OTHER,), caller(), NOW)
    assert edited.expires == "14050903"
    over = await writing.create(desk(), tamin.db, draft("14050819", expires="14050820"), caller(), NOW)
    with pytest.raises(wrong.RanOutBeforeEdit):
        await writing.edit(desk(), tamin.db, over.id, DOCTOR, (OTHER,), caller(), NOW)


async def test_nothing_begins_years_ahead(tamin: Office) -> None:
    late = msgspec.structs.replace(DRUG, day="15000101")
    with pytest.raises(wrong.DayWrong):
        await writing.create(desk(), tamin.db, draft("14050820", late), caller(), NOW)


async def test_what_was_sent_back_is_put_right_and_edited_once_more(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050821"), caller(), NOW)

    def send_back(seen: Prescription) -> Change:
        return Change(one=msgspec.structs.replace(seen, state=State.RETURNED), action="prescriptions.returned")

    await changing.change(tamin.db, one.id, send_back, caller(), NOW)
    right = await writing.edit(desk(), tamin.db, one.id, DOCTOR, (OTHER,), caller(), NOW)
    assert (right.state, right.edited) == (State.OPEN, False)
    assert (await writing.edit(desk(), tamin.db, one.id, DOCTOR, (DRUG,), caller(), NOW)).edited


async def test_a_feedback_under_one_key_is_written_once_and_told_to_all(tamin: Office) -> None:
    sent = draft("14050822", kind=int(Kind.REFERRAL), referrals=(ReferralDraft(specialty="00138", day="14050905"),))
    parent = await writing.create(desk(), tamin.db, msgspec.structs.replace(sent, items=()), caller(), NOW)
    second = await tamin.db.read(enrolment.doctor, "0000900001")
    assert second is not None

    def answer(comment: str) -> Draft:
        words = {"doctor": second.id, "doctor_code": second.national_code, "doctor_mobile": second.mobile}
        answers = (ReferralDraft(answers=(Answer(1, 100, comment),)),)
        told = draft("14050901", kind=int(Kind.FEEDBACK), comments=comment, referrals=answers, **words)
        return msgspec.structs.replace(told, items=(), feedback_of=parent.id)

    tries = [writing.create(desk(), tamin.db, answer("بهتر است"), caller(), NOW, "a-feedback") for _ in range(5)]
    assert len({one.id for one in await asyncio.gather(*tries)}) == 1
    with pytest.raises(lost.KeyReused):
        await writing.create(desk(), tamin.db, answer("بدتر است"), caller(), NOW, "a-feedback")


async def test_a_key_whose_deed_was_taken_back_says_so(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050823"), caller(), NOW, "key-23")
    await writing.delete(tamin.db, one.id, DOCTOR, caller(), NOW)
    with pytest.raises(lost.TakenBackSince):
        await writing.create(desk(), tamin.db, draft("14050823"), caller(), NOW, "key-23")
    with pytest.raises(lost.KeyTooLong):
        await writing.create(desk(), tamin.db, draft("14050823"), caller(), NOW, "k" * 201)


async def test_what_names_nobody_is_in_no_list(tamin: Office) -> None:
    one = await writing.create(desk(), tamin.db, draft("14050824", patient="UNKNOWN"), caller(), NOW)
    today = jalali.compact(jalali.day_of(NOW))
    assert await tamin.db.read(reading.active, "UNKNOWN", today) == []
    assert await reading.active_at(tamin.db, "UNKNOWN", today) == []
    assert await tamin.db.read(reading.of_patient, "UNKNOWN") == []
    found = await tamin.db.read(reading.active, "UNKNOWN", today, (), one.tracking)
    assert [each.id for each in found] == [one.id]
