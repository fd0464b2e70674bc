"""Marks in texts: what somebody looked for, and what two texts differ in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from nabz.terminology.model import Change, Changed, Concept, Kind
from nabz.terminology.pages import comparing, marking
from nabz.terminology.pages.marking import MOST_STEPS, MOST_WORDS, SHOWN, Differences, Marker

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
    before, after = Differences()("کرم <b> ۰٫۱ درصد", "کرم <b> ۰٫۲ درصد")
    assert before == "کرم &lt;b&gt; <del>۰٫۱</del> درصد"
    assert after == "کرم &lt;b&gt; <ins>۰٫۲</ins> درصد"


def test_words_that_stayed_are_not_marked_between_those_that_changed() -> None:
    before, after = Differences()("قرص ۱۰ میلی گرم  خوراکی روکش‌دار", "قرص ۲۰ میلی گرم تزریقی روکش‌دار و تازه")
    assert before == "قرص <del>۱۰</del> میلی گرم  <del>خوراکی</del> روکش‌دار"
    assert after == "قرص <ins>۲۰</ins> میلی گرم <ins>تزریقی</ins> روکش‌دار <ins>و تازه</ins>"


def test_one_word_is_found_in_the_middle_of_long_texts() -> None:
    long = "واژه " * 400
    before, after = Differences()(f"{long}یک {long}", f"{long}دو {long}")
    assert (before.count("<del>"), after.count("<ins>")) == (1, 1)
    assert "<del>یک</del>" in before
    assert "<ins>دو</ins>" in after


def test_where_too_many_words_differ_all_of_them_are_marked() -> None:
    many = " میان ".join(f"الف{number}" for number in range(MOST_WORDS))
    before, after = Differences()(f"آغاز {many} پایان", f"آغاز {many.replace('الف', 'ب')} پایان")
    assert before == f"آغاز <del>{many}</del> پایان"
    assert after == f"آغاز <ins>{many.replace('الف', 'ب')}</ins> پایان"


def test_the_marks_of_a_page_have_one_budget_and_then_there_are_none() -> None:
    words = [[f"{sign}{number % 7}" for number in range(MOST_WORDS)] for sign in "ab"]
    before, after = (" میان ".join(each[: MOST_WORDS // 2]) for each in words)
    differing = Differences()
    drawn = [differing(before, after) for _ in range(1000)]
    marked = [bool("<" in old and "<" in new) for old, new in drawn]
    least = (MOST_WORDS - 1) ** 2 // 2
    assert 0 < sum(marked) < MOST_STEPS / least
    assert marked == sorted(marked, reverse=True)
    assert drawn[-1] == (before, after)


def test_a_page_of_the_worst_rows_compares_few_words() -> None:
    """Counted, since time is another on each machine: every comparison of two words asks for their texts."""
    asked = 0

    class Word(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal asked
            asked += 1
            return str.__eq__(self, str(other))

        __hash__ = str.__hash__

    whole = marking._pieces

    def counted(text: str) -> list[marking.Piece]:
        return [piece._replace(text=Word(piece.text)) for piece in whole(text)]

    rows = [
        Changed(
            code=f"c{number}",
            change=Change.CHANGED,
            before=Concept(code=f"c{number}", value="a b " * 30, note="c d " * 30),
            after=Concept(code=f"c{number}", value="b b a " * 20, note="d d c " * 20),
        )
        for number in range(100)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marking, "_pieces", counted)
        drawn = comparing.marked(rows, Kind.CODES)
    assert len(drawn) == 100
    assert 0 < asked <= 2 * MOST_STEPS


@given(st.text(max_size=60), st.text(max_size=60))
def test_comparing_loses_no_letter_of_either_text(before: str, after: str) -> None:
    old, new = Differences()(before, after)
    assert old.replace("<del>", "").replace("</del>", "") == str(escape(before))
    assert new.replace("<ins>", "").replace("</ins>", "") == str(escape(after))
