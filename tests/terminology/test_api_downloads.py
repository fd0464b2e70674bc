"""Downloads: the whole version and no other, page by page, in three formats that can be read again."""

import asyncio
import csv
import io
import json
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nabz.terminology import files
from nabz.terminology.api import downloads
from nabz.terminology.model import Kind, Row
from tests.services import ENGINES, Engine
from tests.terminology.codings import DAYS, Shelf, concept, opened

SAMPLES = Path(__file__).parents[2] / "samples" / "nabz" / "terminology"
FORMATS = ("csv", "xlsx", "fhir")
MANY = 2 * downloads.PAGE + 1


@pytest.fixture(scope="module", params=ENGINES)
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    """For tests that only read."""
    async with opened(request.param) as made:
        yield made


@pytest.fixture
async def fresh(engine: Engine) -> AsyncIterator[Shelf]:
    """For tests that publish."""
    async with opened(engine) as made:
        yield made


def rows_of(path: Path) -> list[Row]:
    rows = list(files.open_source(path).rows())
    assert all(isinstance(row, Row) for row in rows)
    return [row for row in rows if isinstance(row, Row)]


async def by_server(
    shelf: Shelf, path: str, sent: Callable[[bytes], Awaitable[None]], *, leaves: bool = False, keeps: bool = True
) -> list[bytes]:
    """Download as a server does it, part by part; the caller may leave after the first, or keep only the last."""
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if leaves and parts:
            return {"type": "http.disconnect"}
        return await asyncio.sleep(60, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            if not keeps:
                parts.clear()
            parts.append(message["body"])
            await sent(message["body"])

    scope = {"type": "http", "method": "GET", "path": f"/api/v1/terminology{path}", "query_string": b"", "headers": []}
    await shelf.app({**scope, "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    return parts


async def nothing(_part: bytes) -> None:
    """Go on."""


# ---------------------------------------------------------------- what is in them


async def test_a_download_can_be_imported_again(shelf: Shelf, tmp_path: Path) -> None:
    for id_ in ("Ward", "Ward--Room"):
        codes = [
            (one["code"], one["value"], one["target"] or "", one["en"], one["parent"] or "", one["note"])
            for one in await shelf.pages(f"/{id_}/codes", "codes")
        ]
        for form in FORMATS:
            answer = await shelf.get(f"/{id_}/download/{form}")
            name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
            path = tmp_path / name
            path.write_bytes(answer.content)
            rows = rows_of(path)
            assert [(one.code, one.value, one.target, one.en, one.parent, one.note) for one in rows] == codes, name


async def test_every_format_has_its_type_and_a_name_that_says_the_version(shelf: Shelf) -> None:
    for form, ending, type_ in (
        ("csv", "csv", "text/csv; charset=utf-8"),
        ("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("fhir", "json", "application/fhir+json"),
    ):
        answer = await shelf.get(f"/ward/download/{form}", version="1")
        assert answer.headers["content-type"] == type_
        assert answer.headers["content-disposition"] == f'attachment; filename="Ward-1.{ending}"'
        head = await shelf.http.head(answer.request.url)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])
    assert (await shelf.get("/Ward/download/pdf")).json()["code"] == "kit.not-found"
    assert (await shelf.get("/Ward/download/csv", version="9")).json()["code"] == "terminology.unknown-version"
    assert (await shelf.get("/None/download/csv")).json()["code"] == "terminology.unknown-terminology"


async def test_fhir_is_a_code_system_or_the_concept_map_of_a_map(shelf: Shelf) -> None:
    system = (await shelf.get("/Ward/download/fhir")).json()
    assert (system["resourceType"], system["version"], system["count"]) == ("CodeSystem", "2", 4)
    assert system["url"] == "http://nabz.test/api/v1/terminology/Ward"
    found = (await shelf.get("/Ward--Room/download/fhir")).json()
    assert found["resourceType"] == "ConceptMap"
    (group,) = found["group"]
    assert group["element"][1]["target"] == [
        {"code": "R1", "equivalence": "wider"},
        {"code": "R2", "equivalence": "narrower"},
    ]


async def test_the_samples_are_what_is_downloaded(shelf: Shelf) -> None:
    for name, path in (
        ("download.csv", "/Ward/download/csv?version=1"),
        ("download.codesystem.json", "/Ward/download/fhir"),
        ("download.conceptmap.json", "/Ward--Room/download/fhir"),
    ):
        sample, answer = (SAMPLES / name).read_text(encoding="utf-8"), (await shelf.get(path)).text
        if name.endswith("json"):
            sample, answer = (json.dumps(json.loads(text)) for text in (sample, answer))
        assert answer.replace("\r\n", "\n") == sample, name


# ---------------------------------------------------------------- what may be kept


async def test_a_version_that_was_downloaded_is_not_sent_again(fresh: Shelf) -> None:
    for form in FORMATS:
        fixed, current = await fresh.get(f"/Ward/download/{form}?version=2"), await fresh.get(f"/Ward/download/{form}")
        assert fixed.headers["etag"] == current.headers["etag"] == f'"Ward@2.{form}"'
        assert fixed.headers["cache-control"] == "public, max-age=86400, immutable"
        assert current.headers["cache-control"] == "no-cache"
        same = await fresh.get(f"/Ward/download/{form}", etag=current.headers["etag"])
        assert (same.status_code, same.content) == (304, b"")
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], at=DAYS[2])
    for form in FORMATS:
        assert (await fresh.get(f"/Ward/download/{form}", etag=f'"Ward@2.{form}"')).status_code == 200


async def test_a_withdrawn_version_is_downloaded_still_and_fhir_says_so(fresh: Shelf) -> None:
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], at=DAYS[2])
    before = await fresh.get("/Ward/download/fhir", version="3")
    await fresh.withdraw("Ward", "3", DAYS[2])
    after = await fresh.get("/Ward/download/fhir", version="3", etag=before.headers["etag"])
    assert (before.json()["status"], after.status_code, after.json()["status"]) == ("active", 200, "retired")
    assert "050" in (await fresh.get("/Ward/download/csv", version="3")).text
    assert "050" not in (await fresh.get("/Ward/download/csv")).text


# ---------------------------------------------------------------- large ones


async def test_a_large_version_comes_in_parts_and_whole(fresh: Shelf) -> None:
    await fresh.fill_many("Many", MANY)
    parts = await by_server(fresh, "/Many/download/csv", nothing)
    assert len(parts) >= 4, "the head, three pages, the end"
    codes = [row["code"] for row in csv.DictReader(io.StringIO(b"".join(parts).decode("utf-8-sig")))]
    assert codes == [f"{place:07}" for place in range(MANY)]
    system = json.loads(b"".join(await by_server(fresh, "/Many/download/fhir", nothing)))
    assert (len(system["concept"]), system["count"]) == (MANY, MANY)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(await by_server(fresh, "/Many/download/xlsx", nothing))))
    sheet = book.worksheets[0]
    assert (sheet.max_row, sheet.cell(2, 1).value, sheet.cell(MANY + 1, 1).value) == (MANY + 1, "0000000", codes[-1])


async def test_what_is_published_meanwhile_is_not_in_a_download_that_has_begun(fresh: Shelf) -> None:
    await fresh.fill_many("Many", MANY)
    last = f"{MANY - 1:07}"
    done = False

    async def publish(_part: bytes) -> None:
        nonlocal done
        if not done:
            done = True
            await fresh.publish("Many", "2", [concept(last, "دیگر"), concept("9999999", "تازه")], at=DAYS[1])

    text = b"".join(await by_server(fresh, "/Many/download/csv", publish)).decode("utf-8-sig")
    rows = {row["code"]: row["value"] for row in csv.DictReader(io.StringIO(text))}
    assert (len(rows), rows[last], "9999999" in rows) == (MANY, f"کد {last}", False)
    assert (await fresh.read("/Many/code", code=last))["concept"]["value"] == "دیگر"


async def test_nothing_more_is_read_for_a_caller_who_has_left(fresh: Shelf) -> None:
    await fresh.fill_many("Many", MANY)
    for form in FORMATS:
        whole = b"".join(await by_server(fresh, f"/Many/download/{form}", nothing))
        begun = b"".join(await by_server(fresh, f"/Many/download/{form}", nothing, leaves=True))
        assert 0 < len(begun) <= max(len(whole) * 2 // 3, downloads.CHUNK), form


async def test_a_download_costs_no_more_memory_for_more_codes(fresh: Shelf) -> None:
    await fresh.fill_many("Few", downloads.PAGE)
    await fresh.fill_many("Many", 10 * downloads.PAGE)
    peaks = []
    for id_ in ("Few", "Few", "Many"):  # the first one fills caches
        size = 0

        async def weigh(part: bytes) -> None:
            nonlocal size
            size += len(part)

        tracemalloc.start()
        await by_server(fresh, f"/{id_}/download/csv", weigh, keeps=False)
        peaks.append((tracemalloc.get_traced_memory()[1], size))
        tracemalloc.stop()
    (_, _), (few, few_bytes), (many, many_bytes) = peaks
    assert many_bytes > 9 * few_bytes
    assert many < 2 * few


async def test_a_third_workbook_at_once_has_to_wait(fresh: Shelf) -> None:
    await fresh.fill_many("Many", MANY)
    answers = await asyncio.gather(*(fresh.get("/Many/download/xlsx") for _ in range(downloads.WORKBOOKS + 1)))
    assert sorted(answer.status_code for answer in answers) == [200] * downloads.WORKBOOKS + [503]
    (refused,) = (answer for answer in answers if answer.status_code == 503)
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("kit.busy", "5")
    assert (await fresh.get("/Many/download/xlsx")).status_code == 200


async def test_slow_readers_do_not_pile_up_workbooks(fresh: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "HELD", 2)
    go_on = asyncio.Event()
    begun = asyncio.Queue[bytes]()

    async def slowly(part: bytes) -> None:
        begun.put_nowait(part)
        await go_on.wait()

    readers = []
    for _ in range(2):
        readers.append(asyncio.create_task(by_server(fresh, "/Ward/download/xlsx", slowly)))
        await asyncio.wait_for(begun.get(), 10)
    assert (await fresh.get("/Ward/download/xlsx")).json()["code"] == "kit.busy"
    assert (await fresh.get("/Ward/download/csv")).status_code == 200
    go_on.set()
    await asyncio.gather(*readers)
    assert (await fresh.get("/Ward/download/xlsx")).status_code == 200


async def test_a_reader_who_breaks_off_leaves_no_workbook_behind(fresh: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "HELD", 1)

    async def breaks(_part: bytes) -> None:
        raise ConnectionError

    for _ in range(2):
        await by_server(fresh, "/Ward/download/xlsx", breaks)
    assert (await fresh.get("/Ward/download/xlsx")).status_code == 200


async def test_a_terminology_without_a_version_has_nothing_to_download(fresh: Shelf) -> None:
    t = await fresh.define("Empty")
    assert (t.kind, t.last) == (Kind.CODES, 0)
    for form in FORMATS:
        assert (await fresh.get(f"/Empty/download/{form}")).json()["code"] == "terminology.unknown-version"
