"""Persian text: what is folded, what is the same, and which numbers of people and places are right."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit import persian

YEH = "\u064a"
KAF = "\u0643"
HALF_SPACE = "\u200c"


# ---------------------------------------------------------------- letters and digits


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        (f"عل{YEH}", "علی"),
        (f"{KAF}تاب", "کتاب"),
        ("موس\u0649", "موسی"),
        ("فاطم\u0629", "فاطمه"),
        ("ئ", "ئ"),
        (f"{YEH}\u0654", "ئ"),
        ("مسئله", "مسئله"),
        ("نامهٔ او", "نامهٔ او"),
        (f"م{YEH}{HALF_SPACE}شود", f"می{HALF_SPACE}شود"),
        ("Abc 12", "Abc 12"),
        ("", ""),
    ],
)
def test_letters_take_their_persian_form(text: str, folded: str) -> None:
    assert persian.fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"  م{YEH}{HALF_SPACE}شود   و\u00a0ن\u0640\u0640\u0640شد ", "میشود و نشد"),
        ("مُحَمَّدٌ", "محمد"),
        ("آب أحمد إیران مؤمن مسئله جزء", "اب احمد ایران مومن مسیله جز"),
        ("نامهٔ ۀ", "نامه ه"),
        ("فاطم\u0629", "فاطمه"),
        ("نوبت ۱۲ و ٣٤", "نوبت 12 و 34"),
        ("\ufee3\ufef3\ufeae", "میر"),
        ("ACETAMINOPHEN 100 MG", "acetaminophen 100 mg"),
        ("\u200fسلام\u200e", "سلام"),
        ("", ""),
    ],
)
def test_search_text_forgets_what_people_leave_out(text: str, found: str) -> None:
    assert persian.search_text(text) == found


# Signs of two classes in the wrong order: sorting them takes a time that grows with the square of their number.
HOSTILE = "a" + "\u0301" * 100_000 + "\u0323" * 100_000


@pytest.mark.parametrize("text", [HOSTILE, "a" * (persian.LONGEST + 1)])
def test_a_text_without_measure_is_refused_before_it_is_normalised(text: str) -> None:
    for look in (
        lambda: persian.fold(text),
        lambda: persian.search_text(text),
        lambda: persian.same(text, "a"),
        lambda: persian.same("a", text),
    ):
        with pytest.raises(persian.TextTooLong) as refused:
            look()
        assert (refused.value.code, refused.value.status) == ("kit.text-too-long", 400)
        assert persian.persian_digits(persian.LONGEST) in refused.value.text_fa


def test_the_longest_text_is_still_folded() -> None:
    assert persian.fold(YEH * persian.LONGEST) == "ی" * persian.LONGEST


@given(st.text())
def test_search_text_and_fold_change_nothing_twice(text: str) -> None:
    once = persian.search_text(text)
    assert persian.search_text(once) == once
    assert persian.fold(persian.fold(text)) == persian.fold(text)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (f"وب{HALF_SPACE}سایت", "وبسایت", True),
        ("پست الکترونیکی شخصی", f"پست الکترون{YEH}{KAF}{YEH} شخص{YEH} ", True),
        ("شمارهٔ ۲", "شماره 2", True),
        ("شمارۀ ۲", "شماره ٢", True),
        ("اسـلام", "اسلام", True),
        ("آب", "اب", False),
        ("مسئله", "مسیله", False),
        ("Eitaa", "eitaa", False),
        ("اسلام", "سلام", False),
        ("", " ", True),
    ],
)
def test_texts_are_the_same_but_for_spelling(one: str, other: str, *, expected: bool) -> None:
    assert persian.same(one, other) is expected
    assert persian.same(other, one) is expected


def test_digits_go_both_ways() -> None:
    assert persian.ascii_digits("۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩ 09") == "0123456789 0123456789 09"
    assert persian.persian_digits("کد 012 ٣٤") == "کد ۰۱۲ ۳۴"
    assert persian.persian_digits(1402) == "۱۴۰۲"


@given(st.text("0123456789 ab"))
def test_digits_come_back(text: str) -> None:
    assert persian.ascii_digits(persian.persian_digits(text)) == text


@pytest.mark.parametrize(("number", "text"), [(0, "۰"), (999, "۹۹۹"), (1234567, "۱٬۲۳۴٬۵۶۷"), (-1000, "-۱٬۰۰۰")])
def test_numbers_are_grouped_by_thousands(number: int, text: str) -> None:
    assert persian.grouped(number) == text


# ---------------------------------------------------------------- numbers of people and places


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234567891", "1234567891"),
        (" ۱۲۳۴۵۶۷۸۹۱ ", "1234567891"),
        ("123-456789-1", "1234567891"),
        ("\u200e1234567891\u200f", "1234567891"),
        ("0012345679", "0012345679"),
        ("12345679", "0012345679"),
        ("012345679", "0012345679"),
        ("1234567890", None),
        ("1234567", None),
        ("12345678911", None),
        ("123456789a", None),
        ("²234567891", None),
        ("", None),
        *[(digit * 10, None) for digit in "0123456789"],
        ("0" * 8, None),
    ],
)
def test_a_national_code_is_checked(text: str, code: str | None) -> None:
    assert persian.national_code(text) == code


@given(st.integers(0, 9_999_998), st.integers(1, 9))
def test_a_wrong_check_digit_is_always_noticed(n: int, by: int) -> None:
    code = persian.synthetic_national_code(n)
    assert persian.national_code(code[:9] + str((int(code[9]) + by) % 10)) is None


@given(st.integers(0, 9_999_998))
def test_synthetic_national_codes_are_valid_and_tell_themselves(n: int) -> None:
    code = persian.synthetic_national_code(n)
    assert persian.national_code(code) == code
    assert code.startswith("99")
    assert int(code[2:9]) == n


@pytest.mark.parametrize("n", [-1, 9_999_999])
def test_there_are_only_so_many_synthetic_codes(n: int) -> None:
    with pytest.raises(ValueError, match="synthetic"):
        persian.synthetic_national_code(n)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10380284790", "10380284790"),
        ("۱۰۳۸۰۲۸۴۷۹۰", "10380284790"),
        ("10380285692", None),
        ("10380284791", None),
        ("1038028479", None),
        ("10300000000", None),
        ("", None),
    ],
)
def test_a_legal_id_is_checked(text: str, found: str | None) -> None:
    assert persian.legal_id(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("09121234567", "09121234567"),
        ("9121234567", "09121234567"),
        ("+989121234567", "09121234567"),
        ("+98 912 123 4567", "09121234567"),
        ("00989121234567", "09121234567"),
        ("989121234567", "09121234567"),
        ("+98(0)9121234567", "09121234567"),
        ("۰۹۱۲-۱۲۳-۴۵۶۷", "09121234567"),
        ("٠٩١٢١٢٣٤٥٦٧", "09121234567"),
        ("09991111111", "09991111111"),
        ("02188776655", None),
        ("0912123456", None),
        ("091212345678", None),
        ("+19121234567", None),
        ("0912123456x", None),
        ("", None),
    ],
)
def test_a_mobile_number_has_one_spelling(text: str, found: str | None) -> None:
    assert persian.mobile(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1619735744", "1619735744"),
        ("16197-35744", "1619735744"),
        ("۱۶۱۹۷۳۵۷۴۴", "1619735744"),
        ("1111735744", None),
        ("1619535744", None),
        ("0619735744", None),
        ("1629735744", None),
        ("1619735724", None),
        ("161973574", None),
        ("16197357444", None),
        ("", None),
    ],
)
def test_a_postal_code_keeps_the_rules_of_the_post(text: str, found: str | None) -> None:
    assert persian.postal_code(text) == found


@given(st.text())
def test_checks_take_any_text(text: str) -> None:
    for check in (persian.national_code, persian.legal_id, persian.mobile, persian.postal_code):
        found = check(text)
        assert found is None or check(found) == found


def test_the_source_writes_foreign_letters_as_escapes() -> None:
    source = Path(persian.__file__).read_text(encoding="utf-8")
    assert YEH not in source
    assert KAF not in source
