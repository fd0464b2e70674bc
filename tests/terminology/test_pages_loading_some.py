"""A file that holds some rows only, or is the wrong one: what is said before it is loaded."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from nabz.access.model import Role
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.terminology.errors import MostWouldGo
from nabz.terminology.pages import editing, loading
from nabz.terminology.pages.waiting import Stage, WaitingRoom
from nabz.terminology.pages.working import Crew
from nabz.terminology.service import drafting, importing
from nabz.terminology.service.import_report import Progress
from tests.fakes import Portal, a_person
from tests.terminology.codings import Shelf
from tests.terminology.uploads import GOOD, SEND, act, checked, done, told, untouched, ward

ONE = a_person(Role.CODING_EDITOR, user_id="ed1")
NEW_ROWS = "code,value\n050,روان\n"


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


async def test_some_rows_alone_leave_all_others_as_they_are(portal: Portal, shelf: Shelf) -> None:
    assert "فقط همین ردیف‌ها؛ بقیه دست‌نخورده بماند" in (await portal.get(SEND)).text
    place, page = await checked(portal, NEW_ROWS, partial="1")
    assert told(page) == {"افزوده": "۱", "تغییرکرده": "۰", "منسوخ": "۰", "بی‌تغییر": "۰", "ردشده": "۰"}
    assert "می‌دانم و می‌خواهم" not in page
    await act(portal, place, "load", label="3")
    await done(portal, place)
    draft = await shelf.db.read(drafting.draft, await ward(shelf))
    assert (draft.added, draft.changed, draft.retired, draft.size) == (1, 0, 0, 5)


async def test_a_file_that_lacks_most_codes_is_loaded_only_by_who_is_sure(
    portal: Portal, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FEW", 0)
    place, page = await checked(portal, NEW_ROWS)
    assert "شاید این فایل، فایل درست نباشد" in page
    assert "۴ کد از ۴ کد در اعتبار منسوخ می‌شود" in page
    answer = await act(portal, place, "load", label="3", note="می‌ماند")
    assert answer.status_code == 422
    assert 'id="f-sure-error"' in answer.text
    assert "می‌ماند" in answer.text
    await untouched(shelf)
    assert (await act(portal, place, "load", label="3", sure="1")).status_code == 303
    assert "ذخیره شد" in await done(portal, place)
    assert (await shelf.db.read(drafting.draft, await ward(shelf))).retired == 4


async def test_what_the_load_finds_to_go_is_told_beside_the_box(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, page = await checked(portal, GOOD)
    assert "می‌دانم و می‌خواهم" not in page

    async def most(*_facts: Any, **_more: Any) -> None:
        raise MostWouldGo(gone=3, of=4)

    monkeypatch.setattr(importing, "load", most)
    await act(portal, place, "load", label="3")
    page = await done(portal, place)
    assert 'id="f-sure-error"' in page
    assert "۳ کد از ۴ کد" in page
    assert 'value="3"' in page


async def test_a_file_of_another_terminology_is_loaded_only_by_who_is_sure(portal: Portal, shelf: Shelf) -> None:
    concepts = [{"code": code, "display": "بخش"} for code in ("010", "020", "020/1", "031")]
    rooms = {"resourceType": "CodeSystem", "name": "Room", "status": "active", "content": "complete"}
    place, page = await checked(portal, json.dumps({**rooms, "concept": concepts}), "a.json")
    assert "از آنِ ترمینولوژی دیگری است" in page
    assert "کدهای Room" in page
    assert (await act(portal, place, "load", label="3")).status_code == 422
    await untouched(shelf)
    assert (await act(portal, place, "load", label="3", sure="1")).status_code == 303
    assert "ذخیره شد" in await done(portal, place)


async def test_the_bar_begins_anew_and_is_never_full(portal: Portal, folder: Path) -> None:
    place, _ = await checked(portal, GOOD)
    room = WaitingRoom(folder)
    about = room.find(place.rsplit("/", 1)[1], "ed1", "Ward")
    bars = {"reading": (1.0, "99"), "loading": (0.25, "25"), "indexing": (1.0, "0")}
    for stage, (share, shown) in bars.items():
        progress = Progress(done=share, rows=4, stage=stage)
        room.say(about, replace(room.standing(about), stage=Stage.LOADING, progress=progress))
        assert f'max="100" value="{shown}"' in (await portal.get(place)).text, stage
