"""The ministry's pages: figures with their file, and a referral map that is edited, imported whole or not at all."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from httpx2 import Response

from nabz.access.model import Role
from nabz.appointments.model import OriginKind, Route
from nabz.appointments.model.counting import Counts, DayCount
from nabz.appointments.pages import ministry
from nabz.appointments.service import referral
from nabz.appointments.store import reports as store
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.registries.model import Facility, Practitioner, ProviderId, ProviderIdType
from nabz.registries.service import facilities, practitioners
from tests.appointments.emptied import forget_all, migrated
from tests.fakes import Portal, a_person

TODAY = date(2026, 11, 22)  # 1 Azar 1405
STATS, MAP = "/ministry/appointments", "/ministry/referral"
CENTRE, OTHER = "6a2f41a3-c54c-4b8f-9e6d-2b1f5d3c7a90", "7b2f41a3-c54c-4b8f-9e6d-2b1f5d3c7a91"
HEADER = "origin_kind,origin,specialty,insurer,facility,provider,from,until\n"
GOOD = f"{HEADER}division,23,17001,1,{CENTRE},,1405/07/01,1405/12/29\nfacility,{OTHER},17001,,,Med_ID:900001,,\n"


@pytest.fixture(scope="module", params=["sqlite"])
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with migrated(request.param) as database:
        yield database


@pytest.fixture
async def empty_db(opened: Database) -> Database:
    return await forget_all(opened)


@pytest.fixture
async def portal(empty_db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    made = Portal(empty_db, clock, Keyring(b"test-only-key" * 5), ministry.routes(), ministry.NAV)
    made.person = a_person(Role.MINISTRY)
    yield made
    await made.close()


# ---------------------------------------------------------------- figures


def count(tx: Tx, clock: FixedClock) -> None:
    """Three days of one province."""
    heart = Counts(offered=12, withdrawn=2, free=3, visited=6, late=1, cancelled=2, waited=7, wait_days=21, deposits=5)
    for ago in range(3):
        day = TODAY - timedelta(days=ago)
        row = DayCount(
            day=day.isoformat(),
            province="23",
            specialty="17001",
            province_title="تهران",
            specialty_title="=قلب",
            counts=heart,
            last_free_at=clock.now() + timedelta(hours=1 - 24 * ago),
        )
        store.keep(tx, day, [row], clock.now())


async def test_figures_tell_shares_the_next_free_day_and_what_is_not_counted(
    portal: Portal, empty_db: Database, clock: FixedClock
) -> None:
    assert "در این بازه نوبتی نیست" in (await portal.get(STATS)).text
    await empty_db.write(count, clock)
    page = (await portal.get(STATS, **{"from": "1405/08/29", "until": "۱۴۰۵/۰۹/۰۱"})).text
    for told in ("۷۰٪", "۱۴٫۳٪", "۳ روز", "تهران", "۱۴۰۵/۰۹/۰۱", "۱۵ ریال"):  # 21 of 30, 3 of 21, 63 days of 21
        assert told in page, told
    assert "هنوز شمرده نشده" not in page
    assert "۲۷ روز از این بازه هنوز شمرده نشده است" in (await portal.get(STATS)).text
    assert "در این بازه نوبتی نیست" in (await portal.get(STATS, province="07")).text
    for measure in ("no-shows", "cancelled", "wait", "long-waits", "nonsense"):
        assert (await portal.get(STATS, measure=measure)).status_code == 200


async def test_bars_have_an_axis_and_an_operator_counts_again(
    portal: Portal, empty_db: Database, clock: FixedClock
) -> None:
    await empty_db.write(count, clock)
    page = (await portal.get(STATS)).text
    assert re.search(r"۰٪</span><span>۵۰٪</span><span>۱۰۰٪", page)
    assert "<li>۷</li><li>۳</li><li>۰</li>" in page, "seven were booked on one day"
    assert "recount" not in page, "only operators count again"
    portal.person = a_person(Role.OPERATOR)
    assert "شمارش دوبارهٔ ۷ روز" in (await portal.get(STATS)).text
    told = {"from": "1405/08/30", "until": "1405/12/01", "measure": "wait"}
    answer = await portal.post(f"{STATS}/recount", STATS, **told)
    assert answer.headers["location"].startswith(f"{STATS}?from=1405")
    fresh = await empty_db.read(store.freshness, TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    assert fresh.counted == 3, "tomorrow too, which nobody had counted"


async def test_the_file_of_the_figures_is_harmless_to_spreadsheets(
    portal: Portal, empty_db: Database, clock: FixedClock
) -> None:
    await empty_db.write(count, clock)
    answer = await portal.get(f"{STATS}/table.csv", **{"from": "1405/08/29", "until": "1405/09/01"})
    assert answer.headers["content-disposition"].startswith("attachment")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["from"], row["until"], row["specialty_title"]) == ("1405/08/29", "1405/09/01", "'=قلب")
    assert (row["offered"], row["late"], row["wait_days"], row["deposits"]) == ("36", "3", "63", "15")


@pytest.mark.parametrize(
    ("field", "text"), [("from", "1405/13/01"), ("until", "1404/12/30"), ("from", "1406/01/01"), ("from", "1400/01/01")]
)
async def test_a_period_that_is_none_is_told_beside_its_field(portal: Portal, field: str, text: str) -> None:
    answer = await portal.get(STATS, **{field: text})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert text in answer.text


async def test_only_the_ministry_and_operators_are_let_in(portal: Portal) -> None:
    places = [STATS, f"{STATS}/table.csv", MAP, f"{MAP}/new", f"{MAP}/import", f"{MAP}/map.csv", f"{MAP}/template.csv"]
    for role, status in ((Role.OPERATOR, 200), (Role.CLINIC_DESK, 403)):
        portal.person = a_person(role)
        assert {(await portal.get(place)).status_code for place in places} == {status}


# ---------------------------------------------------------------- one way


def way(**told: str) -> dict[str, str]:
    return {"origin_kind": "division", "origin": "23", "specialty": "17001", "facility": CENTRE, **told}


async def ways(db: Database) -> list[Route]:
    return sorted(await db.read(referral.routes), key=lambda one: (one.origin, one.specialty))


async def test_a_way_is_added_once_changed_ended_and_taken_out(portal: Portal, empty_db: Database) -> None:
    for _ in range(2):
        added = await portal.post(f"{MAP}/new", f"{MAP}/new", **way(until="1405/12/29"), **{"from": "۱۴۰۵/۰۷/۰۱"})
        assert added.status_code == 303
    (one,) = await ways(empty_db)
    assert (one.origin_kind, one.from_, one.until) == (OriginKind.DIVISION, date(2026, 9, 23), date(2027, 3, 20))
    place = f"{MAP}/way/{one.id}"
    assert "1405/12/29" in (await portal.get(place)).text
    changed = await portal.post(place, place, **way(origin="07", provider="900001"), **{"from": "1405/07/01"})
    assert changed.status_code == 303
    (one,) = await ways(empty_db)
    assert (one.origin, one.provider, one.until) == ("07", "Med_ID:900001", None)
    place = f"{MAP}/way/{one.id}"
    assert (await portal.post(f"{place}/end", place, until="")).status_code == 303
    assert (await ways(empty_db))[0].until == TODAY
    early = await portal.post(f"{place}/end", place, until="1405/06/31")
    assert (early.status_code, "پایان بازه" in early.text) == (422, True)
    assert (await portal.post(f"{place}/remove", place)).status_code == 303
    assert await ways(empty_db) == []
    assert (await portal.get(place)).status_code == 404


def fill_register(tx: Tx, now: datetime) -> None:
    place = ("1", "2", "3", "تهران", "تهران", "تهران")
    for id_, name in ((CENTRE, "درمانگاه شفق"), (OTHER, "درمانگاه شفق نو")):
        facilities.put(tx, Facility(id_, name, "32", "درمانگاه", *place, organisation="o9"), now)
    practitioners.put(tx, Practitioner(ProviderId(ProviderIdType.MED, "900001"), "دکتر", "نمونه", "17001", "قلب"), now)


async def test_a_way_is_written_by_names_and_what_is_unclear_is_chosen(
    portal: Portal, empty_db: Database, clock: FixedClock
) -> None:
    await empty_db.write(fill_register, clock.now())
    named = way(origin_kind="facility", origin="شفق نو", facility="شفق", provider="نمونه")
    unclear = await portal.post(f"{MAP}/new", f"{MAP}/new", **named)
    assert (unclear.status_code, re.findall(r'href="#f-(\w+)"', unclear.text)) == (422, ["facility"])
    assert unclear.text.count('name="facility_choice"') == 2
    assert (await portal.post(f"{MAP}/new", f"{MAP}/new", **named, facility_choice=CENTRE)).status_code == 303
    (one,) = await ways(empty_db)
    assert (one.origin, one.facility, one.provider) == (OTHER, CENTRE, "Med_ID:900001")
    assert "درمانگاه شفق نو" in (await portal.get(MAP)).text
    assert (await portal.get(MAP, origin="شفق نو")).text.count("/way/") == 1
    assert "کدام یک را می‌خواهید" in (await portal.get(MAP, origin="شفق")).text


async def test_all_faults_of_an_empty_form_are_told_at_once(portal: Portal) -> None:
    answer = await portal.post(f"{MAP}/new", f"{MAP}/new")
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#f-(\w+)">', answer.text) == ["origin", "specialty", "facility"]


@pytest.mark.parametrize(
    ("told", "beside"),
    [
        ({"origin_kind": "facility"}, "origin"),
        ({"specialty": "قلب"}, "specialty"),
        ({"insurer": "%"}, "insurer"),
        ({"facility": "x"}, "facility"),
        ({"facility": ""}, "facility"),
        ({"provider": "Med_ID:x"}, "provider"),
        ({"from": "1404/12/30"}, "from"),
        ({"until": "1405/13/01"}, "until"),
        ({"from": "1405/07/02", "until": "1405/07/01"}, "until"),
    ],
)
async def test_a_way_that_cannot_be_read_is_told_beside_its_field(
    portal: Portal, empty_db: Database, told: dict[str, str], beside: str
) -> None:
    answer = await portal.post(f"{MAP}/new", f"{MAP}/new", **{**way(), **told})
    assert answer.status_code == 422
    assert re.search(rf'<a href="#f-{beside}">', answer.text)
    assert await ways(empty_db) == []


async def test_the_list_is_paged_and_filtered(portal: Portal) -> None:
    for number in range(51):
        await portal.post(f"{MAP}/new", f"{MAP}/new", **way(origin=f"{number % 2}", specialty=f"17{number:03}"))
    page = (await portal.get(MAP)).text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert page.count("/way/") == 50
    assert (await portal.get(following[1].replace("&amp;", "&"))).text.count("/way/") == 1
    assert (await portal.get(MAP, origin="1")).text.count("/way/") == 25
    assert (await portal.get(MAP, specialty="۱۷۰۰۳")).text.count("/way/") == 1


# ---------------------------------------------------------------- files


async def send(portal: Portal, content: str | bytes, deed: str) -> Response:
    word = re.search(r'name="csrf" value="(\w+)"', (await portal.get(f"{MAP}/import")).text)
    assert word
    content = content.encode() if isinstance(content, str) else content
    fields = {"csrf": word[1], "deed": deed}
    return await portal.http.post(f"{MAP}/import", data=fields, files={"file": ("map.csv", content)})


async def test_a_dry_run_changes_nothing_and_the_same_file_loaded_twice_is_there_once(
    portal: Portal, empty_db: Database
) -> None:
    dry = await send(portal, GOOD, "check")
    assert (dry.status_code, "۲ راه، بی‌ایراد" in dry.text) == (200, True)
    assert await ways(empty_db) == []
    for _ in range(2):
        assert (await send(portal, GOOD, "load")).status_code == 303
    both = await ways(empty_db)
    assert [(one.origin, one.insurer, one.provider) for one in both] == [("23", "1", ""), (OTHER, "", "Med_ID:900001")]
    exported = (await portal.get(f"{MAP}/map.csv")).content
    assert (await send(portal, exported, "load")).status_code == 303
    assert await ways(empty_db) == both


async def test_every_wrong_line_is_told_and_nothing_of_the_file_is_loaded(portal: Portal, empty_db: Database) -> None:
    wrong = [
        f"clinic,23,17001,,{CENTRE},,,",
        f"facility,23,17001,,{CENTRE},,,",
        "division,23,17001,,,,,",
        f"division,23,17001,,{CENTRE},,1404/12/30,",
        f"division,23,17001,,{CENTRE},,1405/07/02,1405/07/01",
        f"division,23,17001,,{CENTRE},Nurse:1,,",
        f"division,23,17001,,{CENTRE},,,,more",
        f"facility,{OTHER},17001,,,900001,,",  # as in line 3
    ]
    answer = await send(portal, GOOD + "\n".join(wrong), "load")
    assert answer.status_code == 422
    assert f"{'۸'} سطر نادرست است" in answer.text
    lines = re.findall(r'data-label="سطر"><span>\s*([۰-۹]+)', answer.text)
    assert lines == ["۴", "۵", "۶", "۷", "۸", "۹", "۱۰", "۱۱"]
    assert "همان راهِ سطر ۳ است" in answer.text
    assert await ways(empty_db) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEADER.encode(),
        b"a,b,c\n1,2,3\n",
        GOOD.encode("utf-16"),
        b'origin_kind,origin,specialty,facility\n"x\n',
        b"\xff",
    ],
)
async def test_a_file_that_is_no_table_of_ways_is_refused(portal: Portal, content: bytes) -> None:
    answer = await send(portal, content, "load")
    assert answer.status_code == 422
    assert "field-error" in answer.text


async def test_a_form_of_another_site_loads_nothing(portal: Portal, empty_db: Database) -> None:
    answer = await portal.http.post(f"{MAP}/import", data={"deed": "load"}, files={"file": ("map.csv", GOOD.encode())})
    assert answer.status_code == 403
    assert await ways(empty_db) == []


async def test_the_template_is_the_header_that_the_import_reads(portal: Portal) -> None:
    assert (await portal.get(f"{MAP}/template.csv")).content.decode("utf-8-sig").splitlines() == [HEADER.strip()]
