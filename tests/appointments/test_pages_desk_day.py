"""The clinic's desk: people come or do not, are found and moved, slots go back; and never another centre's."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from nabz.access.model import Role
from nabz.appointments.errors import NotYours, SlotTaken
from nabz.appointments.model import Status
from nabz.appointments.service import payments, rules
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from tests.appointments.desking import (
    BOOKING,
    DOCTOR,
    HERE,
    KNOWN,
    THERE,
    TOMORROW,
    Desk,
    a_desk,
    booked,
    flash,
    hidden,
    hidden_of,
    lines,
    opened,
    preview,
    published,
)
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with opened(request.param) as database:
        yield database


@pytest.fixture
async def portal(_open: Database, clock: FixedClock) -> AsyncIterator[Desk]:
    made = await a_desk(_open, clock)
    yield made
    await made.close()


# ---- the day


async def test_a_patient_is_booked_comes_and_is_seen(portal: Desk) -> None:
    slot = await booked(portal)
    day = (await portal.get("/desk")).text
    assert "سارا نمونه" in day
    assert "۰۹۱۲۰۰۰۰۰۰۷" in day
    assert "ودیعه داده شده" in day
    assert "۵۰۰٬۰۰۰ ریال" in day
    assert str(BOOKING["number"]) not in day, "national codes are masked"
    for deed, text in (("arrived", "در انتظار از"), ("visited", "ویزیت شده")):
        answer = await portal.post(f"/desk/slot/{slot}", "/desk", deed=deed, back="/desk")
        assert answer.headers["location"] == "/desk"
        assert text in (await portal.get("/desk")).text
    again = await portal.post(f"/desk/slot/{slot}", "/desk/rules", deed="late", back="/desk")
    assert "نمی‌پذیرد" in flash(again), "a visit that was held cannot be undone"
    assert "سارا نمونه" in (await portal.get("/desk/print")).text


async def test_who_did_not_come_is_counted_and_may_still_be_seen(portal: Desk) -> None:
    slot = await booked(portal)
    portal.clock.advance(3600)
    assert "نیامد" in (await portal.get("/desk")).text
    await portal.post(f"/desk/slot/{slot}", "/desk", deed="late")
    assert "۱ بار نیامده" in (await portal.get("/desk")).text
    await portal.post(f"/desk/slot/{slot}", "/desk", deed="visited")
    assert "بار نیامده" not in (await portal.get("/desk")).text


async def test_a_known_person_needs_no_name_and_mistakes_are_told(portal: Desk) -> None:
    await published(portal)
    slot = (await lines(portal))[0][1].id
    path = f"/desk/book/{slot}"
    wrong = await portal.post(path, path, **{**BOOKING, "number": "1234567890"})
    assert (wrong.status_code, 'id="f-number-error"' in wrong.text) == (422, True)
    assert 'id="f-mobile-error"' in (await portal.post(path, path, **{**BOOKING, "mobile": "12"})).text
    nameless = {**BOOKING, "first_name": "", "last_name": ""}
    assert 'id="f-last_name-error"' in (await portal.post(path, path, **nameless)).text
    await portal.post(path, path, **{**nameless, "number": KNOWN.value})
    assert "مینا آزمون" in (await portal.get("/desk")).text
    assert (await portal.get(path)).headers["location"] == f"/desk/slot/{slot}"


async def test_a_patient_is_found_by_name_or_number_on_this_day_and_others(portal: Desk) -> None:
    await booked(portal)
    code = str(BOOKING["number"])
    for q in ("سارا", "نمونه سا", code, code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), "0000007"):
        assert "سارا نمونه" in (await portal.get("/desk", q=q)).text, q
    nobody = (await portal.get("/desk", q="سارا کس")).text
    assert "سارا نمونه" not in nobody
    assert "در روزهای نزدیک هم یافت نشد" in nobody
    elsewhere = (await portal.get("/desk", day="1405/09/02", q=code)).text
    assert "در این روز بیماری با این مشخصات نیست" in elsewhere
    assert "در روزهای دیگر" in elsewhere
    assert 'href="#now"' in (await portal.get("/desk")).text
    await portal.post("/desk/centre", "/desk", centre=THERE)
    assert "سارا نمونه" not in (await portal.get("/desk", q="سارا")).text


async def test_an_appointment_is_moved_once_however_often_it_is_sent(portal: Desk) -> None:
    slot = await booked(portal)
    assert f'href="/desk/slot/{slot}/move"' in (await portal.get(f"/desk/slot/{slot}")).text
    offered = (await portal.get(f"/desk/slot/{slot}/move")).text
    to = re.search(r"/move\?to=([0-9a-f-]+)", offered)
    assert to
    page = f"/desk/slot/{slot}/move?to={to[1]}"
    fields = hidden_of((await portal.get(page)).text)
    for _ in range(2):
        answer = await portal.http.post(f"/desk/slot/{slot}/move", data=fields)
        assert answer.headers["location"] == f"/desk/slot/{to[1]}"
    assert [one.status for _, one, _ in await lines(portal)] == [Status.FREE]
    assert [there.name for _, _, there in await lines(portal, TOMORROW) if there] == ["سارا نمونه"]
    assert (await portal.get(f"/desk/slot/{slot}/move")).status_code == 303, "nobody has it any more"
    await portal.post("/desk/centre", "/desk", centre=THERE)
    for path in (f"/desk/slot/{to[1]}/move", f"/desk/slot/{slot}/move?to={to[1]}"):
        assert (await portal.get(path)).status_code == 403
    assert (await portal.http.post(f"/desk/slot/{to[1]}/move", data={**fields, "to": slot})).status_code == 403


async def test_an_appointment_is_not_moved_to_a_time_that_is_gone(portal: Desk) -> None:
    slot = await booked(portal)
    there, other = [slot.id for _, slot, _ in await lines(portal, TOMORROW)]
    fields = hidden_of((await portal.get(f"/desk/slot/{slot}/move?to={there}")).text)
    somebody = {**BOOKING, "number": KNOWN.value, "mobile": "09120000008"}
    await portal.post(f"/desk/book/{there}", f"/desk/book/{there}", **somebody)
    answer = await portal.http.post(f"/desk/slot/{slot}/move", data=fields)
    assert answer.headers["location"] == f"/desk/slot/{slot}/move"
    assert SlotTaken.fa in flash(answer)
    strange = await portal.http.post(f"/desk/slot/{there}/move", data={**fields, "to": other})
    assert NotYours.fa in flash(strange), "the form of one appointment moves no other"
    assert [one.status for _, one, _ in await lines(portal)] == [Status.TAKEN]


async def test_the_state_of_a_deposit_is_shown_and_printed(portal: Desk) -> None:
    slot = await booked(portal)
    there = (await lines(portal))[0][2]
    assert there is not None
    assert "به گفتهٔ کسی که نوبت را ثبت کرد" in (await portal.get(f"/desk/slot/{slot}")).text
    await portal.db.write(payments.begin, there, 500_000, "r1", portal.clock.now())
    for path in (f"/desk/slot/{slot}", "/desk/print"):
        assert "۵۰۰٬۰۰۰ ریال، در انتظار پرداخت" in (await portal.get(path)).text
    await portal.db.write(payments.confirm, "r1", "77", portal.clock.now())
    assert "پرداخت‌شده" in (await portal.get("/desk/print")).text
    await portal.post(f"/desk/slot/{slot}/withdraw", f"/desk/slot/{slot}", reason="302")
    gone = (await portal.get(f"/desk/slot/{slot}")).text
    assert "بازگردانده، بازگشت ۵۰۰٬۰۰۰ ریال" in gone
    assert "(در راه)" in gone


# ---- taking back


async def test_who_is_affected_is_shown_before_and_phoned_after(portal: Desk) -> None:
    slot = await booked(portal)
    asked = {"from_day": "1405/09/01", "until_day": "1405/09/02", "reason": "302", "provider": DOCTOR.key}
    shown = await portal.get("/desk/withdraw", **asked)
    assert "سارا نمونه" in shown.text
    assert "برداشتن ۳ نوبت" in shown.text
    assert (await lines(portal))[0][1].status == Status.TAKEN, "asking changes nothing"
    answer = await portal.post("/desk/withdraw", "/desk/rules", **asked)
    for _ in range(2):
        phone = await portal.get(answer.headers["location"])
        assert "tel:09120000007" in phone.text
    assert [one.status for _, one, _ in await lines(portal)] == [Status.WITHDRAWN]
    assert "عدم امکان حضور پزشک" in (await portal.get(f"/desk/slot/{slot}")).text
    bare = await portal.get("/desk/withdrawn")
    assert "tel:09120000007" in bare.text, "without days: all that is to come soon"
    assert 'href="/desk/withdrawn"' in (await portal.get("/desk/withdraw")).text
    assert "tel:" not in (await portal.get("/desk/withdrawn", from_day="1405/09/02")).text
    assert (await portal.get("/desk/withdrawn", from_day="1405/12/30")).status_code == 422
    nothing = await portal.get("/desk/withdraw", **asked)
    assert "نوبتی نیست" in nothing.text


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("from_day", {"from_day": "1405/12/30"}),
        ("until_day", {"from_day": "1405/09/02", "until_day": "1405/09/01"}),
        ("until_day", {"from_day": "1405/09/02", "until_day": "1406/09/01"}),
        ("until_time", {"from_day": "1405/09/02", "until_time": "24:30"}),
        ("reason", {"from_day": "1405/09/02", "reason": "301"}),
    ],
)
async def test_a_withdrawal_that_makes_no_sense_is_refused(portal: Desk, field: str, asked: dict[str, str]) -> None:
    answer = await portal.get("/desk/withdraw", **{"reason": "302", **asked})
    assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)


async def test_what_patients_give_back_waits_for_the_centre_if_it_says_so(portal: Desk) -> None:
    told = {
        "reoffer": "0",
        "deposit": "200000",
        "refund_hours": "12",
        "late_refund_percent": "50",
        "reminder_hours": "24",
    }
    assert (await portal.post("/desk/rules", "/desk/rules", **told)).status_code == 303
    kept = await portal.db.read(rules.of, HERE)
    assert (kept.reoffer, kept.deposit, kept.late_refund_percent) == (False, 200_000, 50)
    wrong = await portal.post("/desk/rules", "/desk/rules", **{**told, "late_refund_percent": "101"})
    assert wrong.status_code == 422
    slot = await booked(portal)
    await portal.post(f"/desk/slot/{slot}/cancel", f"/desk/slot/{slot}")
    assert "دوباره عرضه شود" in (await portal.get("/desk/cancelled")).text
    await portal.post(f"/desk/slot/{slot}", "/desk/cancelled", deed="offer", back="/desk/cancelled")
    assert (await lines(portal))[0][1].status == Status.FREE
    assert "نوبتی در انتظار" in (await portal.get("/desk/cancelled")).text


# ---- whose it is


async def test_another_centre_sees_nothing_and_changes_nothing(portal: Desk) -> None:
    slot = await booked(portal)
    word = {"csrf": hidden((await preview(portal)).text)["csrf"]}
    assert portal.person
    ours, portal.person = portal.person, msgspec.structs.replace(portal.person, organisation_id="o8")
    for path in (f"/desk/slot/{slot}", f"/desk/book/{slot}"):
        assert (await portal.get(path)).status_code == 403
    for path, fields in (
        (f"/desk/slot/{slot}", {"deed": "visited"}),
        (f"/desk/slot/{slot}/withdraw", {"reason": "302"}),
        (f"/desk/slot/{slot}/cancel", {}),
        (f"/desk/book/{slot}", BOOKING),
    ):
        assert (await portal.http.post(path, data={**word, **fields})).status_code == 403
    assert "سارا" not in (await portal.get("/desk", all="1")).text
    await portal.http.post("/desk/centre", data={**word, "centre": HERE})
    assert "شفق" not in (await portal.get("/desk")).text, "nobody chooses another's centre"
    nobody = msgspec.structs.replace(ours, organisation_id="o7")
    portal.person = nobody
    assert (await portal.get("/desk")).status_code == 403
    portal.person = msgspec.structs.replace(ours, roles=frozenset({Role.PHARMACY}))
    assert (await portal.get("/desk")).status_code == 403
    portal.person = ours
    assert (await portal.get("/desk/slot/zzz")).status_code == 422
    assert [one.status for _, one, _ in await lines(portal)] == [Status.TAKEN]
