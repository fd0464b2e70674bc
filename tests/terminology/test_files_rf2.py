"""SNOMED CT's releases: small ones that are made up, whole and with faults."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from nabz.terminology.errors import FilePartMissing, FileRefused
from nabz.terminology.files import Format, Source, open_source
from nabz.terminology.files.checkdigits import verhoeff
from nabz.terminology.files.rf2 import PARTS
from nabz.terminology.model import Broken, Kind, Read, Retirement, Row

IS_A, OTHER = "116680003", "363698007"
FSN, SYNONYM = "900000000000003001", "900000000000013009"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
US, GB, PERSIAN = "900000000000509007", "900000000000508004", "900000000000000000"
REPLACED_BY, SAME_AS = "900000000000526001", "900000000000527005"
FILES = {
    "concept": "sct2_Concept_Snapshot_INT_20300101.txt",
    "description": "sct2_Description_Snapshot-en_INT_20300101.txt",
    "relationship": "sct2_Relationship_Snapshot_INT_20300101.txt",
    "language": "der2_cRefset_LanguageSnapshot-en_INT_20300101.txt",
    "association": "der2_cRefset_AssociationReferenceSnapshot_INT_20300101.txt",
}


def sctid(number: int, part: str) -> str:
    return next(made for digit in range(10) if verhoeff((made := f"{number}{part}{digit}").encode()))


ROOT, FEVER, COUGH, OLD, LOST = (sctid(number, "00") for number in (1000, 1001, 1002, 1003, 1004))


class Release:
    """A release in the making: lines for each of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "SnomedCT_Made-Up"
        self.lines: dict[str, list[list[str]]] = {part: [] for part in PARTS}
        self._numbers = count(5000)

    def line(self, part: str, *cells: str, id_: str = "", active: str = "1") -> None:
        self.lines[part].append([id_ or f"00000000-{next(self._numbers):04}", "20300101", active, "1", *cells])

    def concept(self, code: str, *, active: str = "1") -> None:
        self.line("concept", "900000000000074008", id_=code, active=active)

    def term(self, code: str, term: str, kind: str = SYNONYM, language: str = "en", **said: str) -> None:
        id_ = sctid(next(self._numbers), "01")
        self.line("description", code, language, kind, term, "900000000000448009", id_=id_)
        for refset, acceptability in said.items():
            self.line("language", {"us": US, "gb": GB, "fa": PERSIAN}[refset], id_, acceptability)

    def relation(self, code: str, other: str, kind: str = IS_A, active: str = "1") -> None:
        self.line("relationship", code, other, "0", kind, "900000000000011006", "900000000000451002", active=active)

    def succession(self, code: str, other: str, kind: str) -> None:
        self.line("association", kind, code, other)

    def saved(self, *parts: str) -> Path:
        for part, name in FILES.items():
            if part in (parts or FILES):
                place = self.folder / "Snapshot" / ("Refset" if name.startswith("der2") else "Terminology")
                place.mkdir(parents=True, exist_ok=True)
                rows = [PARTS[part][1].split(), *self.lines[part]]
                (place / name).write_text(
                    "".join("\t".join(row) + "\r\n" for row in rows), encoding="utf-8", newline=""
                )
        return self.folder


@pytest.fixture
def release(tmp_path: Path) -> Release:
    made = Release(tmp_path)
    for code in (ROOT, FEVER, COUGH):
        made.concept(code)
    for code in (OLD, LOST):
        made.concept(code, active="0")
    made.term(ROOT, "Made-up root (root)", FSN)
    made.term(FEVER, "Fever (finding)", FSN, us=PREFERRED)
    made.term(FEVER, "High temperature", us=ACCEPTABLE, gb=PREFERRED)
    made.term(FEVER, "Fever", us=PREFERRED)
    made.term(FEVER, "Never shown", gb=PREFERRED)
    made.term(COUGH, "Cough (finding)", FSN)
    made.term(COUGH, "سرفه", language="fa", fa=PREFERRED)
    made.term(COUGH, "Cough", us=PREFERRED)
    made.term(OLD, "Old (finding)", FSN)
    made.relation(FEVER, LOST, active="0")
    made.relation(FEVER, COUGH, OTHER)
    made.relation(FEVER, ROOT)
    made.relation(FEVER, COUGH)
    made.relation(COUGH, ROOT)
    made.succession(OLD, COUGH, SAME_AS)
    made.succession(OLD, FEVER, REPLACED_BY)
    return made


def packed(folder: Path, pack: Callable[[str], str] = lambda name: name) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one in folder.rglob("*.txt"):
            package.write(one, pack(str(one.relative_to(folder.parent))))
        package.writestr("__MACOSX/._sct2_Concept_Snapshot_INT_20300101.txt", b"\0\5")
        package.writestr("x/Full/Terminology/sct2_Concept_Full_INT_20300101.txt", b"not read")
    return path


def read(source: Source) -> list[Read]:
    rows = list(source.rows())
    assert source.progress == 1.0
    return rows


def faults(rows: list[Read]) -> list[tuple[int, str, str]]:
    return [(row.line, row.code, row.why.code) for row in rows if isinstance(row, Broken)]


WHOLE = [
    Row(line=2, code=ROOT, value="Made-up root", en="Made-up root (root)"),
    Row(line=3, code=FEVER, value="Fever", en="Fever (finding)", parent=ROOT),
    Row(line=4, code=COUGH, value="سرفه", en="Cough (finding)", parent=ROOT),
    Retirement(line=5, code=OLD, successor=FEVER),
    Retirement(line=6, code=LOST),
]


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_release_gives_terms_parents_and_successors(release: Release, as_zip: bool) -> None:
    folder = release.saved()
    source = open_source(packed(folder) if as_zip else folder)
    assert (source.format, source.id, source.version, source.kind) == (Format.RF2, "SNOMEDCT", "20300101", Kind.CODES)
    assert source.complete
    assert source.lenient
    assert read(source) == WHOLE
    assert read(source) == WHOLE


def test_without_its_reference_sets_a_release_gives_full_names(release: Release) -> None:
    found = read(open_source(release.saved("concept", "description", "relationship")))
    assert [row.value for row in found if isinstance(row, Row)] == ["Made-up root", "Fever", "Cough"]
    assert found[3:] == [Retirement(line=5, code=OLD), Retirement(line=6, code=LOST)]


@pytest.mark.parametrize("part", ["concept", "description", "relationship"])
def test_a_release_without_one_of_its_files_is_refused_when_opened(release: Release, part: str) -> None:
    folder = release.saved()
    next(folder.rglob(FILES[part])).unlink()
    with pytest.raises(FilePartMissing) as caught:
        open_source(folder)
    assert caught.value.facts["name"] == PARTS[part][0]


def test_a_release_in_several_languages_is_read_whole(release: Release) -> None:
    folder = release.saved()
    for kind in ("description", "language"):
        name = next(folder.rglob(FILES[kind]))
        more = name.with_name(name.name.replace("-en_", "-fa_"))
        head = name.read_text(encoding="utf-8").splitlines()[0]
        id_ = sctid(9999, "01")
        cells = [id_, "20300101", "1", "1", FEVER, "fa", SYNONYM, "تب", "1"]
        if kind == "language":
            cells = ["u", "20300101", "1", "1", PERSIAN, id_, PREFERRED]
        more.write_text(f"{head}\n{chr(9).join(cells)}", encoding="utf-8")
    assert [row.value for row in read(open_source(folder)) if isinstance(row, Row)] == ["Made-up root", "تب", "سرفه"]


def test_a_broken_line_spoils_nothing_else(release: Release) -> None:
    wrong = f"{FEVER[:-1]}{(int(FEVER[-1]) + 1) % 10}"
    nameless = sctid(1005, "00")
    release.concept(wrong)
    release.concept("12")
    release.concept(FEVER)
    release.concept(nameless)
    release.lines["concept"].append(["short"])
    release.lines["description"].append(["x", "too", "few"])
    release.line("description", "no number", "en", FSN, "x", "1")
    release.line("relationship", nameless, "9" * 30, "0", IS_A, "1", "1")
    release.line("relationship", COUGH, "x", "0", IS_A, "1", "1")
    release.line("language", US, "no number", PREFERRED)
    release.line("association", SAME_AS, OLD, "x")
    found = read(open_source(release.saved()))
    assert faults(found) == [
        (7, wrong, "terminology.row-broken"),
        (8, "12", "terminology.row-broken"),
        (9, FEVER, "terminology.code-twice"),
        (11, "short", "terminology.row-broken"),
        (9, found[4].code, "terminology.row-broken"),
        (11, "x", "terminology.row-broken"),
        (12, found[6].code, "terminology.row-broken"),
        (7, found[7].code, "terminology.row-broken"),
        (8, found[8].code, "terminology.row-broken"),
        (4, found[9].code, "terminology.row-broken"),
        (10, nameless, "terminology.value-missing"),
    ]
    assert [row for row in found if not isinstance(row, Broken)] == WHOLE
    where = [row.why.text_en for row in found if isinstance(row, Broken)]
    assert any(FILES["association"] in text for text in where)


def test_terms_that_are_formulas_or_no_text_are_refused(release: Release) -> None:
    codes = [sctid(number, "00") for number in range(2000, 2004)]
    terms = ["=HYPERLINK(1) (x)", "+++ (qualifier value)", "= (qualifier value)", "caf\udce9 (x)"]
    for code, term in zip(codes, terms, strict=True):
        release.concept(code)
        release.term(code, term.encode("utf-8", "surrogateescape").decode("latin-1") if "\udce9" in term else term, FSN)
    folder = release.saved()
    file = next(folder.rglob(FILES["description"]))
    file.write_bytes(file.read_bytes().replace("é".encode(), b"\xe9"))
    found = read(open_source(folder))
    assert faults(found) == [
        (7, codes[0], "terminology.formula-refused"),
        (10, codes[3], "terminology.row-broken"),
    ]
    assert [row.value for row in found if isinstance(row, Row)][3:] == ["+++", "="]


@pytest.mark.parametrize("part", [*PARTS])
def test_a_file_with_other_columns_is_refused_when_opened(release: Release, part: str) -> None:
    folder = release.saved()
    file = next(folder.rglob(FILES[part]))
    file.write_text(file.read_text(encoding="utf-8").replace("effectiveTime", "time"), encoding="utf-8")
    with pytest.raises(FileRefused) as caught:
        open_source(folder)
    assert FILES[part] in caught.value.text_en


def test_a_line_without_an_end_is_refused_not_remembered(release: Release) -> None:
    folder = release.saved()
    file = next(folder.rglob(FILES["relationship"]))
    with file.open("ab") as stream:
        stream.write(b"1" * (5 << 20))
    with pytest.raises(FileRefused):
        read(open_source(folder))


def test_packages_that_are_no_honest_zip_are_refused(release: Release) -> None:
    folder = release.saved()
    path = packed(folder, lambda name: name.replace("/", "\\"))
    assert read(open_source(path)) == WHOLE
    whole = path.read_bytes()
    for start in range(30, len(whole), len(whole) // 30):
        content = bytearray(whole)
        content[start : start + 6] = b"\0\1\2\3\4\5"
        path.write_bytes(content)
        try:
            read(open_source(path))
        except (FileRefused, FilePartMissing):
            continue
    next(folder.rglob(FILES["relationship"])).write_bytes(b"\t" * (4 << 20))
    with pytest.raises(FileRefused) as caught:
        open_source(packed(folder))
    assert "tightly" in caught.value.text_en


@pytest.mark.parametrize("code", ["138875005", "404684003", "116680003", "900000000000003001", "73211009"])
def test_check_digits_of_ids_in_use_are_right(code: str) -> None:
    assert verhoeff(code.encode())
    for digit in range(10):
        other = f"{code[:-1]}{digit}"
        assert verhoeff(other.encode()) == (other == code)
    turned = code[:-2] + code[-1] + code[-2]
    assert code == turned or not verhoeff(turned.encode())
    assert not any(map(verhoeff, (b"", b"12345", b"0" + code.encode(), code.encode() + b" ", b"1" * 19)))
