"""Forms with files: what of them is kept, how much, and until when nothing is."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring
from nabz.kit.errors import NotAllowed, Problem
from nabz.kit.http import Call, Deps
from nabz.kit.http.call import BodySlow, CallerLeft
from nabz.kit.http.upload import MOST_FIELDS, TooManyFiles, Upload, UploadBroken, clean_name, upload
from nabz.kit.reader import BodyNotText, BodyTooLarge
from nabz.settings import Settings
from tests.kit.things import NOW

pytestmark = pytest.mark.rules

EDGE = "----edge"
KIND = f"multipart/form-data; boundary={EDGE}"


def part(name: str, content: bytes, file: str | None = None, kind: str = "text/csv") -> bytes:
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"'
    if file is not None:
        head += f'; filename="{file}"\r\nContent-Type: {kind}'
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


def calling(
    *pieces: bytes, kind: str = KIND, then: str = "end", pause: float = 0, patience: float = 20, **headers: str
) -> Call:
    waiting = list(pieces)

    async def receive() -> Message:
        await asyncio.sleep(pause)
        if waiting:
            more = len(waiting) > 1 or then != "end"
            return {"type": "http.request", "body": waiting.pop(0), "more_body": more}
        if then == "silence":
            await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    deps = Deps(
        settings=Settings(body_limit=100, body_seconds=patience),
        db=open_database("sqlite:///never-opened"),
        clock=FixedClock(NOW),
        keys=Keyring(b"k" * 32),
    )
    given_headers = {"content-type": kind, **{name.replace("_", "-"): text for name, text in headers.items()}}
    sent = [(name.encode(), text.encode()) for name, text in given_headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": sent}
    return Call(scope, receive, deps)


async def read(call: Call, most: int = 10_000, files: int = 2, **more: Any) -> Upload:
    return await upload(call, most, files, **more)


GOOD = form(part("label", "نسخهٔ ۲".encode()), part("list", b"code,value\n1,a\n", "کدها.csv"), part("note", b""))


@pytest.mark.parametrize("step", [1, 7, 64, 10_000])
async def test_fields_and_files_arrive_however_the_bytes_are_cut(step: int) -> None:
    pieces = [GOOD[at : at + step] for at in range(0, len(GOOD), step)]
    with await read(calling(*pieces)) as sent:
        assert sent.fields == [("label", "نسخهٔ ۲"), ("note", "")]
        [one] = sent.files
        assert (one.field, one.name, one.type, one.size) == ("list", "کدها.csv", "text/csv", 15)
        assert one.file.read() == b"code,value\n1,a\n"
    assert one.file.closed


async def test_the_rest_of_the_house_finds_the_fields_in_the_call() -> None:
    call = calling(GOOD)
    (await read(call)).close()
    assert await call.field("label") == "نسخهٔ ۲"


async def test_a_large_file_goes_to_the_disk_and_comes_back_whole() -> None:
    content = bytes(range(256)) * 16_000
    body = form(part("list", content, "a.bin"))
    pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
    with await read(calling(*pieces), most=5_000_000) as sent:
        assert sent.files[0].size == len(content)
        assert sent.files[0].file.read() == content


async def test_a_field_in_which_no_file_was_chosen_is_left_out() -> None:
    body = form(part("list", b"", "", "application/octet-stream"), part("other", b"x", "", "text/plain"))
    with await read(calling(body)) as sent:
        assert [(one.field, one.name) for one in sent.files] == [("other", "file")]


async def test_nothing_is_kept_before_the_form_is_admitted() -> None:
    seen: list[str | None] = []

    async def refuse(call: Call) -> None:
        seen.append(await call.field("csrf"))
        raise NotAllowed

    body = form(part("csrf", b"word"), part("list", b"x" * 5000, "a.csv"))
    with pytest.raises(NotAllowed):
        await read(calling(body[:2000], body[2000:]), admit=refuse)
    with pytest.raises(NotAllowed):
        await read(calling(form(part("csrf", b"late"))), admit=refuse)
    # A word that stands behind the file comes too late.
    late = form(part("list", b"x" * 500, "a.csv"), part("csrf", b"word"))
    with pytest.raises(NotAllowed):
        await read(calling(late[:300], late[300:]), admit=refuse)
    assert seen == ["word", "late", None]


async def test_more_bytes_than_asked_for_are_refused() -> None:
    body = form(part("list", b"x" * 2000, "a.csv"))
    with pytest.raises(BodyTooLarge):
        await read(calling(body), most=1000)
    with pytest.raises(BodyTooLarge):
        await read(calling(body[:900], body[900:1800], body[1800:]), most=1000)
    for told in ("1001", "9" * 400):
        with pytest.raises(BodyTooLarge):
            await read(calling(then="silence", content_length=told), most=1000)
    with pytest.raises(BodyTooLarge):
        await read(calling(form(part("note", b"x" * 100_001))), most=1_000_000)


async def test_after_a_refusal_the_page_finds_an_empty_form() -> None:
    call = calling(content_length="99999")
    with pytest.raises(BodyTooLarge):
        await read(call, most=1000)
    assert await call.field("label") is None


async def test_more_files_or_fields_than_asked_for_are_refused() -> None:
    three = form(*(part("list", b"x", "a.csv") for _ in range(3)))
    with pytest.raises(TooManyFiles):
        await read(calling(three))
    many = form(*(part("a", b"") for _ in range(MOST_FIELDS + 3)))
    with pytest.raises(TooManyFiles):
        await read(calling(many))


BROKEN: list[tuple[bytes, str]] = [
    (b"a=1&b=2", "application/x-www-form-urlencoded"),
    (GOOD, "multipart/form-data"),
    (GOOD, "multipart/form-data; boundary="),
    (GOOD, "multipart/form-data; boundary=" + "x" * 5000),
    (GOOD, ""),
    (GOOD[:-12], KIND),
    (GOOD[: len(GOOD) // 2], KIND),
    (b"no form at all", KIND),
    (b"", KIND),
    (form(part("a", b"").replace(b'name="a"', b"")), KIND),
    (f"--{EDGE}\r\n".encode() + b"X: " + b"y" * 9000 + b"\r\n\r\n", KIND),
]


@pytest.mark.parametrize(("body", "kind"), BROKEN)
async def test_what_is_no_form_or_breaks_off_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(UploadBroken):
        await read(calling(body, kind=kind))


async def test_fields_and_names_are_utf_8() -> None:
    for body in (form(part("note", b"\xff")), form(part("note", b"x", "?.csv").replace(b"?", b"\xff"))):
        with pytest.raises(BodyNotText):
            await read(calling(body))


async def test_who_leaves_or_falls_silent_is_not_waited_for() -> None:
    with pytest.raises(CallerLeft):
        await read(calling(GOOD[:50], then="leave"))
    with pytest.raises(BodySlow):
        await read(calling(GOOD[:50], then="silence", patience=0.05))


async def test_who_sends_byte_by_byte_is_not_waited_for() -> None:
    with pytest.raises(BodySlow):
        await read(calling(*(GOOD[at : at + 1] for at in range(len(GOOD))), pause=0.02, patience=0.1))


@given(st.binary(max_size=400), st.integers(1, 50))
async def test_any_bytes_are_a_form_or_a_problem(noise: bytes, step: int) -> None:
    body = GOOD[:60] + noise + GOOD[60:]
    try:
        sent = await read(calling(*(body[at : at + step] for at in range(0, len(body), step))))
    except Problem:
        return
    sent.close()


# ---------------------------------------------------------------- names

NAMES: Iterable[tuple[str, str]] = [
    ("کدها.csv", "کدها.csv"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\sara\\list.xlsx", "list.xlsx"),
    ("a\u202efdp.exe", "afdp.exe"),
    ("a\r\nb\0.csv", "ab.csv"),
    (".htaccess", "htaccess"),
    ("نیم‌فاصله.csv", "نیم‌فاصله.csv"),
    ("..", "file"),
    ("", "file"),
    ("a/", "file"),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_a_name_keeps_no_folder_and_nothing_invisible(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_ending(tmp_path: Path) -> None:
    name = clean_name("ک" * 5000 + ".xlsx")
    assert (len(name), name[-5:]) == (120, ".xlsx")
    assert len(clean_name("." + "x" * 5000)) == 120


@given(st.text())
def test_any_name_can_be_shown_and_sent_in_one_line(sent: str) -> None:
    name = clean_name(sent)
    assert 1 <= len(name) <= 120
    assert len(name.splitlines()) == 1
    assert not {"/", "\\", "\0", "\x85"} & set(name)
