"""`nabz terminology …` on both databases: import, two persons, export."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nabz.access import seed as access
from nabz.cli import terminology
from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring

Nabz = Callable[..., Result]
FIRST = "code,value,en\n1,قرص یک,One\n2,قرص دو,Two\n3,شربت سه,Three\n"
SECOND = "code,value,en\n1,قرص یک,One\n2,قرص دوی تازه,Two\n4,شربت چهار,Four\n"
ONE, OTHER = "demo-coding-editor", "demo-coding-editor-2"


@pytest.fixture
def nabz(db_url: str, tmp_path: Path, clock: FixedClock) -> Nabz:
    """Run the commands on a store with the demo's people."""

    async def fill() -> None:
        db = open_database(db_url)
        await db.start()
        await access.demo(db, Keyring(b"test-only-key" * 5), clock.now())
        await db.stop()

    asyncio.run(fill())

    def run(*words: str) -> Result:
        return CliRunner().invoke(terminology.app, [*words, "--database", db_url, "--data", str(tmp_path)])

    return run


@pytest.fixture
def first(tmp_path: Path) -> str:
    file = tmp_path / "first.csv"
    file.write_text(FIRST, encoding="utf-8")
    return str(file)


def publish(nabz: Nabz, id_: str) -> None:
    assert nabz("submit", id_, "--by", ONE).exit_code == 0
    assert nabz("publish", id_, "--by", OTHER).exit_code == 0


def test_a_file_comes_into_force_by_two_persons(nabz: Nabz, first: str, tmp_path: Path) -> None:
    done = nabz("import", first, "--as", "my.Drug", "--define", "داروها", "--version", "1", "--by", ONE)
    assert done.exit_code == 0, done.output
    assert "3 rows: 3 added" in done.output
    assert nabz("publish", "my.drug", "--by", OTHER).exit_code == 2, "it is not submitted yet"
    assert nabz("submit", "my.drug", "--by", ONE).exit_code == 0
    alone = nabz("publish", "my.drug", "--by", ONE)
    assert alone.exit_code == 2
    assert "terminology.second-person-needed" in alone.output
    assert nabz("publish", "my.drug", "--by", OTHER).exit_code == 0
    assert "my.Drug" in nabz("list").output

    second = tmp_path / "second.csv"
    second.write_text(SECOND, encoding="utf-8")
    told = nabz("import", str(second), "--as", "MY.DRUG", "--version", "2", "--by", ONE)
    assert "3 rows: 1 added, 1 changed, 1 as before, 1 retired, 0 refused" in told.output
    publish(nabz, "my.Drug")
    for name in ("old.csv", "new.csv"):
        label = "1" if name == "old.csv" else ""
        assert nabz("export", "my.Drug", str(tmp_path / name), "--version", label).exit_code == 0
    assert "قرص دو," in (tmp_path / "old.csv").read_text(encoding="utf-8-sig")
    assert "قرص دوی تازه," in (tmp_path / "new.csv").read_text(encoding="utf-8-sig")


def test_a_dry_run_tells_row_by_row_and_changes_nothing(nabz: Nabz, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("code,value\n1,خوب\n1,دوباره\n2,=1+1\n,بی‌کد\n", encoding="utf-8")
    told = nabz("import", str(bad), "--as", "x", "--define", "ایکس", "--version", "1", "--by", ONE, "--dry-run")
    assert told.exit_code == 1
    assert told.output.count("refused ") == 3
    assert "4 rows: 1 added, 0 changed, 0 as before, 0 retired, 3 refused" in told.output
    refused = nabz("import", str(bad), "--as", "x", "--define", "ایکس", "--version", "1", "--by", ONE)
    assert refused.exit_code == 2
    assert "terminology.rows-refused" in refused.output
    assert "line 3" in refused.output, "the first bad row"
    assert nabz("submit", "x", "--by", ONE).exit_code == 2, "there is no draft"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_what_is_exported_is_imported_again_unchanged(nabz: Nabz, first: str, tmp_path: Path, ending: str) -> None:
    assert nabz("import", first, "--as", "a", "--define", "الف", "--version", "1", "--by", ONE).exit_code == 0
    publish(nabz, "a")
    out = tmp_path / f"out.{ending}"
    assert nabz("export", "a", str(out)).exit_code == 0
    if ending == "json":
        assert json.loads(out.read_text(encoding="utf-8"))["resourceType"] == "CodeSystem"
    told = nabz("import", str(out), "--as", "a", "--version", "2", "--by", ONE)
    assert told.exit_code == 2
    assert "terminology.nothing-changed" in told.output


def test_a_draft_is_thrown_away_and_another_may_begin(nabz: Nabz, first: str) -> None:
    begin = ("import", first, "--as", "a", "--define", "الف", "--version", "1", "--by", ONE)
    assert nabz(*begin).exit_code == 0
    assert "terminology.draft-open" in nabz(*begin).output
    assert nabz("discard", "a", "--by", OTHER).exit_code == 0
    assert nabz(*begin).exit_code == 0


def test_what_is_not_there_is_told_in_a_line(nabz: Nabz, first: str) -> None:
    assert "terminology.unknown-terminology" in nabz("import", first, "--as", "nowhere", "--by", ONE).output
    assert nabz("submit", "nowhere", "--by", "nobody").exit_code == 2
    assert nabz("import", "no-such-file.csv", "--by", ONE).exit_code == 2


@pytest.mark.parametrize("stranger", ["demo-citizen", "demo-vendor", "nobody"])
def test_only_the_committee_works_on_codings(nabz: Nabz, first: str, stranger: str) -> None:
    begin = ("import", first, "--as", "a", "--define", "الف", "--version", "1")
    assert nabz(*begin, "--by", stranger).exit_code == 2
    assert nabz(*begin, "--by", ONE).exit_code == 0
    assert nabz("submit", "a", "--by", stranger).exit_code == 2
    assert nabz("submit", "a", "--by", ONE).exit_code == 0
    assert nabz("publish", "a", "--by", stranger).exit_code == 2
    assert nabz("discard", "a", "--by", stranger).exit_code == 2


def test_nothing_is_defined_by_a_dry_run_or_a_refused_file(nabz: Nabz, first: str, tmp_path: Path) -> None:
    begin = ("import", first, "--as", "a", "--define", "الف", "--by", ONE)
    assert nabz(*begin, "--version", "1", "--dry-run").exit_code == 0
    assert "terminology.bad-label" in nabz(*begin).output
    empty = tmp_path / "empty.csv"
    empty.write_text("code,value\n,\n", encoding="utf-8")
    assert nabz("import", str(empty), "--as", "a", "--define", "الف", "--version", "1", "--by", ONE).exit_code == 2
    assert "a " not in [line[:2] for line in nabz("list").output.splitlines()]


def test_a_file_that_lacks_most_codes_needs_a_word_more(nabz: Nabz, tmp_path: Path) -> None:
    whole, rest = tmp_path / "whole.csv", tmp_path / "rest.csv"
    whole.write_text("code,value\n" + "".join(f"{n},مقدار {n}\n" for n in range(30)), encoding="utf-8")
    rest.write_text("code,value\n1,تازه\n", encoding="utf-8")
    assert nabz("import", str(whole), "--as", "a", "--define", "الف", "--version", "1", "--by", ONE).exit_code == 0
    publish(nabz, "a")
    begin = ("import", str(rest), "--as", "a", "--version", "2", "--by", ONE)
    assert "terminology.most-would-go" in nabz(*begin).output
    part = nabz(*begin, "--partial")
    assert "0 added, 1 changed, 0 as before, 0 retired" in part.output
    assert nabz("discard", "a", "--by", ONE).exit_code == 0
    assert "29 retired" in nabz(*begin, "--sure").output


def test_a_file_of_no_known_ending_is_not_written(nabz: Nabz, tmp_path: Path) -> None:
    assert nabz("export", "a", str(tmp_path / "out.pdf")).exit_code == 2
    assert not (tmp_path / "out.pdf").exists()
