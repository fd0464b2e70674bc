"""Search as one types: spelling does not matter, the nearest comes first, only what is in force is found."""

import pytest

from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.persian import TextTooLong
from nabz.terminology import seed
from nabz.terminology.model import Found, Terminology
from nabz.terminology.service import reading, searching
from nabz.terminology.store import searching as store
from tests.terminology.making import START, Desk, Sheet, concept, row, sheet

DISEASES = {
    "J00": ("سرماخوردگی", "Common cold"),
    "J10": ("آنفلوآنزا", "Influenza"),
    "J11": ("آنفلوآنزای فصلی", "Seasonal influenza"),
    "E10": ("بیماری قند نوع ۱", "Type 1 diabetes"),
    "E11": ("بیماری قند نوع ۲", "Type 2 diabetes"),
    "I20": ("بیماری‌های قلبی", "Heart disease"),
    "I21": ("نارسایی قلب", "Heart failure"),
    "K02": ("پوسیدگی دندان", "Dental caries"),
    "Z51": ("مراقبت در آی‌سی‌یو", "Care in an ICU"),
    "A00.1": ("وبا", "Cholera"),
    "H66": ("عفونت گوش کودکان", "Otitis of children"),
}


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    made = Desk(empty_db)
    await made.define("Disease")
    await made.publish("Disease", "1", *(concept(code, fa, en=en) for code, (fa, en) in DISEASES.items()))
    return made


async def ask(desk: Desk, text: str, id_: str = "", *, step: int | None = None, limit: int = 20) -> list[str]:
    t = await desk.one(id_) if id_ else None
    return [one.concept.code for one in await desk.db.read(searching.search, text, t, step, limit)]


async def test_a_text_is_found_however_it_is_spelt(desk: Desk) -> None:
    """Letters, digits, half-spaces, capitals, the order of words, and parts of words of three letters and more."""
    for text, codes in {
        "س": ["J00"],
        "سر": ["J00"],
        "سرماخوردگ\u064a": ["J00"],
        "سرماخوردگی ": ["J00"],
        "سَرماخوردگی": ["J00"],
        "خورد": ["J00"],
        "پوس\u064aدگ\u064a دندان": ["K02"],
        "\u0643ود\u0643ان گوش": ["H66"],
        "دندان پوسیدگی": ["K02"],
        "دندان پوس": ["K02"],
        "بیماری قند نوع 2": ["E11"],
        "نوع ۲ قند": ["E11"],
        "بیماری قند نوع ٢": ["E11"],
        "بیماری‌های قلبی": ["I20"],
        "بیماریهای قلبی": ["I20"],
        "بیماری های قلبی": ["I20"],
        "ب\u064aمار\u064a\u200cها": ["I20"],
        "قلب بیماری": ["I20"],
        "انفلوانزا": ["J10", "J11"],
        "آنفلوآنزای": ["J11"],
        "HEART": ["I21", "I20"],
        "heart fail": ["I21"],
        "fluenza": ["J10", "J11"],
        "پوسیدگی" + "\u200f": ["K02"],
        "«دندان»، پوسیدگی!": ["K02"],
    }.items():
        assert sorted(await ask(desk, text)) == sorted(codes), text
        assert sorted(await ask(desk, text, "Disease")) == sorted(codes), text


async def test_what_is_written_with_half_spaces_is_found_by_its_own_spelling(desk: Desk) -> None:
    """Also where the parts are so short that they have no trigrams of their own."""
    await desk.publish("Disease", "2", concept("Z52", "آی‌سی‌یو"), concept("Z53", "می‌تپد"), concept("Z54", "ان‌آی‌سی‌یو"))
    for text, codes in {
        "آی‌سی‌یو": ["Z51", "Z52", "Z54"],
        "آیسییو": ["Z51", "Z52", "Z54"],
        "آی سی یو": ["Z51", "Z52"],
        "مراقبت آی‌سی‌یو": ["Z51"],
        "می‌تپد": ["Z53"],
        "می تپد": ["Z53"],
        "ان‌آی‌سی‌یو": ["Z54"],
    }.items():
        found = await ask(desk, text)
        assert set(codes) <= set(found), text
    assert (await ask(desk, "آی‌سی‌یو"))[0] == "Z52"


async def test_a_short_word_stands_at_the_beginning_of_a_word(desk: Desk) -> None:
    assert await ask(desk, "قل") == ["I21", "I20"]
    assert await ask(desk, "لب") == []
    assert await ask(desk, "دن") == ["K02"]
    assert await ask(desk, "ندا") == ["K02"]
    assert sorted(await ask(desk, "بی نو")) == ["E10", "E11"]


async def test_the_nearest_comes_first(desk: Desk) -> None:
    await desk.define("Near")
    values = {
        "x1": "قلب",
        "x2": "قلب و ریه",
        "x3": "قلبی",
        "x4": "نارسایی قلب",
        "x5": "انقلاب قلبها",
        "x6": "دگرقلبی",
        "قلب": "کد",
        "قلب.1": "کد دیگر",
    }
    await desk.publish("Near", "1", *(concept(code, value) for code, value in values.items()))
    assert await ask(desk, "قلب", "Near") == ["قلب", "x1", "قلب.1", "x3", "x2", "x4", "x5", "x6"]


async def test_codes_are_found_by_code_the_exact_one_first(desk: Desk) -> None:
    await desk.define("Codes")
    codes = ["A", "A0", "A00", "A001", "a0", "B-1", "[iU]/mL", "%", "10*3/uL", "A 0", "پ۱".replace("۱", "1")]
    await desk.publish("Codes", "1", *(concept(code, f"مقدار {code}") for code in codes))
    for text, first in {
        "A0": "A0",
        "a00": "A00",
        "A00": "A00",
        "B-1": "B-1",
        "b-1": "B-1",
        "[iU]/mL": "[iU]/mL",
        "%": "%",
        "10*3": "10*3/uL",
        "۱۰*۳": "10*3/uL",
        "A 0": "A 0",
        "پ۱": "پ1",
    }.items():
        assert (await ask(desk, text, "Codes"))[0] == first, text
        assert first in await ask(desk, text)
    assert await ask(desk, "A0", "Codes", limit=2) == ["A0", "a0"]


async def test_the_exact_code_is_first_among_more_than_can_be_ranked(desk: Desk) -> None:
    await desk.define("Many")
    codes = [f"7{n:03}" for n in range(600)]
    await desk.publish_sheet("Many", "1", sheet([*codes, "7"], "هفت"))
    await desk.define("Few")
    await desk.publish("Few", "1", concept("7", "هفت"))
    assert (await ask(desk, "7", "Many"))[0] == "7"
    assert (await ask(desk, "7"))[:2] == ["7", "7"]
    found = await ask(desk, "هفت", "Many", limit=1000)
    assert len(found) == len(set(found)) <= store.CAP * 3
    await desk.publish("Many", "2", *(concept(f"8{n:03}", f"قرص {n}") for n in range(300)), concept("999", "قرص"))
    assert (await ask(desk, "قرص", "Many"))[0] == "999"


async def test_nothing_is_found_that_is_not_in_force(desk: Desk) -> None:
    await desk.publish("Disease", "2", concept("J00", "زکام"), retired={"K02": ""})
    await desk.begin("Disease", "3")
    await desk.put("Disease", concept("X1", "پیش‌نویس تازه"))
    await desk.define("Open")
    await desk.load("Open", sheet(["X2"], "پیش‌نویس دیگر"), "1")
    for text in ("سرماخوردگی", "پوسیدگی", "K02", "پیش‌نویس", "X1", "X2"):
        assert await ask(desk, text) == []
        assert await ask(desk, text, "Disease") == []
    assert await ask(desk, "زکام") == ["J00"]
    assert await ask(desk, "سرماخوردگی", "Disease", step=1) == ["J00"]
    assert await ask(desk, "زکام", "Disease", step=1) == []
    assert await ask(desk, "K02", "Disease", step=1) == ["K02"]
    assert await ask(desk, "پیش‌نویس تازه", "Disease", step=3) == ["X1"]
    await desk.discard("Disease")
    assert await ask(desk, "پیش‌نویس تازه", "Disease", step=3) == []
    await desk.withdraw("Disease", "2")
    assert await ask(desk, "سرماخوردگی") == ["J00"]
    assert await ask(desk, "زکام") == []
    assert await ask(desk, "زکام", "Disease", step=2) == ["J00"]


async def test_maps_are_found_only_where_they_are_asked(desk: Desk) -> None:
    await desk.define("Ward")
    await desk.publish("Ward", "1", concept("W1", "بخش قلب"))
    await desk.define("Disease--Ward", "Disease", "Ward")
    await desk.publish("Disease--Ward", "1", concept("I21", "wider", target="W1"))
    assert await ask(desk, "wider") == []
    assert await ask(desk, "W1") == ["W1"]
    assert await ask(desk, "I21") == ["I21"]
    found = await desk.db.read(searching.search, "W1", await desk.one("Disease--Ward"))
    assert [(one.terminology, one.concept.code, one.concept.target) for one in found] == [
        ("Disease--Ward", "I21", "W1")
    ]


async def test_whatever_is_typed_does_no_harm(desk: Desk) -> None:
    nothing = [
        "",
        " ",
        "%",
        "_",
        '"',
        "'",
        "\\",
        "😀",
        "\u200c",
        "\u200f\u200e",
        "؟",
        "%%%",
        "' OR 1=1 --",
        '" OR "',
        "NEAR(",
    ]
    nothing += ["x\0y", "\0", "\ue001\ue040\ue080", "سرما\u0000خ", "*", "سرماخوردگی AND NOT", "\U0010ffff", "\ufffe"]
    for text in nothing:
        for id_ in ("", "Disease"):
            found = await ask(desk, text, id_)
            assert set(found) <= set(DISEASES), text
            assert len(found) < len(DISEASES), text
    for text in ("س" * 4000, "سرما " * 800, "a\u0301" * 2000, "J" * 4000, "\ufdfa" * 4000):
        assert await ask(desk, text) in ([], ["J00"])
    with pytest.raises(TextTooLong):
        await ask(desk, "س" * 4001)
    many = " ".join(f"واژه{n}" for n in range(400))
    assert await ask(desk, many) == []
    assert await ask(desk, "سرماخوردگی " * 300) == ["J00"]


async def test_pages_of_what_was_found_hold_each_once(desk: Desk) -> None:
    await desk.define("Pages")
    await desk.publish_sheet("Pages", "1", Sheet([row(n, f"p{n:03}", f"دندان {n % 7}") for n in range(150)]))
    t = await desk.one("Pages")
    found: list[str] = []
    while page := await desk.db.read(searching.search, "دندان", t, None, 40, len(found)):
        found += [one.concept.code for one in page]
    assert len(found) == len(set(found)) == 150
    assert found == await ask(desk, "دندان", "Pages", limit=200)


async def test_search_tells_where_it_has_found_something(desk: Desk) -> None:
    await desk.define("Other")
    await desk.publish("Other", "1", concept("J00", "سرماخوردگی", note="یادداشت", properties={"p": "q"}))

    def shown(one: Found) -> tuple[str, str, str, str]:
        return one.terminology, one.title_fa, one.concept.code, one.concept.note

    found = await desk.db.read(searching.search, "سرماخوردگی")
    assert list(map(shown, found)) == [
        ("Disease", "کدهای Disease", "J00", ""),
        ("Other", "کدهای Other", "J00", "یادداشت"),
    ]
    empty = await desk.define("Empty")
    assert await desk.db.read(searching.search, "سرماخوردگی", empty) == []


async def test_the_longest_texts_are_kept_and_found(desk: Desk) -> None:
    await desk.define("Long")
    code = "x" * 100
    texts = {"a": concept(code, "ن" * 3990 + " انتهای متن"[:10]), "b": concept("b", "ع", en="y" * 3990 + " tail end")}
    await desk.publish("Long", "1", *texts.values())
    assert await ask(desk, "x" * 100, "Long") == [code]
    assert await ask(desk, "tail", "Long") == ["b"]
    assert await ask(desk, "ن" * 40, "Long") == [code]


async def test_all_that_is_shipped_is_found_by_its_codes_and_words(empty_db: Database) -> None:
    db = empty_db
    desk = Desk(db)
    keys = Keyring(b"test-only-key" * 5)
    assert await seed.ship(db, keys, START) > 80
    assert await seed.ship(db, keys, START) == 0
    shipped: list[Terminology] = await db.read(reading.all_)
    for t in shipped[::5]:
        for one in (await db.read(reading.page, t, t.last))[:3]:
            found = await db.read(searching.search, one.code, t)
            assert found[0].concept.code == one.code
            assert one.code in await ask(desk, one.value[:60], t.id, limit=200)
    assert all(one.terminology != "ICD10--ICD10-FA" for one in await db.read(searching.search, "equivalent"))
