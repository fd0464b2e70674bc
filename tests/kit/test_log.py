"""One line of JSON per event, and nothing in it about a person."""

from collections.abc import Iterator

import msgspec
import pytest
import structlog

from nabz.kit import log

pytestmark = pytest.mark.rules


@pytest.fixture(autouse=True)
def _reset() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    assert said.out == ""
    return [msgspec.json.decode(line) for line in said.err.splitlines()]


def test_a_line_is_json_with_its_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")
    log.info("started", engine="sqlite", title="سلام")
    log.warning("odd", count=2)
    first, second = lines(capsys)
    assert first["event"] == "started"
    assert first["title"] == "سلام"
    assert (first["level"], second["level"]) == ("info", "warning")
    assert str(first["timestamp"]).endswith("Z")


def test_no_text_makes_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")
    log.info("started", path='/x\n{"event": "forged"}\r')
    assert [line["event"] for line in lines(capsys)] == ["started"]


def test_personal_facts_are_blotted_out(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")
    log.info("signed-in", password="p1", token="t1", mobile="0912", national_code="001", who="user:1")
    (line,) = lines(capsys)
    assert line["who"] == "user:1"
    assert {line[key] for key in ("password", "token", "mobile", "national_code")} == {"…"}


def test_a_bug_is_told_by_its_kind_and_place_and_not_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")

    def fail() -> None:
        raise ValueError("0012345678") from KeyError("سارا")

    try:
        fail()
    except ValueError as error:
        log.bug(error, request_id="r1", path="/thing/{name}")
    (line,) = lines(capsys)
    assert (line["event"], line["kind"], line["cause"], line["request_id"]) == ("bug", "ValueError", "KeyError", "r1")
    assert "test_log.py" in str(line["frames"])
    assert "0012345678" not in str(line)
    assert "سارا" not in str(line)


def test_a_deep_bug_is_a_short_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")

    def deeper() -> None:
        deeper()

    try:
        deeper()
    except RecursionError as error:
        log.bug(error)
    (line,) = lines(capsys)
    assert len(str(line)) < 2000


def test_the_level_is_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("warning")
    log.info("quiet")
    log.warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]
