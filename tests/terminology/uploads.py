"""How tests send files to the portal, and what they read on its pages."""

import asyncio
import re
from pathlib import Path

from httpx2 import Response

from nabz.terminology.model import Terminology
from nabz.terminology.service import drafting, reading
from tests.fakes import Portal
from tests.terminology.codings import Shelf

WARD = "/maxa/edit/Ward"
SEND = f"{WARD}/import"
GOOD = "code,value\n010,بخش جنرال\n020,ویژه\n050,روان\n"


async def csrf(portal: Portal) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', (await portal.get(SEND)).text)
    assert found
    return found[1]


async def send(
    portal: Portal, content: bytes | str, name: str = "Ward.csv", path: str = SEND, **fields: str
) -> Response:
    """Send a file by the form, the word before the file as a browser does."""
    word = await csrf(portal)
    content = content.encode() if isinstance(content, str) else content
    return await portal.http.post(path, data={"csrf": word, **fields}, files={"file": (name, content)})


async def done(portal: Portal, path: str) -> str:
    """Wait until nobody is at work on an upload, and give its page."""
    for _ in range(500):
        page = (await portal.get(path)).text
        if "<progress" not in page:
            return page
        await asyncio.sleep(0.02)
    raise AssertionError("the work does not end")


async def checked(portal: Portal, content: bytes | str, name: str = "Ward.csv", **fields: str) -> tuple[str, str]:
    answer = await send(portal, content, name, **fields)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    return place, await done(portal, place)


async def act(portal: Portal, place: str, deed: str, **fields: str) -> Response:
    return await portal.http.post(f"{place}/{deed}", data={"csrf": await csrf(portal), **fields})


def kept(folder: Path, name: str = "*") -> list[Path]:
    """What lies in the waiting room under a name."""
    return sorted(folder.rglob(name))


def told(page: str) -> dict[str, str]:
    """The numbers of the report."""
    return {name: count for count, name in re.findall(r'<span class="badge badge-\w+">([۰-۹٬]+) ([^<]+)</span>', page)}


async def ward(shelf: Shelf) -> Terminology:
    return await shelf.db.read(reading.one, "Ward")


async def untouched(shelf: Shelf) -> None:
    """What is published is as it was, and nothing is half there."""
    t = await ward(shelf)
    assert t.last_label == "2"
    assert [row.code for row in await shelf.db.read(reading.page, t, t.last)] == ["010", "020", "020/1", "031"]
    assert await shelf.db.read(drafting.drafts) == []
