"""The catalogue: finding, prices by date, searching as one types, importing, and what drugs do to each other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from nabz.kit.db import Database, Tx, open_database
from nabz.prescriptions.errors.catalogue import CatalogueFileRefused, CatalogueMoved, CatalogueRowsRefused
from nabz.prescriptions.files import catalogue as files
from nabz.prescriptions.model.catalogue import Interaction, RowWrong, Severity, row_of
from nabz.prescriptions.seed import catalogue as seed
from nabz.prescriptions.service import catalogue, interactions
from nabz.prescriptions.service.catalogue import Catalogue, Outcome
from nabz.prescriptions.service.catalogue import loading as loads
from nabz.prescriptions.store import catalogue as store
from tests import services
from tests.services import ENGINES

pytestmark = pytest.mark.usecases
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
TODAY = "14050901"
LARGE = 6_000


@pytest.fixture(scope="module", params=ENGINES)
async def filled(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A store whose demo sandbox has its catalogue, and another one a large catalogue."""
    url = services.fresh_database("migrated", engine=request.param)
    db = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await db.start()
    await seed.demo(db.within(1), "first", NOW)
    await seed.scale(db.within(9), LARGE, "large", NOW)
    yield db.within(1)
    await db.stop()
    services.drop_database(url)


@pytest.fixture
async def db(filled: Database) -> Database:
    """A data set of a test's own, empty."""
    await filled.within(2).write(_empty)
    return filled.within(2)


def _empty(tx: Tx) -> None:
    for table in ("service", "price", "state", "draft", "interaction"):
        tx.execute(text(f"DELETE FROM catalogue_{table} WHERE data_set = :data_set"), {"data_set": tx.data_set})


def rows(*cells: dict[str, str]) -> list[catalogue.Line]:
    """The rows of a price list."""
    return [(line, row_of(line, one, TODAY)) for line, one in enumerate(cells, 2)]


def drug(code: str, **cells: str) -> dict[str, str]:
    """A row about a drug."""
    return {"type": "01", "code": code, **cells}


async def test_a_service_is_found_however_its_code_is_filled_up(filled: Database) -> None:
    asked = [("01", "05951"), ("1", "5951"), ("01", "0000005951"), ("01", "۰۵۹۵۱"), ("01", "52202"), ("02", "5951")]
    found = await filled.read(catalogue.many, asked, TODAY)
    assert [found[key].code for key in asked[:5]] == ["05951", "05951", "05951", "05951", "60672"]
    assert asked[5] not in found
    formoterol = await filled.read(catalogue.find, "01", "05760", TODAY)
    assert formoterol is not None
    assert (formoterol.id, formoterol.price, formoterol.price_day) == (63005, 8390, "13990723")
    assert await filled.within(0).read(catalogue.find, "01", "05760", TODAY) is None


async def test_the_price_in_force_on_a_day_wins(db: Database) -> None:
    await catalogue.load(
        db,
        rows(
            drug("10", name="A", price="1000", price_day="1405/01/01"),
            drug("10", price="3,000", price_day="1405/06/01"),
            drug("10", price="2000", price_day="۱۴۰۵/۰۳/۰۱"),
        ),
        "one",
        "me",
        NOW,
    )
    days = {"14041229": 0, "14050101": 1000, "14050531": 2000, "14050601": 3000, TODAY: 3000}
    for day, price in days.items():
        found = await db.read(catalogue.find, "01", "10", day)
        assert found is not None
        assert found.price == price, day


async def test_an_import_tells_what_becomes_of_every_row(db: Database) -> None:
    await catalogue.load(
        db, rows(drug("11", name="ALPHA 5MG TAB", price="100"), drug("12", name="BETA")), "a", "me", NOW
    )
    lines = [
        *rows(
            drug("11", price="100"),
            drug("11", price="150", price_day="14050902"),
            drug("12", name="BETA 2", insured="خیر"),
            drug("13", name="GAMMA"),
            drug("14", price="5"),
            drug("11", price="100"),
        ),
        (9, RowWrong("ستون", "column")),
    ]
    report = await catalogue.check(db, lines)
    assert [row.outcome for row in report.rows] == [
        Outcome.UNCHANGED,
        Outcome.PRICE,
        Outcome.CHANGED,
        Outcome.NEW,
        Outcome.WRONG,
        Outcome.WRONG,
        Outcome.WRONG,
    ]
    assert report.rows[4].fa == "خدمت نو است و نام (name) ندارد"
    assert await db.read(catalogue.version) == 1
    with pytest.raises(CatalogueRowsRefused):
        await catalogue.load(db, lines, "b", "me", NOW)
    assert await db.read(catalogue.find, "01", "13", TODAY) is None
    await catalogue.load(db, lines[:4], "c", "me", NOW)
    beta = await db.read(catalogue.find, "01", "12", TODAY)
    assert beta is not None
    assert (beta.name, beta.insured) == ("BETA 2", False)
    assert await db.read(catalogue.version) == 2
    assert (await catalogue.load(db, lines[:4], "d", "me", NOW)).counts[Outcome.UNCHANGED] == 4
    assert await db.read(catalogue.version) == 2


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"type": "98", "code": "1", "name": "A"}, "type"),
        ({"type": "99", "code": "1", "name": "A"}, "type"),
        ({"type": "01", "code": "a b", "name": "A"}, "code"),
        (drug("1", name="A", price="-5"), "price"),
        (drug("1", name="A", price_day="1405/13/01", price="5"), "price_day"),
        (drug("1", name="A", percent="101"), "percent"),
        (drug("1", name="A", sex="3"), "sex"),
        (drug("1", name="A", group="9"), "group"),
        (drug("1", name="A", teeth="11,99"), "teeth"),
        (drug("1", name="A", insured="شاید"), "insured"),
        (drug("1", name="A", tech_price="5"), "price"),
    ],
)
def test_a_wrong_cell_is_named(cells: dict[str, str], column: str) -> None:
    with pytest.raises(RowWrong) as wrong:
        row_of(2, cells, TODAY)
    assert column in wrong.value.fa


async def test_of_two_imports_at_once_one_is_told_to_load_again(db: Database) -> None:
    both = [
        asyncio.create_task(catalogue.load(db, rows(drug(code, name=code)), code, "me", NOW)) for code in ("21", "22")
    ]
    ended = await asyncio.gather(*both, return_exceptions=True)
    moved = [one for one in ended if isinstance(one, CatalogueMoved)]
    found = await db.read(catalogue.many, [("01", "21"), ("01", "22")], TODAY)
    assert len(found) == 2 - len(moved)
    assert len({one.id for one in found.values()}) == len(found)
    assert await db.read(_drafts) == 0


def _drafts(tx: Tx) -> int:
    query = text("SELECT count(*) FROM catalogue_draft WHERE data_set = :data_set")
    return int(tx.execute(query, {"data_set": tx.data_set}).scalar_one())


async def test_nothing_of_an_import_is_seen_before_its_end(db: Database) -> None:
    known = await db.read(loads._known)
    report, changes = known.compare(rows(drug("31", name="A"), drug("32", name="B")))
    await db.write(store.put_draft, "late", 0, changes, NOW)
    assert await db.read(catalogue.listed, "01", TODAY) == []
    await db.write(loads._take, known, "late", report, "me", NOW)
    assert [one.code for one in await db.read(catalogue.listed, "01", TODAY)] == ["00031", "00032"]
    with pytest.raises(CatalogueMoved):
        await db.write(loads._take, known, "late", report, "me", NOW)


def test_a_file_in_persian_columns_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("نوع;کد;نام;قیمت;از تاریخ\n۱;۷۷;سینولار;۱۲٬۰۰۰;۱۴۰۵/۰۱/۰۱\n1;78;;x;\n", "utf-8")
    (_, row), (line, wrong) = files.lines(file, TODAY)
    assert row == (2, ("01", "00077"), {"name": "سینولار"}, (12000, 0, 0, 0), "14050101")
    assert line == 3
    assert isinstance(wrong, RowWrong)


def test_a_workbook_is_read_like_a_text(tmp_path: Path) -> None:
    book = Workbook()
    for cells in (["type", "code", "name", "price"], [1, 77, "SINOLAR", 12000], [17, 602595, "پانسمان", "x"]):
        book.active.append(cells)
    book.save(tmp_path / "list.xlsx")
    (_, row), (line, wrong) = files.lines(tmp_path / "list.xlsx", TODAY)
    assert row == (2, ("01", "00077"), {"name": "SINOLAR"}, (12000, 0, 0, 0), TODAY)
    assert line == 3
    assert isinstance(wrong, RowWrong)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"type,code,code\n", b"PK\x03\x04no", "نوع,کد".encode("utf-16-le")]
)
def test_a_file_that_is_no_price_list_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(CatalogueFileRefused):
        list(files.lines(tmp_path / "file", TODAY))
    with pytest.raises(CatalogueFileRefused):
        files.pairs(tmp_path / "file")


async def test_a_search_finds_words_in_any_order_by_their_beginnings(filled: Database) -> None:
    memory = Catalogue()

    async def first(asked: str, *types: str) -> str:
        found = await memory.search(filled, asked, TODAY, NOW, types)
        return found[0].code if found else ""

    assert await first("adult co") == "05951"
    assert await first("cold adu") == "05951"
    assert await first("سرما بزرگ") == "05951"
    assert await first("۰۵۷۶") == "05760"
    assert await first("5760") == "05760"
    assert await first("formoterol 12mcg") == "05760"
    assert await first("12 mcg formo") == "05760"
    assert await first("میلی گرم دوکسو") == "50610"
    assert await first("018262-6") == "018262-600"
    assert await first("سونوگرافی شک") == "024558-900"
    assert await first("سونوگرافی شک", "01") == ""
    assert await first("52202") == "60672"
    assert await first("  ") == ""
    assert await first("qqq") == ""


async def test_what_another_process_has_imported_is_found_within_a_second(db: Database) -> None:
    mine, clock = Catalogue(), NOW
    await catalogue.load(db, rows(drug("41", name="OLDONE 5MG")), "a", "me", NOW)
    assert len(await mine.search(db, "oldone", TODAY, clock)) == 1
    await catalogue.load(db, rows(drug("42", name="NEWONE 5MG")), "b", "me", NOW)
    assert await mine.search(db, "newone", TODAY, clock + timedelta(seconds=1)) != []


async def test_search_in_a_large_catalogue_gives_near_ones_alone(filled: Database) -> None:
    large, memory = filled.within(9), Catalogue()
    assert await memory.warm(large, NOW) == LARGE
    for asked in (
        "z",
        "za",
        "zaradran",
        "زارا",
        "500",
        "tab 250",
        "قرص میلی",
        "10001",
        "نوار",
        "900",
        "پا",
        "ba",
        "cap 5",
    ):
        assert 1 <= len(await memory.search(large, asked, TODAY, NOW)) <= 20, asked
    some = await memory.search(large, "belomex 250 cap", TODAY, NOW, ("01",), 5)
    assert all(one.substance == "BELOMEX" and one.form == "CAPSULE" for one in some)


async def test_drugs_stand_for_each_other_by_their_group(filled: Database) -> None:
    found = await filled.read(catalogue.equivalents, "77", TODAY)
    assert [one.code for one in found] == ["00079", "00078"]
    assert [one.code for one in await filled.read(catalogue.additives, TODAY)] == ["00090", "00091", "00092"]
    assert await filled.read(catalogue.equivalents, "99999", TODAY) == []


async def test_drugs_that_do_not_meet_well_are_told(filled: Database, db: Database) -> None:
    met = await filled.read(interactions.between, ["00077", "01311", "95", "05951"])
    assert [(one.one, one.other, one.severity) for one in met] == [
        ("00077", "95", Severity.FORBIDDEN),
        ("00077", "01311", Severity.SEVERE),
    ]
    assert await filled.read(interactions.same_therapy, ["00077", "5951", "00078"]) == [("00077", "00078")]
    await db.write(
        interactions.load,
        [Interaction("b", "a", Severity.MILD, "x"), Interaction("a", "b", Severity.SEVERE, "y")],
        "me",
        NOW,
    )
    assert await db.read(interactions.count) == 1
    assert [one.text_fa for one in await db.read(interactions.between, ["A", "b"])] == ["y"]


async def test_what_is_remembered_is_read_again_when_the_catalogue_has_changed(db: Database) -> None:
    memory = Catalogue()
    await catalogue.load(db, rows(drug("51", name="A", price="10")), "a", "me", NOW)
    key = ("01", "00051")
    assert (await memory.many(db, [key], TODAY, NOW))[key].price == 10
    await catalogue.load(db, rows(drug("51", price="20")), "b", "me", NOW)
    assert (await memory.many(db, [key], TODAY, NOW + timedelta(milliseconds=200)))[key].price == 10
    assert (await memory.many(db, [key], TODAY, NOW + timedelta(milliseconds=400)))[key].price == 20
