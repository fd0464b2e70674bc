"""Import through the portal: what a file would do is told first, and a bad one changes nothing."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from nabz.access.model import Role
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.errors import NotFound
from nabz.terminology.errors import ImportUnderWay
from nabz.terminology.model import State
from nabz.terminology.pages import editing, loading
from nabz.terminology.pages.waiting import MOST_OF_ONE, Stage, WaitingRoom
from nabz.terminology.pages.working import Crew
from nabz.terminology.service import drafting, importing
from nabz.terminology.service.import_report import Report
from tests.fakes import Portal, a_person
from tests.terminology.codings import Shelf, concept
from tests.terminology.uploads import GOOD, SEND, WARD, act, checked, csrf, done, kept, send, told, untouched, ward

ONE = a_person(Role.CODING_EDITOR, user_id="ed1")
TWO = a_person(Role.CODING_EDITOR, user_id="ed2")


@pytest.fixture
async def shelf(db: Database) -> AsyncIterator[Shelf]:
    made = Shelf(db)
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
async def crew(folder: Path) -> AsyncIterator[Crew]:
    made = Crew(folder)
    yield made
    await made.close()


@pytest.fixture
async def portal(shelf: Shelf, clock: FixedClock, crew: Crew) -> AsyncIterator[Portal]:
    pages = [editing.routes(), loading.routes(crew)]
    made = Portal(shelf.db, clock, Keyring(b"test-only-key" * 5), pages)
    made.person = ONE
    yield made
    await made.close()


# ---------------------------------------------------------------- the way


async def test_a_file_is_tried_dry_and_then_loaded(portal: Portal, shelf: Shelf, folder: Path) -> None:
    place, page = await checked(portal, GOOD)
    assert told(page) == {"افزوده": "۱", "تغییرکرده": "۲", "منسوخ": "۲", "بی‌تغییر": "۰", "ردشده": "۰"}
    assert "050" in page
    await untouched(shelf)
    answer = await act(portal, place, "load", label="3", note="از فایل")
    assert answer.status_code == 303
    page = await done(portal, place)
    assert "در پیش‌نویس ذخیره شد" in page
    draft = await shelf.db.read(drafting.draft, await ward(shelf))
    assert (draft.label, draft.state, draft.note, draft.author) == ("3", State.DRAFT, "از فایل", "ed1")
    assert (draft.added, draft.changed, draft.retired) == (1, 2, 2)
    assert not kept(folder, "content")
    assert "روان" in (await portal.get(WARD)).text
    assert (await ward(shelf)).last_label == "2"


async def test_a_workbook_is_loaded_like_a_table(portal: Portal) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("code", "value"), ("010", "بخش جنرال"), ("050", "روان")):
        book.active.append(row)
    book.save(out)
    _, page = await checked(portal, out.getvalue(), "list.xlsx")
    assert told(page)["افزوده"] == "۱"
    assert "XLSX" in page


async def test_a_file_that_changes_nothing_is_not_loaded(portal: Portal, shelf: Shelf) -> None:
    place, page = await checked(portal, "code,status\n999,retired\n")
    assert "چیزی برای بارگذاری نیست" in page
    assert "/load" not in page
    await act(portal, place, "load", label="3")
    assert "مانند 2 یا" not in await done(portal, place)
    await untouched(shelf)


# ---------------------------------------------------------------- bad files

BAD = {
    "a broken row": ("code,value\n010,a\n020\n", "۱ خانه دارد"),
    "an open quote": ('code,value\n010,a\n020,"b\n', "گیومه"),
    "a code twice": ("code,value\n010,a\n010,b\n", "پیش‌تر هم"),
    "a formula": ("code,value\n010,=1+1\n", "فرمول"),
    "no value": ("code,value\n010,\n", "مقدار ندارد"),
    "no parent": ("code,value,parent\n010,a,999\n", "والد"),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_row_is_told_and_nothing_is_loaded(portal: Portal, shelf: Shelf, what: str) -> None:
    content, why = BAD[what]
    place, page = await checked(portal, content)
    assert why in page
    assert told(page)["ردشده"] == "۱"
    assert 'name="label"' not in page
    await act(portal, place, "load", label="3")
    await done(portal, place)
    await untouched(shelf)


NO_FILES = {
    "wrong encoding": ("code,value\n010,بخش\n".encode("utf-16"), "a.csv", "UTF-16"),
    "another encoding": ("code,value\n010,بخش\n".encode("cp1256"), "a.csv", "UTF-8"),
    "nothing": (b"", "a.csv", "خالی"),
    "no columns": (b"x,y\n1,2\n", "a.csv", "ستون"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.png", "خوانده نشد"),
    "a damaged package": (b"PK\x03\x04" + b"x" * 500, "a.zip", "خوانده نشد"),
    "no FHIR": (b'{"resourceType": "Patient"}', "a.json", "خوانده نشد"),
    "broken JSON": (b'{"resourceType": "CodeSystem"', "a.json", "خوانده نشد"),
    "a page": (b"<html></html>", "a.html", "XML"),
    "a map": (b"code,target,relation\n010,R1,equivalent\n", "a.csv", "نگاشت است"),
}


@pytest.mark.parametrize("what", NO_FILES)
async def test_what_is_no_such_file_is_refused_in_words(portal: Portal, shelf: Shelf, what: str) -> None:
    content, name, why = NO_FILES[what]
    place, page = await checked(portal, content, name)
    assert why in page
    assert 'role="alert"' in page
    assert 'name="label"' not in page
    assert "بررسی دوباره" in page
    assert (await act(portal, place, "drop")).status_code == 303
    assert (await portal.get(place)).status_code == 404
    await untouched(shelf)


async def test_no_file_and_a_file_that_is_too_large_are_told(
    portal: Portal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await portal.http.post(SEND, data={"csrf": await csrf(portal)}, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert "فایل را برگزینید" in answer.text
    monkeypatch.setattr(loading, "MOST", 1000)
    answer = await send(portal, "code,value\n" + "010,a\n" * 1000)
    assert answer.status_code == 413
    assert "حداکثر ۵۰ مگابایت" in answer.text
    answer = await portal.http.post(SEND, content=b"a=1", headers={"content-type": "text/plain"})
    assert answer.status_code == 422
    assert not kept(folder)


async def test_another_sites_file_is_refused_before_it_is_kept(portal: Portal, folder: Path) -> None:
    word, file = await csrf(portal), {"file": ("a.csv", GOOD.encode())}
    for data, headers in (
        ({}, {}),
        ({"csrf": "0" * 40}, {}),
        ({"csrf": word}, {"sec-fetch-site": "cross-site"}),
    ):
        answer = await portal.http.post(SEND, data=data, files=file, headers=headers)
        assert answer.status_code == 403
    # The word that stands behind the file comes too late.
    body = b'--e\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ncode,value\r\n--e\r\n'
    late = body + f'Content-Disposition: form-data; name="csrf"\r\n\r\n{word}\r\n--e--\r\n'.encode()

    async def in_two() -> AsyncIterator[bytes]:
        yield late[:80]
        yield late[80:]

    kind = {"content-type": "multipart/form-data; boundary=e"}
    assert (await portal.http.post(SEND, content=in_two(), headers=kind)).status_code == 403
    assert not kept(folder)


# ---------------------------------------------------------------- labels, drafts, owners


async def test_a_label_that_is_taken_or_wrong_is_told_before_the_load(portal: Portal, shelf: Shelf) -> None:
    place, _ = await checked(portal, GOOD)
    for label in ("2", "", "a b", "x" * 41):
        answer = await act(portal, place, "load", label=label, note="می‌ماند")
        assert answer.status_code == 422
        assert 'id="f-label-error"' in answer.text
        assert "می‌ماند" in answer.text
    await untouched(shelf)


async def test_an_open_draft_stands_in_the_way_of_a_load(portal: Portal, shelf: Shelf) -> None:
    place, _ = await checked(portal, GOOD)
    await shelf.draft("Ward", "3", concept("060", "دیالیز"))
    assert "پیش‌نویسی باز" in (await portal.get(SEND)).text
    page = (await portal.get(place)).text
    assert 'name="label"' not in page
    answer = await act(portal, place, "load", label="4")
    assert answer.status_code == 422
    draft = await shelf.db.read(drafting.draft, await ward(shelf))
    assert draft.label == "3"


async def test_what_only_the_load_finds_out_is_told_and_the_label_stays(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = await checked(portal, GOOD)

    async def taken(*_facts: Any, **_more: Any) -> None:
        raise ImportUnderWay(retry_after=60.0)

    monkeypatch.setattr(importing, "load", taken)
    await act(portal, place, "load", label="3", note="نوشته")
    page = await done(portal, place)
    assert "در جریان است" in page
    assert "۶۰ ثانیهٔ دیگر" in page
    assert 'value="3"' in page
    assert "نوشته" in page


async def test_an_upload_is_its_owners_alone(portal: Portal) -> None:
    place, _ = await checked(portal, GOOD)
    portal.person = TWO
    assert (await portal.get(place)).status_code == 404
    assert "Ward.csv" not in (await portal.get(SEND)).text
    for deed in ("load", "again", "drop"):
        assert (await act(portal, place, deed, label="3")).status_code == 404
    portal.person = ONE
    assert (await portal.get(place.replace("Ward", "Room"))).status_code == 404
    assert (await portal.get(f"{SEND}/..%2F..%2Fsecret.key")).status_code == 404
    assert "Ward.csv" in (await portal.get(SEND)).text
    portal.person = a_person(Role.VENDOR)
    assert (await portal.get(place)).status_code == 403


# ---------------------------------------------------------------- the waiting room, and what is cut off


async def test_the_files_are_private_and_go_after_a_day(portal: Portal, folder: Path, clock: FixedClock) -> None:
    place, _ = await checked(portal, GOOD, "../../etc/\u202epasswd.csv")
    assert {one.name for one in kept(folder)} == {place.rsplit("/")[-1], "content", "about.json", "standing.json"}
    assert all(one.stat().st_mode & 0o077 == 0 for one in [folder, *kept(folder)])
    assert "passwd.csv" in (await portal.get(place)).text
    clock.advance(24 * 3600 + 1)
    await checked(portal, GOOD)
    assert (await portal.get(place)).status_code == 404


async def test_who_sends_many_files_keeps_the_newest(portal: Portal, clock: FixedClock, folder: Path) -> None:
    places = []
    for _ in range(MOST_OF_ONE + 1):
        place, _ = await checked(portal, GOOD)
        places.append(place)
        clock.advance(60)
    assert (await portal.get(places[0])).status_code == 404
    assert (await portal.get(places[1])).status_code == 200
    assert len(kept(folder, "content")) == MOST_OF_ONE


@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.LOADING])
async def test_work_that_was_cut_off_says_so_and_begins_again(
    portal: Portal, shelf: Shelf, folder: Path, clock: FixedClock, stage: Stage
) -> None:
    place, _ = await checked(portal, GOOD)
    room = WaitingRoom(folder)
    about = room.find(place.rsplit("/", 1)[1], "ed1", "Ward")
    room.say(about, replace(room.standing(about), stage=stage, label="3"))
    page = (await portal.get(place)).text
    assert "<progress" in page
    assert "hx-get" in page
    assert (await act(portal, place, "drop")).status_code == 303
    clock.advance(60)
    page = (await portal.get(place)).text
    assert "نیمه‌کاره ماند" in page
    assert "یک دقیقهٔ دیگر" in page
    assert "<progress" not in page
    await untouched(shelf)
    assert (await act(portal, place, "again")).status_code == 303
    assert told(await done(portal, place))["افزوده"] == "۱"


async def test_a_crew_that_is_sent_home_leaves_nothing_half_loaded(
    portal: Portal, shelf: Shelf, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = await checked(portal, GOOD)
    begun = asyncio.Event()
    load_rows = importing._load_rows

    async def waits(*facts: Any) -> Report:
        begun.set()
        await asyncio.sleep(60)
        return await load_rows(*facts)

    monkeypatch.setattr(importing, "_load_rows", waits)
    await act(portal, place, "load", label="3")
    await asyncio.wait_for(begun.wait(), 10)
    await crew.close()
    await untouched(shelf)


async def test_a_page_that_asks_for_a_part_gets_the_part(portal: Portal) -> None:
    place, _ = await checked(portal, GOOD)
    part = await portal.http.get(place, headers={"hx-request": "true"})
    assert part.text.lstrip().startswith('<section id="live"')
    assert "<html" not in part.text


def test_an_id_that_is_no_id_finds_nothing(tmp_path: Path) -> None:
    room = WaitingRoom(tmp_path)
    for id_ in ("", "..", "../..", "a" * 36, "." * 36):
        with pytest.raises(NotFound):
            room.find(id_, "ed1", "Ward")
