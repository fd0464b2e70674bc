"""What the terminologies' shipped files promise: they are whole, and they hold the facts of the official documents."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Final

from nabz import terminology
from nabz.kit import jalali

FOLDER: Final = Path(str(terminology.__file__)).parent / "data"
CODE_COLUMNS: Final = ["code", "value", "en", "parent", "made_up", "note"]
MAP_COLUMNS: Final = ["code", "target", "relation", "note"]
SAMPLE: Final = (
    "ICD10 ICD10-FA ISO_3166-1 Country thritaEHR.admissionType thritaEHR.birthDateAccuracy DateAccuracy California "
    "thritaEHR.conditionOnDischarge thritaEHR.BedStatus thritaEHR.RelatedPerson thritaEHR.WardType ThritaEHR CDT MEQ "
    "SNOMEDCT LNC eRX UCUM ATC countryDivisions IRC CDT-FA ADA"
)
LICENSED: Final = "ICD10 ICD10-FA SNOMEDCT LNC ATC CDT CDT-FA ADA MEQ IRC ICPC2P ICD-O-3"
GOOD_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ASKED: Final = jalali.parse("1390/10/10")
"""The day from which both of the guide's samples ask."""

# Their official lists are written with Arabic letters.
ARABIC_BY_SOURCE: Final = {"tamin.SrvType", "tamin.RepeatDays"}
ARABIC: Final = ("\u064a", "\u0643")


def rows_of(path: str) -> list[dict[str, str]]:
    with (FOLDER / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TERMINOLOGIES: Final = {row["id"]: row for row in rows_of("terminologies.csv")}
VERSIONS: Final = rows_of("versions.csv")
LETTERS: Final = rows_of("letters.csv")
FILES: Final = {row["file"]: rows_of(row["file"]) for row in VERSIONS}
LAST: Final = {row["terminology"]: FILES[row["file"]] for row in VERSIONS if row["state"] == "published"}
"""The rows of the version in force; versions stand in their order."""

CODES: Final = {
    row["file"]: row["terminology"] for row in VERSIONS if TERMINOLOGIES[row["terminology"]]["kind"] == "codes"
}


def retired_file(version: dict[str, str]) -> str:
    return version["file"].removesuffix(".csv") + ".retired.csv"


def last_values(id_: str) -> dict[str, str]:
    return {row["code"]: row["value"] for row in LAST[id_]}


def codes_in(path: str) -> set[str]:
    return {row["code"] for row in FILES[path]}


def _mod10_holds(code: str) -> bool:
    number, digit = code.split("-")
    doubled = (int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(number)))
    return (sum(part // 10 + part % 10 for part in doubled) + int(digit)) % 10 == 0


def _dihedral(first: int, second: int) -> int:
    """Multiply in the group of a pentagon's turns (0-4) and mirrorings (5-9)."""
    turned = first % 5 + (second % 5 if first < 5 else -second % 5)
    return turned % 5 + 5 * ((first < 5) != (second < 5))


def _verhoeff_holds(code: str) -> bool:
    place = {0: tuple(range(10))}
    step = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    for at in range(1, 8):
        place[at] = tuple(step[sign] if at == 1 else place[at - 1][step[sign]] for sign in range(10))
    check = 0
    for at, sign in enumerate(reversed(code)):
        check = _dihedral(check, place[at % 8][int(sign)])
    return check == 0


# ---------------------------------------------------------------- the files


def test_every_shipped_file_is_listed_and_every_listed_file_is_there() -> None:
    there = {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "codes").iterdir()}
    listed = {row["file"] for row in VERSIONS}
    assert listed <= there
    assert there - listed <= {retired_file(row) for row in VERSIONS}
    assert len(FILES) == len(VERSIONS)


def test_files_are_plain_utf8_with_unix_line_ends() -> None:
    for path in FOLDER.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not content.startswith(b"\xef\xbb\xbf"), path
            assert b"\r" not in content, path
            assert content.endswith(b"\n"), path


def test_each_file_has_the_columns_of_its_kind() -> None:
    for path, rows in FILES.items():
        assert rows, path
        assert list(rows[0]) == (CODE_COLUMNS if path in CODES else MAP_COLUMNS), path
        assert all(None not in row and None not in row.values() for row in rows), path


def test_no_cell_begins_or_ends_with_a_blank() -> None:
    for path, rows in {**FILES, "terminologies.csv": [*TERMINOLOGIES.values()], "letters.csv": LETTERS}.items():
        for row in rows:
            assert all(cell == cell.strip() and "  " not in cell for cell in row.values()), (path, row)


def test_arabic_letters_stand_only_where_the_official_list_has_them() -> None:
    for row in [*TERMINOLOGIES.values(), *VERSIONS, *LETTERS]:
        assert not any(letter in cell for cell in row.values() for letter in ARABIC), row
    for version in VERSIONS:
        if version["terminology"] not in ARABIC_BY_SOURCE:
            for row in FILES[version["file"]]:
                assert not any(letter in cell for cell in row.values() for letter in ARABIC), (version["file"], row)


def test_codes_are_unique_within_a_file() -> None:
    for path in CODES:
        twice = [code for code, times in Counter(row["code"] for row in FILES[path]).items() if times > 1]
        assert not twice, (path, twice)


def test_every_code_has_a_printable_code_and_value() -> None:
    for path in CODES:
        for row in FILES[path]:
            assert row["code"].isascii(), (path, row)
            assert row["code"].isprintable(), (path, row)
            assert row["value"].replace("\u200c", "").isprintable(), (path, row)
            assert row["value"], (path, row)
            assert row["made_up"] in {"", "yes"}, (path, row)


def test_every_parent_is_a_code_of_the_same_file() -> None:
    for path in CODES:
        assert {row["parent"] for row in FILES[path]} - {""} <= codes_in(path), path


def test_every_terminology_has_at_least_two_codes_ever() -> None:
    for id_ in set(CODES.values()):
        ever = {code for path, of in CODES.items() if of == id_ for code in codes_in(path)}
        assert len(ever) >= 2, id_


def test_what_is_said_to_be_made_up_agrees_with_the_codes() -> None:
    for id_ in set(CODES.values()):
        marks = {row["made_up"] for path, of in CODES.items() if of == id_ for row in FILES[path]}
        said = {frozenset({"yes"}): "yes", frozenset({""}): "no"}.get(frozenset(marks), "partly")
        assert TERMINOLOGIES[id_]["made_up"] == said, id_


def test_both_ends_of_every_map_are_in_force() -> None:
    maps = {id_: row for id_, row in TERMINOLOGIES.items() if row["kind"] == "map"}
    assert sorted(maps) == ["Country--ISO_3166-1", "ICD10--ICD10-FA", "eRX--IRC", "maxa.Physiotherapy--RVU3"]
    for id_, row in maps.items():
        assert id_ == f"{row['source']}--{row['target']}"
        pairs = [(pair["code"], pair["target"]) for pair in LAST[id_]]
        assert len(set(pairs)) == len(pairs)
        assert {code for code, _ in pairs} == last_values(row["source"]).keys(), id_
        assert {target for _, target in pairs} <= last_values(row["target"]).keys(), id_
        assert {pair["relation"] for pair in LAST[id_]} <= {"equivalent", "wider", "narrower", "inexact"}, id_


# ---------------------------------------------------------------- terminologies, versions, letters


def test_every_name_of_a_terminology_is_its_own() -> None:
    keys = [name.casefold() for id_, row in TERMINOLOGIES.items() for name in (id_, *row["aliases"].split())]
    assert all(map(GOOD_ID.fullmatch, TERMINOLOGIES))
    assert len(keys) == len(set(keys))
    assert all(row["title_fa"] and row["title_en"] and row["source_fa"] for row in TERMINOLOGIES.values())


def test_the_guides_24_terminologies_come_first_and_in_its_order() -> None:
    assert " ".join([*TERMINOLOGIES][:24]) == SAMPLE


def test_exactly_the_guides_24_are_defined_after_the_day_it_asks_for() -> None:
    later = [
        id_ for id_, row in TERMINOLOGIES.items() if row["kind"] == "codes" and jalali.parse(row["defined"]) > ASKED
    ]
    assert " ".join(later) == SAMPLE
    days = [jalali.parse(TERMINOLOGIES[id_]["defined"]) for id_ in later]
    assert all(first <= second for first, second in pairwise(days))
    assert all(jalali.parse(row["defined"]) != ASKED for row in TERMINOLOGIES.values())


def test_every_terminology_has_one_version_in_force() -> None:
    assert LAST.keys() == TERMINOLOGIES.keys()


def test_no_version_is_published_before_its_terminology_is_defined() -> None:
    for row in VERSIONS:
        day = jalali.parse(row["published"])
        assert row["published"] == jalali.slashed(day)
        assert day >= jalali.parse(TERMINOLOGIES[row["terminology"]]["defined"]), row
        assert day > ASKED, row
        assert row["state"] in {"published", "withdrawn"}


def test_versions_of_a_terminology_stand_in_the_order_of_their_days() -> None:
    for id_ in TERMINOLOGIES:
        days = [jalali.parse(row["published"]) for row in VERSIONS if row["terminology"] == id_]
        assert all(first < second for first, second in pairwise(days)), id_


def test_numbers_and_labels_of_versions_are_unique() -> None:
    for column in ("id", "version_id"):
        numbers = [int(row[column]) for row in VERSIONS]
        assert len(set(numbers)) == len(numbers)
        assert min(numbers) > 0
    labels = [(row["terminology"], row["version"]) for row in VERSIONS]
    assert len(set(labels)) == len(labels)


def test_a_retired_code_left_the_list_and_its_successor_is_in_it() -> None:
    found = 0
    for older, newer in pairwise(VERSIONS):
        if (FOLDER / retired_file(newer)).exists():
            found += 1
            before, after = codes_in(older["file"]), codes_in(newer["file"])
            retired = {row["code"]: row["successor"] for row in rows_of(retired_file(newer))}
            assert older["terminology"] == newer["terminology"]
            assert retired.keys() == before - after
            assert set(retired.values()) <= after
    assert found == 2


def test_the_letters_have_their_own_numbers_and_days() -> None:
    assert {row["number"]: row["date"] for row in LETTERS} == {
        "110/128": "1400/05/06",
        "110/124": "1400/05/05",
        "110/120": "1400/04/29",
        "110/100": "1400/04/16",
        "110/90": "1400/04/09",
        "110/40": "1400/02/07",
        "": "",
        "110/130": "1400/05/07",
        "110/88": "1402/03/27",
    }
    for row in LETTERS:
        assert row["title_fa"]
        assert set(row["terminologies"].split()) <= TERMINOLOGIES.keys()


def test_a_coding_is_published_on_the_day_of_its_letter() -> None:
    published = {(row["terminology"], row["published"]) for row in VERSIONS}
    for row in LETTERS[:6]:
        assert {(id_, row["date"]) for id_ in row["terminologies"].split()} <= published


# ---------------------------------------------------------------- facts of the official documents


def test_contact_types_are_the_fourteen_of_the_guide() -> None:
    values = last_values("ContactType")
    assert sorted(values, key=int) == [str(number) for number in range(1, 15)]
    assert (values["1"], values["6"], values["8"]) == ("تلفن منزل", "پست الکترونیکی شخصی", "نشانی وبسایت شخصی")


def test_drugs_answer_the_samples_in_both_versions() -> None:
    rows = [row for row in VERSIONS if row["terminology"] == "eRX"]
    assert [(row["version"], row["id"], row["version_id"], row["state"]) for row in rows] == [
        ("1000", "61", "34", "withdrawn"),
        ("10000", "147", "86", "published"),
    ]
    older, last = ({row["code"]: row["value"] for row in FILES[version["file"]]} for version in rows)
    assert older["60002"] == "ACETAMINOPHEN 100 mg / 1mL 15 mL SOLUTION / DROPS ORAL"
    assert last == {"60281": "MOMETASONE FUROATE 0.1 % 15 g CREAM TOPICAL [MEGACORT]"}


def test_appointments_have_all_numbers_of_their_four_tables() -> None:
    numbers = [*range(1, 7), *range(101, 105), *range(201, 207), *range(301, 306)]
    assert list(last_values("HQS")) == [str(number) for number in numbers]
    assert last_values("HQS")["1"] == "خالی"


def test_tables_of_the_appointment_guide_are_whole() -> None:
    whole = {
        "thritaEHR.specialty": 166,
        "thritaEHR.organizationType": 30,
        "thritaEHR.Insurer": 70,
        "thritaEHR.insuranceBox": 39,
        "thritaEHR.birthDateAccuracy": 27,
        "thritaEHR.educationLevel": 21,
        "thritaEHR.healthcareProvider.role": 14,
        "thritaEHR.gender": 4,
        "thritaEHR.maritalStatus": 4,
        "thritaEHR.identifierType": 11,
        "ThritaEHR": 16,
    }
    assert {id_: len(LAST[id_]) for id_ in whole} == whole


def test_single_values_of_the_samples_are_known() -> None:
    assert last_values("thritaEHR.Religion")["1"] == "اسلام"
    assert last_values("thritaEHR.organizationType")["32"] == "درمانگاه"
    assert last_values("thritaEHR.specialty")["171108"] == "متخصص ارتوپدی"
    assert last_values("RVU3")["970015"].startswith("ویزیت")
    assert last_values("thritaEHR.Insurer")["1"] == "تأمین اجتماعی"
    assert "58" not in last_values("thritaEHR.Insurer")
    assert last_values("ditas.StatusCode")["429"] == "Too many requests or Access denied!"


def test_the_guides_misspelt_names_are_kept_and_found() -> None:
    assert "thritaEHR.daignosis.status" in TERMINOLOGIES
    assert "thr\u093f\u0924\u093eEHR.Religion" in TERMINOLOGIES["thritaEHR.Religion"]["aliases"].split()


def test_the_country_has_31_provinces_with_three_cities_each() -> None:
    rows = LAST["countryDivisions"]
    provinces = {row["code"]: row["value"] for row in rows if not row["parent"]}
    assert len(provinces) == len(set(provinces.values())) == 31
    assert all(len(code) == 2 for code in provinces)
    cities = Counter(row["parent"] for row in rows if row["parent"] in provinces)
    assert cities.keys() == provinces.keys()
    assert min(cities.values()) >= 3
    known = {"24": "تهران", "019": "تهران", "70017": "تهران", "016": "تبریز", "70498": "اسفرورین"}
    assert known.items() <= last_values("countryDivisions").items()


def test_all_249_countries_have_letters_and_numbers() -> None:
    letters, numbers = last_values("ISO_3166-1"), last_values("Country")
    assert len(letters) == len(numbers) == 249
    assert (letters["IR"], letters["AF"], numbers["364"]) == ("ایران", "افغانستان", "ایران")
    assert sorted(letters.values()) == sorted(numbers.values())


def test_made_up_laboratory_codes_carry_a_right_check_digit() -> None:
    assert _mod10_holds("2951-2")
    assert not _mod10_holds("2951-3")
    assert all(_mod10_holds(code) for code in last_values("LNC"))


def test_made_up_clinical_codes_carry_a_right_check_digit() -> None:
    assert _verhoeff_holds("404684003")
    assert not _verhoeff_holds("404684004")
    assert all(_verhoeff_holds(code) and code[-10:-1] == "999999910" for code in last_values("SNOMEDCT"))


def test_licensed_systems_are_shipped_with_made_up_codes_alone() -> None:
    for id_ in LICENSED.split():
        assert TERMINOLOGIES[id_]["made_up"] == "yes", id_


def test_units_of_measure_differ_by_case_alone() -> None:
    assert {"s", "S", "mL", "mm[Hg]", "/min", "Cel"} <= last_values("UCUM").keys()
