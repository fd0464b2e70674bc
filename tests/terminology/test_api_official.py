"""The seven functions to the letter: every printed call gets the printed answer, from a store that was only seeded."""

import json
import re
from typing import Any

import pytest

from tests.program import Program
from tests.terminology.calling import PREFIX, call, curl, sample, send, template, value

FUNCTIONS = (
    "Terminology",
    "SearchTerminology",
    "ValidateCts",
    "CtsTerminologies",
    "TerminologyValueByVersion",
    "TerminologiesTermByVersion",
    "TerminologyVersions",
)
# What is printed as SearchTerminology's success is Terminology's, and its true success is printed as the failure.
SUCCESS = {name: f"{name}.response.json" for name in FUNCTIONS} | {"SearchTerminology": "SearchTerminology.error.json"}
SINCE_1390 = {"yearField": 1390, "monthField": 10, "dayField": 10}
NOT_THERE = {"valueField": "x", "terminology_idField": "ContactType", "coded_stringField": "99"}
WRONG = {
    "Terminology": {"terminologyId": "thritaEHR.Religion", "codedString": "no-such-code"},
    "SearchTerminology": {"TerminologyId": "no-such-terminology", "FromDate": SINCE_1390},
    "ValidateCts": {"DoCodedText": NOT_THERE},
    "TerminologyValueByVersion": {"terminologyId": "eRX", "codedString": "60002", "version": "7"},
    "TerminologiesTermByVersion": {"terminologyId": "eRX", "version": "7"},
    "TerminologyVersions": {"terminologyId": "no-such-terminology"},
}


def same_letters(text: str) -> str:
    """A body without the white space of the print; ids of terminologies without case, since the samples vary in it."""
    tight = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return re.sub(
        r'("(?:terminology_idField|TerminologyId)":")([^"]*)', lambda found: found[1] + found[2].lower(), tight
    )


def method_of(name: str) -> str:
    return "GET" if name == "Terminology" else "POST"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_printed_call_gets_the_printed_answer(served: Program, name: str) -> None:
    expected = same_letters(sample(SUCCESS[name]))
    plain = send(served, method_of(name), f"{PREFIX}/{name}", sample(f"{name}.request.json"))
    assert (plain.status, same_letters(plain.text)) == (200, expected)
    method, path, body = curl(f"{name}.request.curl.txt")
    assert method == method_of(name)
    assert same_letters(send(served, method, path, body).text) == expected
    method, path, body = template(f"{name}.template.http")
    assert same_letters(send(served, method, path, body).text) == expected


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_is_not_there_gets_the_printed_failure(served: Program, name: str) -> None:
    # The failure of SearchTerminology is not printed, that of TerminologyValueByVersion is the refusal of a token.
    printed = (
        "Terminology.error.json" if name in {"SearchTerminology", "TerminologyValueByVersion"} else f"{name}.error.json"
    )
    assert same_letters(call(served, name, WRONG[name]).text) == same_letters(sample(printed))


def test_the_printed_failure_of_value_by_version_is_that_of_a_dead_token(served: Program) -> None:
    body = sample("TerminologyValueByVersion.request.json")
    answer = send(served, "POST", f"{PREFIX}/TerminologyValueByVersion", body, authorization="Bearer dead")
    assert answer.status == 401
    assert same_letters(answer.text) == same_letters(sample("TerminologyValueByVersion.error.json"))


def test_the_printed_success_of_search_is_that_of_terminology(served: Program) -> None:
    assert sample("SearchTerminology.response.json") == sample("Terminology.response.json")
    answer = send(served, "GET", f"{PREFIX}/Terminology", sample("Terminology.request.json"))
    assert same_letters(answer.text) == same_letters(sample("SearchTerminology.response.json"))


def test_a_list_of_terminologies_is_never_a_failure(served: Program) -> None:
    """The printed 404 has no request; a date after which nothing was defined gives an empty list."""
    future = {"FromDate": {"yearField": 1450, "monthField": 1, "dayField": 1}}
    assert value(call(served, "CtsTerminologies", future)) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_terminology_takes_a_body_and_query_parameters(served: Program, method: str) -> None:
    query = "terminologyId=%20thritaEHR.Religion&codedString=1"
    printed = same_letters(sample("Terminology.response.json"))
    assert (
        same_letters(send(served, method, f"{PREFIX}/Terminology", sample("Terminology.request.json")).text) == printed
    )
    assert same_letters(send(served, method, f"{PREFIX}/Terminology?{query}").text) == printed


@pytest.mark.parametrize("spelling", ["erx", "ERX", " eRX ", "e RX", "\tErX"])
def test_ids_compare_without_case_and_answer_as_stored(served: Program, spelling: str) -> None:
    found = value(call(served, "TerminologyVersions", {"terminologyId": spelling}))
    assert [row["TerminologyId"] for row in found] == ["eRX"]
    terms = value(call(served, "TerminologiesTermByVersion", {"terminology_idField": spelling, "version": "10000"}))
    assert {row["terminology_idField"] for row in terms} == {"eRX"}


def test_a_withdrawn_version_is_answered_but_not_listed(served: Program) -> None:
    listed = value(call(served, "TerminologyVersions", {"terminologyId": "eRX"}))
    assert [row["Version"] for row in listed] == ["10000"]
    assert len(value(call(served, "TerminologiesTermByVersion", {"terminologyId": "eRX", "version": "1000"}))) > 20
    assert call(served, "Terminology", {"terminologyId": "eRX", "codedString": "60002"}).json["result"] == {
        "status": {"statusCode": 404}
    }, "it is not in the version in force"


def test_only_the_newest_version_is_the_last_one(served: Program) -> None:
    found = value(call(served, "TerminologyVersions", {"terminologyId": "maxa.Imaging"}))
    assert [(row["Version"], row["IsLast"]) for row in found] == [("1", False), ("2", True)]


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ("پست الکترونیکی شخصی", True),
        ("پست الکترون\u064a\u0643\u064a شخص\u064a", True),
        ("پست\u200cالکترونیکی شخصی", True),
        ("فاکس", False),
        ("", False),
    ],
)
def test_a_value_is_compared_by_its_letters_and_not_by_its_blanks(served: Program, written: str, valid: bool) -> None:
    asked = {"valueField": written, "terminology_idField": "contacttype", "coded_stringField": "۶"}
    answer = call(served, "ValidateCts", {"DoCodedText": asked})
    assert answer.json["result"]["data"] == ("true" if valid else "false")


@pytest.mark.parametrize(
    "date",
    [
        {"yearField": 1403, "monthField": 13, "dayField": 1},
        {"yearField": 1402, "monthField": 12, "dayField": 30},  # no leap year
        {"yearField": 1403, "monthField": 7, "dayField": 31},
        {"yearField": 1403, "monthField": 1, "dayField": 1, "hourField": 25},
        {"yearField": 2024, "monthField": 1, "dayField": 1},
        {"yearField": -1, "monthField": 1, "dayField": 1},
        {"monthField": 1, "dayField": 1},
        {},
        None,
    ],
)
@pytest.mark.parametrize("name", ["SearchTerminology", "CtsTerminologies"])
def test_a_date_that_does_not_exist_is_told_clearly(served: Program, name: str, date: Any) -> None:
    answer = call(served, name, {"TerminologyId": "ContactType", "FromDate": date})
    assert answer.status == 400
    assert answer.json["code"] == 400
    assert answer.json["msg"] == "Bad request."
    assert answer.json["violations"], "it says what is wrong"


def test_the_last_day_of_a_leap_year_is_a_date(served: Program) -> None:
    leap = {"FromDate": {"yearField": 1403, "monthField": 12, "dayField": 30}}
    assert call(served, "CtsTerminologies", leap).status == 200


def test_dates_are_jalali_and_a_later_one_gives_less(served: Program) -> None:
    def since(year: int) -> list[str]:
        return list(value(call(served, "CtsTerminologies", {"FromDate": {**SINCE_1390, "yearField": year}})))

    assert len(since(1380)) > len(since(1390)) == 24
    assert {"ContactType", "HQS", "thritaEHR.Religion"} <= set(since(1380))
    assert since(1420) == []


def test_a_since_date_counts_by_the_second(served: Program) -> None:
    row = value(call(served, "SearchTerminology", {"TerminologyId": "maxa.Imaging", "FromDate": SINCE_1390}))
    later = {"yearField": 1420, "monthField": 1, "dayField": 1}
    assert len(row) > 5
    assert value(call(served, "SearchTerminology", {"TerminologyId": "maxa.Imaging", "FromDate": later})) == []


def test_large_answers_come_page_by_page_when_asked(served: Program) -> None:
    whole = value(call(served, "SearchTerminology", {"TerminologyId": "ISO_3166-1", "FromDate": SINCE_1390}))
    paged: list[Any] = []
    asked = {"TerminologyId": "ISO_3166-1", "FromDate": SINCE_1390, "limit": 100}
    while page := value(
        call(served, "SearchTerminology", {**asked, "after": paged[-1]["coded_stringField"] if paged else ""})
    ):
        assert len(page) <= 100
        paged += page
    assert paged == whole
    assert [row["coded_stringField"] for row in whole] == sorted(row["coded_stringField"] for row in whole)


def test_a_map_is_no_terminology_to_the_official_functions(served: Program) -> None:
    for name in ("TerminologyVersions", "TerminologiesTermByVersion"):
        answer = call(served, name, {"terminologyId": "eRX--IRC", "version": "1"})
        assert answer.json["result"] == {"status": {"statusCode": 404}}


@pytest.mark.parametrize("code", ["x" * 100_000, "", " ", "'; DROP TABLE terminology; --", "﷽", "%", "1\u200c"])
def test_strange_codes_are_only_unknown(served: Program, code: str) -> None:
    answer = call(served, "Terminology", {"terminologyId": "ContactType", "codedString": code})
    assert answer.status == 200
    assert answer.json["result"]["status"]["statusCode"] == 404


def test_a_unit_keeps_its_capitals_where_they_have_a_meaning(served: Program) -> None:
    units = {code: value(call(served, "Terminology", {"terminologyId": "UCUM", "codedString": code})) for code in "sS"}
    assert units["s"] != units["S"]
    assert value(call(served, "Terminology", {"terminologyId": "iso_3166-1", "codedString": "ir"})) == "ایران"
