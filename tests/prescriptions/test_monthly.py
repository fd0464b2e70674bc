"""The file of a month: whole to the rial, sent once, closed to changes, and sent again after it was sent back."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
from openpyxl import load_workbook

from nabz.kit import audit, jalali
from nabz.kit.db import Database, open_database
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.kit.tabular import csv_bytes
from nabz.kit.workbook.writing import workbook
from nabz.prescriptions.errors.monthly import (
    MonthEmpty,
    MonthFileDecided,
    MonthFileNotThere,
    MonthNotOver,
    MonthSent,
    MonthWaits,
    MonthWrong,
    ReasonMissing,
    TooManyMonths,
)
from nabz.prescriptions.files import monthly as files
from nabz.prescriptions.model import (
    Caller,
    Centre,
    CentreKind,
    Delivery,
    DeliveryState,
    Item,
    Kind,
    Line,
    Prescription,
    line_of,
)
from nabz.prescriptions.model.monthly import FileState, MonthFile, Reason, Sums, before, month_of, months_until
from nabz.prescriptions.service import changing, deliveries, monthly, reports
from nabz.prescriptions.store import deliveries as delivery_store
from nabz.prescriptions.store import prescriptions as store
from tests import services
from tests.services import ENGINES

HERE = Centre("0000000920", CentreKind.PHARMACY, "داروخانهٔ آزمون", ("01",), contract="1405/1")
PATIENT = f"National_Code:{synthetic_national_code(31)}"
IN_MONTH = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)  # 21 Aban 1405
AFTER = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # 1 Azar 1405, ten o'clock
MONTH = "140508"
NUMBERS = count(6_000_000_001)
pytestmark = pytest.mark.usecases


@pytest.fixture(scope="module", params=ENGINES)
async def _open(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    url = services.fresh_database("migrated", engine=request.param)
    database = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await database.start()
    yield database
    await database.stop()
    services.drop_database(url)


DATA_SETS = count(2000)


@dataclass
class Counter:
    """A pharmacy's counter in a data set of its own."""

    db: Database

    async def delivered(
        self,
        *prices: int,
        at: datetime = IN_MONTH,
        state: DeliveryState = DeliveryState.REGISTERED,
        centre: str = HERE.id,
    ) -> Delivery:
        """Write a prescription and what was given of it."""
        one = a_prescription(len(prices), at)
        caller = Caller("portal", "u9", new_id())
        words = changing.written("prescriptions.created", {}, one, caller, at, changing.NO_KEY)
        await self.db.write_one(store.CREATE, **store.cells(one), **words, topic="", message="null")
        given = a_delivery(one, prices, at, state, centre)

        def rule(seen: Prescription) -> changing.Change:
            items = tuple(msgspec.structs.replace(item, remaining=0) for item in seen.items)
            return changing.Change(one=msgspec.structs.replace(seen, items=items), action="given", delivery=given)

        caller = Caller("portal", "u9", new_id())
        changed = await changing.change(self.db, one.id, rule, caller, at)
        assert changed.delivery is not None
        return changed.delivery

    async def send(self, month: str = MONTH, now: datetime = AFTER) -> MonthFile:
        return await self.db.write(monthly.send, HERE, month, next(NUMBERS), "u9", now)

    async def state_of(self, delivery: Delivery) -> DeliveryState:
        return (await self.db.read(deliveries.by_id, delivery.id)).state


def a_prescription(size: int, at: datetime) -> Prescription:
    number, day = next(NUMBERS), jalali.compact(jalali.day_of(at))
    names = [(next(NUMBERS), f"{number % 100_000:05}-{place}") for place in range(size)]
    items = tuple(Item(id_, "01", code, f"DRUG {code}", 1, 1) for id_, code in names)
    doctor = ("2000200092", "1234567891", "پزشک آزمون", "00100", "پزشک عمومی")
    head = (number, number % 100_000, Kind.DRUG, PATIENT, "مینا آزمون", "09120000007", day, "14991229")
    return Prescription(*head, *doctor, "portal", at, items)


def a_delivery(one: Prescription, prices: tuple[int, ...], at: datetime, state: DeliveryState, centre: str) -> Delivery:
    lines = tuple(
        line_of(Line(item.id, "01", item.code, item.name, 3, price - 7, price, 0, 0, 0, subsidy=11))
        for item, price in zip(one.items, prices, strict=True)
    )
    whose = (next(NUMBERS), one.id, centre, CentreKind.PHARMACY, one.patient, one.doctor)
    return Delivery(*whose, jalali.compact(jalali.day_of(at)), at, lines, state=state)


@pytest.fixture
async def counter(_open: Database) -> Counter:
    return Counter(_open.within(next(DATA_SETS)))


async def test_a_months_file_comes_to_the_rial_to_the_sum_of_its_lines(counter: Counter) -> None:
    given = [await counter.delivered(*prices) for prices in ((1001, 333), (77,), (199_999, 5, 61))]
    removed = await counter.delivered(5000, state=DeliveryState.REMOVED)
    elsewhere = await counter.delivered(5000, centre="0000000921")
    earlier = await counter.delivered(5000, at=IN_MONTH - timedelta(days=40))
    seen = await counter.db.read(monthly.outlook, HERE.id, MONTH, AFTER)
    file = await counter.send()
    lines = [line for one in given for line in one.lines]
    assert (
        file.sums
        == seen.ready
        == Sums(
            3,
            6,
            sum(line.price for line in lines),
            sum(line.insurer for line in lines),
            sum(line.subsidy for line in lines),
            sum(line.patient for line in lines),
        )
    )
    assert file.sums.price == file.sums.insurer + file.sums.subsidy + file.sums.patient
    assert {await counter.state_of(one) for one in given} == {DeliveryState.SENT}
    others = [await counter.state_of(one) for one in (removed, elsewhere, earlier)]
    assert others == [DeliveryState.REMOVED, DeliveryState.REGISTERED, DeliveryState.REGISTERED]
    inside = await counter.db.read(monthly.contents, HERE.id, MONTH, file)
    assert [one.id for one in inside] == sorted(one.id for one in given)
    assert {one.month_file for one in inside} == {file.id}
    (entry,) = await counter.db.read(audit.history, f"month-file:{file.id}")
    assert entry.action == "prescriptions.month-sent"


async def test_what_is_in_a_file_cannot_be_changed_from_an_older_look(counter: Counter) -> None:
    given = await counter.delivered(1000)
    seen = await counter.db.read(deliveries.by_id, given.id)
    await counter.send()
    undone = msgspec.structs.replace(seen, state=DeliveryState.REMOVED)
    assert not await counter.db.write(delivery_store.replace, undone)


async def test_a_month_is_sent_once_however_many_send_it_at_the_same_moment(counter: Counter) -> None:
    for price in (1000, 2000):
        await counter.delivered(price)
    outcomes = await asyncio.gather(*(counter.send() for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(one, MonthFile) for one in outcomes) == 1
    assert sum(isinstance(one, MonthSent) for one in outcomes) == 5
    (file,) = await counter.db.read(monthly.of_centre, HERE.id)
    assert file.sums.deliveries == 2


async def test_a_month_that_runs_is_empty_or_waits_is_not_sent(counter: Counter) -> None:
    with pytest.raises(MonthEmpty):
        await counter.send()
    assert await counter.db.read(monthly.of_centre, HERE.id) == []
    await counter.delivered(1000)
    midnight = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    with pytest.raises(MonthNotOver):
        await counter.send(now=midnight + timedelta(minutes=59))
    await counter.delivered(1000, state=DeliveryState.PENDING)
    with pytest.raises(MonthWaits):
        await counter.send(now=midnight + timedelta(minutes=61))
    seen = await counter.db.read(monthly.outlook, HERE.id, MONTH, AFTER)
    assert (seen.waiting, seen.ready.deliveries, seen.can_be_sent) == (1, 1, False)


async def test_a_file_that_came_back_is_corrected_and_sent_again(counter: Counter) -> None:
    wrong, right = await counter.delivered(1000), await counter.delivered(2000)
    file = await counter.send()
    with pytest.raises(ReasonMissing):
        await counter.db.write(monthly.send_back, file.id, file.version, [Reason(" ")], "sso", AFTER)
    reasons = [Reason("نسخه ناخواناست", wrong.id), Reason("مهر مرکز نیست")]
    back = await counter.db.write(monthly.send_back, file.id, file.version, reasons, "sso", AFTER)
    assert (back.state, back.reasons) == (FileState.RETURNED, tuple(reasons))
    with pytest.raises(MonthFileDecided):
        await counter.db.write(monthly.accept, file.id, file.version, "sso", AFTER)
    seen = await counter.db.read(deliveries.by_id, wrong.id)
    assert (seen.state, seen.month_file) == (DeliveryState.REGISTERED, None)
    assert await counter.db.write(delivery_store.replace, msgspec.structs.replace(seen, state=DeliveryState.REMOVED))
    again = await counter.send()
    assert (again.id, again.times, again.reasons, again.sums.deliveries) == (file.id, 2, (), 1)
    assert again.sums.price == right.price
    done = await counter.db.write(monthly.accept, file.id, again.version, "sso", AFTER)
    assert done.state is FileState.ACCEPTED
    with pytest.raises(MonthSent):
        await counter.send()
    with pytest.raises(MonthFileNotThere):
        await counter.db.read(monthly.one, file.id, "0000000921")


async def test_a_file_is_read_whole_by_a_spreadsheet(counter: Counter) -> None:
    await counter.delivered(1001, 333)
    file = await counter.send()
    inside = await counter.db.read(monthly.contents, HERE.id, MONTH, file)
    sheets = files.sheets_of(file, HERE, inside)
    book = load_workbook(io.BytesIO(workbook(sheets)), data_only=True)
    rows = [list(row) for row in book["اقلام"].iter_rows(values_only=True)]
    assert rows[0] == list(files.HEAD)
    assert len(rows) == 4
    assert rows[-1][11:] == [file.sums.price, file.sums.insurer, file.sums.subsidy, file.sums.patient]
    told = {row[0]: row[1] for row in book["خلاصه"].iter_rows(values_only=True)}
    assert told["شناسهٔ مرکز"] == HERE.id  # with its zeros
    assert told["مبلغ کل (ریال)"] == file.sums.price
    read = list(csv.reader(io.StringIO(csv_bytes(sheets[0].rows).decode("utf-8-sig"))))
    assert [int(row[11]) for row in read[1:-1]] == [line.price for one in inside for line in one.lines]
    assert workbook(sheets) == workbook(sheets)


async def test_a_performance_card_tells_months_with_their_sums(counter: Counter) -> None:
    await counter.delivered(1000, 10)
    await counter.delivered(2000, state=DeliveryState.PENDING)
    await counter.delivered(3000, at=AFTER)
    gone = msgspec.structs.replace(await counter.delivered(4000), state=DeliveryState.REMOVED)
    assert await counter.db.write(delivery_store.replace, gone)
    card = await counter.db.read(reports.card, HERE.id, "140509", 3)
    assert [(month.month, month.sums.deliveries, month.sums.lines) for month in card.months] == [
        ("140509", 1, 1),
        ("140508", 1, 2),
        ("140507", 0, 0),
    ]
    assert card.total.price == 3 * (3000 + 1000 + 10)
    assert (card.months[1].pending, card.months[1].removed) == (1, 1)
    with pytest.raises(TooManyMonths):
        await counter.db.read(reports.card, HERE.id, "140509", 37)


async def test_lists_and_sums_of_a_centre_hold_nothing_of_another(counter: Counter) -> None:
    mine = [await counter.delivered(1000 + place) for place in range(3)]
    await counter.delivered(5000, centre="0000000921")
    wanted = reports.Wanted("14050801", "14050830")
    first = await counter.db.read(reports.listed, HERE.id, wanted, None, 2)
    rest = await counter.db.read(reports.listed, HERE.id, wanted, first.next, 2)
    assert [one.id for one in (*first.rows, *rest.rows)] == [one.id for one in reversed(mine)]
    assert rest.next is None
    today = await counter.db.read(reports.today, HERE.id, mine[0].day)
    assert (today.delivered.deliveries, today.delivered.price) == (3, sum(one.price for one in mine))
    services_ = await counter.db.read(reports.by_service, HERE.id, MONTH, MONTH)
    assert sum(row.sums.price for row in services_) == today.delivered.price
    assert [row.quantity for row in services_] == [3, 3, 3]
    (doctor,) = await counter.db.read(reports.by_doctor, HERE.id, MONTH, MONTH)
    assert (doctor.doctor, doctor.sums.deliveries) == ("2000200092", 3)
    days = await counter.db.read(reports.by_day, HERE.id, ["14050820", "14050821"])
    assert [day.deliveries for day in days] == [0, 3]


def test_months_are_read_as_people_write_them() -> None:
    assert [month_of(text) for text in ("۱۴۰۵/۰۸", "1405-8", "140508")] == [MONTH] * 3
    for text in ("1405/13", "1405", "405/08", "9999/01", "1405/00"):
        with pytest.raises(MonthWrong):
            month_of(text)
    assert before("140501") == "140412"
    assert months_until("140502", 3) == ["140412", "140501", "140502"]
