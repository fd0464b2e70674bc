"""The rules: names, codes, texts, words of a search and their rank."""

import string
import unicodedata

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.terminology.errors import (
    BadCode,
    BadId,
    BadLabel,
    BadRelation,
    BadText,
    CodeMissing,
    SecondPersonNeeded,
    ValueMissing,
    ValueTooLong,
)
from nabz.terminology.model import (
    HEAD,
    Candidate,
    Concept,
    Kind,
    Relation,
    State,
    Version,
    asked_words,
    code_of,
    fits_second_person,
    good,
    good_id,
    good_label,
    key_of,
    rank,
    search_line,
    wordings_of,
    words_of,
)
from tests.terminology.making import START, concept

# Letters that people type, and those with which they do harm.
LETTERS = (
    "آاأبپتجچحخدرزسشصطعفقک\u0643گلمنوهةی\u064aئؤء۰۱۲٣٤abcXYZ019ßİçé"
    " \u00a0\u200c\u200f\t-_/.%*'\"\\()،؛؟«»\u064e\u0654😀\0\ud800"
)
texts = st.text(alphabet=LETTERS, max_size=60) | st.text(max_size=40)
words = st.text(alphabet="ابپتسقمنوهی۱2abZ", min_size=1, max_size=12)


@given(texts)
def test_a_key_is_the_key_of_itself_and_of_every_spelling(text: str) -> None:
    key = key_of(text)
    assert key_of(key) == key
    assert not any(map(str.isspace, key))
    spaced = " ".join(text)
    for spelling in (f" {text}\t", spaced, text.translate(str.maketrans("019", "۰۱۹"))):
        assert key_of(spelling) == key
    if text.isascii():
        assert key_of(text.upper()) == key_of(text.lower()) == key


@given(texts)
def test_a_code_is_asked_for_trimmed_and_in_ascii_digits(text: str) -> None:
    code = code_of(text)
    assert code_of(code) == code
    assert code == code.strip()
    assert not set(code) & set("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")
    assert key_of(code) == key_of(text)


@given(texts)
def test_words_hold_letters_and_digits_only_and_are_words_of_themselves(text: str) -> None:
    for found in (words_of(text), asked_words(text)):
        for word in found:
            assert word
            assert all(letter.isalnum() for letter in word)
            assert words_of(word) == [word]
    assert len(asked_words(text * 3)) <= 12
    assert words_of(text.replace("ی", "\u064a").replace("ک", "\u0643")) == words_of(text)
    assert words_of(text.upper()) == words_of(text.upper().lower()) or not text.isascii()


@given(texts)
def test_what_is_kept_for_search_shows_where_words_begin(text: str) -> None:
    found = words_of(text)
    line = search_line(found)
    assert line.split() == list(dict.fromkeys(found))
    assert all(f"  {word}" in line for word in found)


@given(st.lists(words, min_size=1, max_size=5), st.lists(st.sampled_from([" ", "\u200c", ""]), min_size=4, max_size=4))
def test_a_text_is_found_by_itself_with_or_without_its_half_spaces(parts: list[str], between: list[str]) -> None:
    text = "".join(part + gap for part, gap in zip(parts, [*between, ""], strict=False)).strip(" \u200c")
    assume(words_of(text))
    line = search_line(words_of(text))
    for asked in (text, text.replace("\u200c", ""), text.upper() if text.isascii() else text):
        assert any(all(word in line for word in found) for found in wordings_of(asked))


def test_the_ways_to_look_for_a_text_are_told() -> None:
    for text, expected in {
        "": [],
        "؟": [],
        "قلب": [["قلب"]],
        "قلب و عروق": [["قلب", "و", "عروق"]],
        "بیماری‌ها": [["بیماری", "ها"], ["بیماریها"]],
        "آی‌سی‌یو": [["ای", "سی", "یو"], ["ایسییو"]],
        "آی سی یو": [["ای", "سی", "یو"], ["ایسییو"]],
        "سی تی‌اسکن": [["سی", "تی", "اسکن"], ["سی", "تیاسکن"]],
    }.items():
        assert wordings_of(text) == expected


def candidate(code: str, value: str, en: str = "") -> Candidate:
    own = words_of(value)
    line = search_line([*own, *words_of(code), *words_of(en)])
    return Candidate(0, 0, code, value, search_line(own)[:HEAD], line)


@given(st.text(string.ascii_letters + "ابپ. ", min_size=1, max_size=6), texts.filter(str.strip), texts)
def test_no_text_is_nearer_than_the_very_code(code: str, value: str, other: str) -> None:
    assume(code_of(code))
    asked = code_of(code).casefold()
    sought = asked_words(code)
    exact = rank(candidate(code_of(code), value), asked, sought)
    assert exact[0] == 0
    assert exact <= rank(candidate(f"{code_of(code)}1", other), asked, sought)


@given(words, words, words)
def test_a_whole_value_is_nearer_than_its_beginning_and_that_than_a_part(one: str, two: str, three: str) -> None:
    sought = words_of(one)
    assume(sought)
    first, second = words_of(two), words_of(three)
    assume(first and second and not first[0].startswith(sought[0]) and sought[0] not in second[0] + first[0])
    places = [
        rank(candidate("-", value), "\uffff", sought)[0]
        for value in (one, f"{one} {two}", f"{two} {one}{three}", f"{two}{one}", two)
    ]
    assert places == [1, 3, 4, 5, 6]


def test_a_long_value_is_whole_only_if_all_of_it_is_asked() -> None:
    value = "مراقبت‌های ویژهٔ قلب و عروق در بخش کودکان بستری شده"
    sought = words_of(value)
    assert len(search_line(sought)) > HEAD
    assert rank(candidate("a", value), "", sought)[0] == 1
    assert rank(candidate("a", f"{value} دیگر"), "x", sought)[0] == 3


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (concept(""), CodeMissing),
        (concept(" a"), BadCode),
        (concept("a\u00a0"), BadCode),
        (concept("a\tb"), BadCode),
        (concept("a\0"), BadCode),
        (concept("\ud800"), BadCode),
        (concept("x" * 101), BadCode),
        (concept("a", ""), ValueMissing),
        (concept("a", " \u00a0"), ValueMissing),
        (concept("a", "x" * 4001), ValueTooLong),
        (concept("a", "x" * 2000, en="y" * 2001), ValueTooLong),
        (concept("a", properties={"p": "x" * 4000}), ValueTooLong),
        (concept("a", "\0"), BadText),
        (concept("a", "x\ny"), BadText),
        (concept("a", "\udfff"), BadText),
        (concept("a", note="\x1b[31m"), BadText),
        (concept("a", en="\x85"), BadText),
        (concept("a", properties={"p": "\x7f"}), BadText),
        (concept("a", properties={"\0": "x"}), BadText),
        (concept("a", parent="\0"), BadText),
    ],
    ids=ascii,
)
def test_what_cannot_stand_in_a_message_is_no_concept(wrong: Concept, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        good(wrong, Kind.CODES)


def test_whatever_else_people_write_is_a_concept() -> None:
    for one in (
        concept("a b/c(d)[e]%", "نیم\u200cفاصله، «گیومه» 😀"),
        concept("x" * 100, "x" * 4000),
        concept("کد ۱", "\u200f راست\u200e", en="naïve", note="خط", properties={"واحد": "قرص"}),
        concept("\u200c", "-"),
    ):
        good(one, Kind.CODES)
    good(concept("a", "wider", target="b"), Kind.MAP)


def test_a_row_of_a_map_has_a_target_and_a_known_relation() -> None:
    for wrong, problem in (
        (concept("a", "wider"), ValueMissing),
        (concept("a", "Wider", target="b"), BadRelation),
        (concept("a", "", target="b"), BadRelation),
        (concept("a", "مقدار", target="b"), BadRelation),
        (concept("a", "wider", target="\0"), BadText),
    ):
        with pytest.raises(problem):
            good(wrong, Kind.MAP)


def test_a_relation_turned_twice_is_itself() -> None:
    assert Relation.WIDER.turned is Relation.NARROWER
    for relation in Relation:
        assert relation.turned.turned is relation
    assert Relation.EQUIVALENT.turned is Relation.EQUIVALENT
    assert Relation.INEXACT.turned is Relation.INEXACT


def test_ids_and_labels_are_such_that_every_address_carries_them() -> None:
    for id_ in ("A", "a-b_c.1", "ICD10--ICD10-FA", "x" * 100, "9"):
        assert good_id(id_) == id_
    for bad in ("", " a", "a\n", "آ", "a/b", "a b", "-a", "_a", ".a", "x" * 101, "search", "EDIT", "a%"):
        with pytest.raises(BadId):
            good_id(bad)
    for label, kept in {"1": "1", " ۱۴۰۳.۲ ": "1403.2", "v1-b": "v1-b", "x" * 40: "x" * 40}.items():
        assert good_label(label) == kept
    for bad in ("", " ", "نسخه", "a_b", "a b", "1/2", "-1", ".1", "x" * 41, "1\n2"):
        with pytest.raises(BadLabel):
            good_label(bad)


def test_a_second_person_is_neither_author_nor_sender_nor_editor() -> None:
    version = Version(
        id=1, number=1, step=1, label="1", version_id=1, state=State.REVIEW, created_at=START, touched_at=START,
        author="a", sender="s", editors=("e", "f"),
    )  # fmt: skip
    for person in "asef":
        with pytest.raises(SecondPersonNeeded):
            fits_second_person(version, person)
    fits_second_person(version, "x")
    fits_second_person(msgspec.structs.replace(version, sender=None), "s")


@given(texts, texts)
def test_two_concepts_differ_in_what_is_kept_of_them(one: str, other: str) -> None:
    same = concept("a", one) == concept("a", other)
    assert same is (concept("a", one).content == concept("a", other).content)
    assert concept("a", one).content == concept("b", one, target="c").content


def test_texts_beyond_what_is_folded_are_refused_by_length_before_they_cost_time() -> None:
    heavy = "a" + "\u0301" * persian.LONGEST
    with pytest.raises(persian.TextTooLong):
        words_of(heavy)
    assert unicodedata.category("\u0301") == "Mn"
    assert words_of(heavy[:-1]) == ["a"]
