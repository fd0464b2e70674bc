"""Marks in texts: what somebody looked for, and what two texts differ in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from nabz.terminology.pages.marking import SHOWN, Marker, differing

ARABIC_YEH, ARABIC_KAF = "\u064a", "\u0643"


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        (f"{ARABIC_KAF}ل{ARABIC_YEH}ه", "سنگ کلیه", "سنگ <mark>کلیه</mark>"),
        ("٢", "نوع ۲", "نوع <mark>۲</mark>"),
        ("2", "نوع ۲", "نوع <mark>۲</mark>"),
        ("قران", "قُرآن کریم", "<mark>قُرآن</mark> کریم"),
        ("نمی خورد", "نمی‌خورد", "<mark>نمی</mark>‌<mark>خورد</mark>"),
        ("MG", "100 mg / 1mL", "100 <mark>mg</mark> / 1mL"),
        ("cafe", "Café", "<mark>Café</mark>"),
        ("درد", "سردرد", "سر<mark>درد</mark>"),  # the middle of a word only where no word begins so
        ("درد", "سردرد و درد", "سردرد و <mark>درد</mark>"),
        ("/min", "/min", "/<mark>min</mark>"),
        ("", "هر چه", "هر چه"),
    ],
)
def test_words_are_marked_however_they_are_spelt(asked: str, text: str, marked: str) -> None:
    assert Marker(asked)(text) == marked


@given(st.text(max_size=12), st.text(max_size=40))
def test_marks_never_change_a_text_nor_let_markup_through(asked: str, text: str) -> None:
    marked = str(Marker(asked)(text))
    assert marked.replace("<mark>", "").replace("</mark>", "") == str(escape(text))


def test_a_list_shows_the_beginning_of_a_long_value() -> None:
    shown = Marker("الف")("الف " * SHOWN)
    assert shown.endswith("…")
    assert shown.count("<mark>") == SHOWN // 4


def test_two_texts_show_where_they_differ_word_by_word() -> None:
    before, after = differing("کرم <b> ۰٫۱ درصد", "کرم <b> ۰٫۲ درصد")
    assert before == "کرم &lt;b&gt; <del>۰٫۱</del> درصد"
    assert after == "کرم &lt;b&gt; <ins>۰٫۲</ins> درصد"


def test_texts_too_long_to_be_compared_are_shown_without_marks() -> None:
    before, after = differing("الف " * 1000, "ب " * 1000)
    assert "<" not in before + after


@given(st.text(max_size=60), st.text(max_size=60))
def test_comparing_loses_no_letter_of_either_text(before: str, after: str) -> None:
    old, new = differing(before, after)
    assert old.replace("<del>", "").replace("</del>", "") == str(escape(before))
    assert new.replace("<ins>", "").replace("</ins>", "") == str(escape(after))
