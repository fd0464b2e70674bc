"""The coding committee's pages: a draft by one person, its publication by another, and what stands in the way."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from httpx2 import Response

from nabz.access.model import Role
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.terminology.model import Concept, State
from nabz.terminology.pages import editing
from nabz.terminology.service import drafting, reading
from tests.fakes import Portal, a_person
from tests.terminology.codings import DAYS, Shelf, concept

WARD, MAP = "/maxa/edit/Ward", "/maxa/edit/Ward--Room"
ONE = a_person(Role.CODING_EDITOR, user_id="ed1")
TWO = a_person(Role.CODING_EDITOR, user_id="ed2")


@pytest.fixture
async def shelf(db: Database) -> AsyncIterator[Shelf]:
    made = Shelf(db)
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
async def portal(shelf: Shelf, clock: FixedClock) -> AsyncIterator[Portal]:
    made = Portal(shelf.db, clock, Keyring(b"test-only-key" * 5), [editing.routes()])
    made.person = ONE
    yield made
    await made.close()


async def revision(portal: Portal, path: str = WARD) -> str:
    found = re.search(r'name="revision" value="(\d+)"', (await portal.get(path)).text)
    assert found, "there is no draft"
    return found[1]


async def act(portal: Portal, deed: str, path: str = WARD, **fields: Any) -> Response:
    """Send a form of the draft as it stands now, and go where it leads."""
    sent = {"revision": fields.pop("revision", None) or await revision(portal, path), **fields}
    return await portal.post(f"{path}/{deed}", path, **sent)


async def begun(portal: Portal, path: str = WARD, label: str = "3") -> None:
    answer = await portal.post(f"{path}/begin", path, label=label, note="سه")
    assert answer.status_code == 303, answer.text


async def changed(portal: Portal) -> None:
    """A draft with one change, sent for review by the first editor."""
    await begun(portal)
    assert (await act(portal, "put", code="050", value="روان")).status_code == 303
    assert (await act(portal, "submit")).status_code == 303


def value(answer: Response, field: str) -> str:
    """What stands in a field of a page."""
    shapes = (
        rf'id="f-{field}" name="{field}"[^>]*?value="([^"]*)"',
        rf'<textarea[^>]*name="{field}"[^>]*>([^<]*)<',
        rf'type="hidden" name="{field}"[^>]*?value="([^"]*)"',
    )
    found = next(filter(None, (re.search(shape, answer.text) for shape in shapes)), None)
    assert found, field
    return unescape(found[1])


async def in_force(shelf: Shelf, code: str, id_: str = "Ward") -> Concept | None:
    def look(tx: Any) -> Concept | None:
        t = reading.one(tx, id_)
        return next((row for row in reading.page(tx, t, t.last) if row.code == code), None)

    return await shelf.db.read(look)


# ---------------------------------------------------------------- the way


async def test_a_draft_of_one_is_published_by_another(portal: Portal, shelf: Shelf) -> None:
    await changed(portal)
    assert await in_force(shelf, "050") is None
    page = (await portal.get(WARD)).text
    assert "در انتظار نفر دوم" in page
    assert f'action="{WARD}/publish"' not in page
    assert "انتشار آن با عضو دیگری" in page
    portal.person = TWO
    page = (await portal.get(WARD)).text
    assert "در انتظار شما" in page
    assert "روان" in page
    assert (await act(portal, "publish")).status_code == 303
    found = await in_force(shelf, "050")
    assert found is not None
    assert found.value == "روان"
    page = (await portal.get(WARD)).text
    assert f'action="{WARD}/begin"' in page
    assert "منتشر شد" in page


async def test_who_has_worked_on_a_draft_cannot_publish_it(portal: Portal, shelf: Shelf) -> None:
    await changed(portal)
    answer = await act(portal, "publish")
    assert answer.status_code == 403
    assert "عضو دیگری از کمیته" in answer.text
    assert await in_force(shelf, "050") is None


async def test_of_two_who_publish_at_once_the_second_is_told(portal: Portal, shelf: Shelf) -> None:
    await changed(portal)
    portal.person = TWO
    seen = await revision(portal)
    assert (await act(portal, "publish", revision=seen)).status_code == 303
    portal.person = a_person(Role.OPERATOR, user_id="op1")
    answer = await act(portal, "publish", revision=seen)
    assert answer.status_code == 422
    assert "در این میان تغییر کرده" in answer.text
    assert f'action="{WARD}/begin"' in answer.text
    assert (await shelf.db.read(reading.one, "Ward")).last_label == "3"


async def test_what_is_sent_back_tells_why_and_goes_on(portal: Portal) -> None:
    await changed(portal)
    portal.person = TWO
    assert 'id="f-reason-error"' in (await act(portal, "send-back", reason=" ")).text
    assert (await act(portal, "send-back", reason="والد آن نیامده است")).status_code == 303
    portal.person = ONE
    page = (await portal.get(WARD)).text
    assert "بازگردانده شد:</strong> والد آن نیامده است" in page
    assert (await act(portal, "put", code="050", value="روان‌پزشکی")).status_code == 303
    assert (await act(portal, "submit")).status_code == 303


async def test_a_draft_in_which_nothing_has_changed_is_not_sent(portal: Portal) -> None:
    await begun(portal)
    answer = await act(portal, "submit")
    assert answer.status_code == 422
    assert "فرقی ندارد" in answer.text


async def test_a_draft_is_thrown_away_after_a_question(portal: Portal, shelf: Shelf) -> None:
    await begun(portal)
    await act(portal, "put", code="010", value="دیگر")
    page = await portal.get(f"{WARD}/discard")
    assert "پاک می‌شود" in page.text
    answer = await portal.post(f"{WARD}/discard", f"{WARD}/discard", revision=value(page, "revision"))
    assert answer.status_code == 303
    found = await in_force(shelf, "010")
    assert found is not None
    assert found.value == "بخش جنرال"
    assert (await portal.get(f"{WARD}/discard")).status_code == 404
    await begun(portal)


# ---------------------------------------------------------------- codes


async def test_a_code_is_filled_in_changed_and_taken_back(portal: Portal, shelf: Shelf) -> None:
    await begun(portal)
    page = await portal.get(WARD, code="۰۲۰")
    assert value(page, "value") == "مراقبت‌های ویژه"
    assert value(page, "properties") == "level: 3"
    form = {"code": "020", "value": "مراقبت ویژه", "note": "آی‌سی‌یو", "properties": "level: 4\nbeds: ۱۲"}
    assert (await act(portal, "put", **form)).status_code == 303
    page = await portal.get(WARD)
    assert "<del>" in page.text
    assert "مراقبت ویژه" in page.text.replace("<ins>", "").replace("</ins>", "")
    t = await shelf.db.read(reading.one, "Ward")
    draft = await shelf.db.read(drafting.draft, t)
    assert draft.editors == ("ed1",)
    [one] = await shelf.db.read(reading.diff, t, draft.step - 1, draft.step)
    assert one.after is not None
    assert one.after.properties == {"level": "4", "beds": "۱۲"}
    assert (await act(portal, "undo", code="020", target="")).status_code == 303
    assert "هنوز چیزی تغییر نکرده" in (await portal.get(WARD)).text


async def test_a_retired_code_names_the_one_that_takes_its_place(portal: Portal) -> None:
    await begun(portal)
    assert "این کد زیرمجموعه دارد" in (await portal.get(WARD, code="020")).text
    assert "این کد زیرمجموعه دارد" not in (await portal.get(WARD, code="031")).text
    answer = await act(portal, "retire", code="031", target="", successor="999")
    assert answer.status_code == 422
    assert 'id="f-successor-error"' in answer.text
    assert value(answer, "successor") == "999"
    assert (await act(portal, "retire", code="031", target="", successor="۰۱۰")).status_code == 303
    page = (await portal.get(WARD)).text
    assert "جایگزین‌شده" in page
    assert "010" in page
    gone = await act(portal, "retire", code="031", target="")
    assert gone.status_code == 422
    assert "در این نسخه نیست" in gone.text


async def test_what_is_wrong_with_a_code_is_told_beside_its_field(portal: Portal) -> None:
    await begun(portal)
    good = {"code": "060", "value": "دیالیز", "parent": "", "properties": ""}
    for field, text in (
        ("code", " "),
        ("code", "x" * 101),
        ("value", " "),
        ("value", "x" * 4001),
        ("value", "a\x07b"),
        ("parent", "999"),
        ("parent", "060"),
        ("properties", "بی‌دونقطه"),
        ("properties", "a: 1\na: 2"),
        ("properties", "\n".join(f"p{place}: 1" for place in range(21))),
    ):
        answer = await act(portal, "put", **{**good, field: text})
        assert answer.status_code == 422, (field, text)
        assert f'id="f-{field}-error"' in answer.text, (field, text)
        assert value(answer, "value").strip() == {**good, field: text}["value"].strip()
    assert "هنوز چیزی تغییر نکرده" in (await portal.get(WARD)).text


async def test_names_of_properties_come_back_as_they_were(portal: Portal, shelf: Shelf) -> None:
    odd = {"a:b": "1", "c\\d": "x: y", "واحد": "قرص"}
    await shelf.draft("Ward", "3", concept("070", "آندوسکوپی", properties=odd))
    page = await portal.get(WARD, code="070")
    assert (await act(portal, "put", code="070", value="نو", properties=value(page, "properties"))).status_code == 303
    t = await shelf.db.read(reading.one, "Ward")
    assert (await shelf.db.read(reading.concept, t, "070", t.last + 1)).properties == odd


async def test_two_who_edit_at_once_lose_nothing_of_what_they_typed(portal: Portal) -> None:
    await begun(portal)
    seen = await revision(portal)
    assert (await act(portal, "put", revision=seen, code="050", value="روان")).status_code == 303
    portal.person = TWO
    answer = await act(portal, "put", revision=seen, code="060", value="دیالیز", note="تازه")
    assert answer.status_code == 422
    assert "در این میان تغییر کرده" in answer.text
    assert "روان" in answer.text
    assert (value(answer, "code"), value(answer, "value"), value(answer, "note")) == ("060", "دیالیز", "تازه")
    fresh = value(answer, "revision")
    assert (await act(portal, "put", revision=fresh, code="060", value="دیالیز", note="تازه")).status_code == 303
    for deed, fields in (("undo", {"code": "050"}), ("retire", {"code": "010"}), ("submit", {})):
        answer = await act(portal, deed, revision=seen, **fields)
        assert answer.status_code == 422, deed
        assert "در این میان تغییر کرده" in answer.text


async def test_the_rows_of_a_map_are_told_apart_by_their_targets(portal: Portal) -> None:
    await begun(portal, MAP, "2")
    page = await portal.get(MAP, code="020")
    assert "target=R1" in page.text
    assert "target=R2" in page.text
    page = await portal.get(MAP, code="020", target="R2")
    assert '<option value="narrower" selected>' in page.text
    answer = await act(portal, "put", MAP, code="020", target="R2", value="equivalent")
    assert answer.status_code == 303
    answer = await act(portal, "put", MAP, code="020", target="R9", value="equivalent")
    assert 'id="f-target-error"' in answer.text
    assert (await act(portal, "retire", MAP, code="020", target="R1")).status_code == 303
    page = await portal.get(MAP)
    assert "خاص‌تر" in page.text


# ---------------------------------------------------------------- terminologies and versions

NEW = {"kind": "codes", "id": "Bed", "title_fa": "تخت", "title_en": "Bed", "made_up": "no"}


async def test_a_new_terminology_and_a_map_are_defined(portal: Portal) -> None:
    answer = await portal.post("/maxa/edit/new", "/maxa/edit/new", **NEW)
    assert answer.headers["location"] == "/maxa/edit/Bed"
    assert "خالی آغاز می‌شود" in (await portal.get("/maxa/edit/Bed")).text
    await begun(portal, "/maxa/edit/Bed", "1")
    ends = {**NEW, "kind": "map", "id": "Bed--Room", "source": "Bed", "target": "Room"}
    assert (await portal.post("/maxa/edit/new", "/maxa/edit/new", **ends)).status_code == 303
    for field, text in (("id", "ward"), ("id", "a b"), ("title_fa", " "), ("title_en", "x" * 201)):
        answer = await portal.post("/maxa/edit/new", "/maxa/edit/new", **{**NEW, "id": "Other", field: text})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text, field
    for field, text in (("source", ""), ("target", ""), ("target", "Bed")):
        answer = await portal.post("/maxa/edit/new", "/maxa/edit/new", **{**ends, "id": "None--Room", field: text})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
    answer = await portal.post("/maxa/edit/new", "/maxa/edit/new", **{**NEW, "title_fa": "", "title_en": ""})
    assert "عنوان فارسی را بنویسید" in answer.text
    assert "عنوان انگلیسی را بنویسید" in answer.text


async def test_a_label_that_is_taken_or_wrong_is_told(portal: Portal) -> None:
    for label in ("2", "", "a b", "x" * 41):
        answer = await portal.post(f"{WARD}/begin", WARD, label=label)
        assert answer.status_code == 422
        assert 'id="f-label-error"' in answer.text
    await begun(portal)
    answer = await portal.post(f"{WARD}/begin", WARD, label="4")
    assert answer.status_code == 422
    assert "پیش‌نویسی باز" in answer.text


async def test_a_version_is_withdrawn_with_a_reason(portal: Portal, shelf: Shelf) -> None:
    path = f"{WARD}/withdraw"
    page = await portal.get(path, label="2")
    assert "نسخهٔ پیش از آن در اعتبار خواهد بود" in page.text
    answer = await portal.post(path, f"{path}?label=2", label="2", reason="")
    assert 'id="f-reason-error"' in answer.text
    assert (await portal.post(path, f"{path}?label=2", label="2", reason="کدها اشتباه است")).status_code == 303
    assert (await shelf.db.read(reading.one, "Ward")).last_label == "1"
    page = await portal.get(WARD)
    assert "پس‌گرفته" in page.text
    assert "کدها اشتباه است" in page.text
    assert "/withdraw?" not in page.text
    page = await portal.get(path, label="1")
    assert "تنها نسخه" in page.text
    assert 'name="reason"' not in page.text
    answer = await portal.post(path, WARD, label="1", reason="این هم")
    assert answer.status_code == 422
    assert "تنها نسخه" in answer.text


async def test_a_draft_after_a_withdrawal_changes_what_is_in_force(portal: Portal, shelf: Shelf) -> None:
    await shelf.withdraw("Ward", "2", DAYS[2])
    await begun(portal)
    page = (await portal.get(WARD)).text
    assert "هنوز چیزی تغییر نکرده" in page
    assert "پس گرفته شده" not in page.split('id="published"')[0]
    assert (await act(portal, "put", code="050", value="روان")).status_code == 303
    changes = (await portal.get(WARD)).text.split('id="changes"')[1].split("</table>")[0]
    assert "050" in changes
    assert "031" not in changes


async def test_only_what_was_never_published_is_deleted(portal: Portal, shelf: Shelf) -> None:
    assert "/forget" not in (await portal.get(WARD)).text
    answer = await portal.post(f"{WARD}/forget", WARD)
    assert answer.headers["location"] == WARD
    await portal.post("/maxa/edit/new", "/maxa/edit/new", **NEW)
    assert "/maxa/edit/Bed/forget" in (await portal.get("/maxa/edit/Bed")).text
    assert "بازگشت ندارد" in (await portal.get("/maxa/edit/Bed/forget")).text
    answer = await portal.post("/maxa/edit/Bed/forget", "/maxa/edit/Bed/forget")
    assert answer.headers["location"] == "/maxa/edit"
    assert "Bed" not in {t.id for t in await shelf.db.read(reading.all_)}


# ---------------------------------------------------------------- the list, and who may


async def test_the_desk_lists_drafts_and_tells_whose_turn_it_is(portal: Portal) -> None:
    page = (await portal.get("/maxa/edit")).text
    assert "پیش‌نویسی باز نیست" in page
    await changed(portal)
    page = (await portal.get("/maxa/edit")).text
    assert "در انتظار نفر دوم" in page
    portal.person = TWO
    page = (await portal.get("/maxa/edit", text="بخش")).text
    assert "در انتظار شما" in page
    page = (await portal.get("/maxa/edit", text="room")).text
    assert "کدهای Room" in page
    assert "کدهای Ward، " not in page


async def test_only_the_committee_and_operators_are_let_in(portal: Portal) -> None:
    for person, status in (
        (None, 303),
        (a_person(Role.VENDOR), 403),
        (a_person(Role.MINISTRY), 403),
        (a_person(Role.OPERATOR), 200),
    ):
        portal.person = person
        for path in ("/maxa/edit", "/maxa/edit/new", WARD):
            assert (await portal.get(path)).status_code == status, path
        answer = await portal.http.post(f"{WARD}/begin", data={"label": "3"})
        assert answer.status_code == (303 if person is None else 403)
    portal.person = ONE
    assert (await portal.get("/maxa/edit/Nowhere")).status_code == 404


async def test_the_state_of_a_draft_follows_its_way(portal: Portal, shelf: Shelf) -> None:
    t = await shelf.db.read(reading.one, "Ward")
    await begun(portal)
    assert (await shelf.db.read(drafting.draft, t)).state is State.DRAFT
    await act(portal, "put", code="050", value="روان")
    await act(portal, "submit")
    assert (await shelf.db.read(drafting.draft, t)).state is State.REVIEW
    answer = await act(portal, "put", code="051", value="دیر")
    assert answer.status_code == 422
    assert "در این میان تغییر کرده" in answer.text


async def test_the_pages_are_told_in_english_too(portal: Portal) -> None:
    await changed(portal)
    for path in ("/maxa/edit", "/maxa/edit/new", WARD, f"{WARD}/discard", f"{WARD}/withdraw?label=1"):
        page = await portal.get(path + ("&" if "?" in path else "?") + "lang=en")
        assert page.status_code == 200
        assert 'dir="ltr"' in page.text
