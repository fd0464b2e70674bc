"""A few made-up codings, and our own API in front of them in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2 as httpx
from starlette.applications import Starlette

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.settings import Settings
from nabz.terminology.api import own
from nabz.terminology.model import Attachment, Concept, Kind, Letter, Terminology, Version
from nabz.terminology.service import drafting, letters, reading
from nabz.terminology.store import steps
from tests import services
from tests.services import Engine

API = "/api/v1/terminology"
DAYS = (
    datetime(2024, 3, 20, 8, tzinfo=UTC),
    datetime(2024, 9, 22, 8, tzinfo=UTC),
    datetime(2025, 3, 21, 8, tzinfo=UTC),
)
"""1, 2, 3: the instants at which the versions of these names were published; the first is 1403/01/01."""

Retired = tuple[str, str, str]
"""Code, target, successor."""

LETTER = Letter(
    id="0192f000-0000-7000-8000-000000000001",
    number="110/5",
    title="ابلاغ کدینگ بخش‌ها",
    date="1403/01/05",
    remark="از این پس به کار رود",
    terminologies=("Ward",),
    published_at=DAYS[0],
)
FILE = Attachment(id="0192f000-0000-7000-8000-000000000002", name="بخش‌ها.csv", type="text/csv", size=26)
CONTENT = "code,value\n010,جنرال\n".encode()


def concept(code: str, value: str, **more: Any) -> Concept:
    return Concept(code=code, value=value, **more)


class Shelf:
    """The API, and a short way to publish what it shows."""

    def __init__(self, db: Database) -> None:
        self.db = db
        settings = Settings(public_address="http://nabz.test")
        deps = Deps(settings=settings, db=db, clock=FixedClock(DAYS[2]), keys=Keyring(b"test-only-key" * 5))
        app = Starlette(routes=starlette_routes(deps, own.routes().endpoints))
        self.app = Front(app, settings, lambda *_: None)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://nabz.test")

    async def get(self, path: str, *, etag: str = "", **asked: Any) -> httpx.Response:
        """Ask for a path under the API's root, or for a whole one that an answer has given."""
        headers = {"if-none-match": etag} if etag else {}
        whole = path if path.startswith("/api/") else f"{API}{path}"
        return await self.http.get(whole, params=asked or None, headers=headers)

    async def read(self, path: str, **asked: Any) -> Any:
        """Ask for what is there."""
        answer = await self.get(path, **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pages(self, path: str, member: str, **asked: Any) -> list[Any]:
        """Follow `next` to the end."""
        found: list[Any] = []
        page = await self.read(path, **asked)
        while True:
            found += page[member]
            if page["next"] is None:
                return found
            page = await self.read(page["next"])

    async def define(self, id_: str, source: str | None = None, target: str | None = None) -> Terminology:
        """Define codes, or a map between two."""
        new = Terminology(
            number=0,
            id=id_,
            kind=Kind.MAP if source else Kind.CODES,
            title_fa=f"کدهای {id_}",
            title_en=f"Codes of {id_}",
            source_fa="ساختگی",
            made_up="yes",
            defined_at=DAYS[0],
            source=source,
            target=target,
        )
        return await self.db.write(drafting.define, new, "ed1", DAYS[0])

    async def publish(
        self, id_: str, label: str, concepts: list[Concept], retired: tuple[Retired, ...] = (), at: datetime = DAYS[0]
    ) -> Version:
        """Publish a version by way of a draft and a second person."""

        def work(tx: Tx) -> Version:
            t = reading.one(tx, id_)
            version = drafting.begin(tx, t, label, f"یادداشت {label}", "ed1", at)
            for one in concepts:
                version = drafting.put(tx, t, version.revision, one, "ed1", at)
            for code, target, successor in retired:
                version = drafting.retire(tx, t, version.revision, code, target, successor, "ed1", at)
            version = drafting.submit(tx, t, version.revision, "ed1", at)
            return drafting.publish(tx, t, version.revision, "ed2", at)

        return await self.db.write(work)

    async def fill_many(self, id_: str, count: int) -> None:
        """Publish so many codes at once."""
        t = await self.define(id_)
        many = [concept(f"{place:07}", f"کد {place:07}") for place in range(count)]

        def work(tx: Tx) -> None:
            version = drafting.begin(tx, t, "1", "", "ed1", DAYS[0])
            for start in range(0, count, 1000):
                steps.add(tx, t.number, version.step, many[start : start + 1000])
            version = drafting.submit(tx, t, version.revision, "ed1", DAYS[0])
            drafting.publish(tx, t, version.revision, "ed2", DAYS[0])

        await self.db.write(work)

    async def draft(self, id_: str, label: str, one: Concept) -> None:
        """Begin a version and leave it open."""

        def work(tx: Tx) -> None:
            t = reading.one(tx, id_)
            version = drafting.begin(tx, t, label, "", "ed1", DAYS[2])
            drafting.put(tx, t, version.revision, one, "ed1", DAYS[2])

        await self.db.write(work)

    async def withdraw(self, id_: str, label: str, at: datetime) -> None:
        """Take a version back."""

        def work(tx: Tx) -> None:
            drafting.withdraw(tx, reading.one(tx, id_), label, "اشتباه بود", "op1", at)

        await self.db.write(work)

    async def fill(self) -> None:
        """Wards in two versions, rooms in one, the map between them, and a letter."""
        await self.define("Ward")
        await self.publish(
            "Ward",
            "1",
            [
                concept("010", "جنرال", en="General ward"),
                concept("020", "مراقبت‌های ویژه", en="Intensive care", note="آی‌سی‌یو", properties={"level": "3"}),
                concept("020/1", "مراقبت‌های ویژهٔ قلب", en="Cardiac care", parent="020"),
                concept("030", "زایشگاه", made_up=True),
                concept("040", "سوختگی"),
            ],
        )
        await self.publish(
            "Ward",
            "2",
            [concept("010", "بخش جنرال", en="General ward"), concept("031", "بلوک زایمان")],
            (("030", "", "031"), ("040", "", "")),
            DAYS[1],
        )
        await self.define("Room")
        await self.publish("Room", "1403.1", [concept("R1", "اتاق یک"), concept("R2", "اتاق دو")])
        await self.define("Ward--Room", "Ward", "Room")
        await self.publish(
            "Ward--Room",
            "1",
            [
                concept("010", "equivalent", target="R1"),
                concept("020", "wider", target="R1"),
                concept("020", "narrower", target="R2"),
            ],
        )

        await self.db.write(letters.publish, LETTER, [(FILE, CONTENT)], "op1", DAYS[0])

    async def close(self) -> None:
        await self.http.aclose()


@asynccontextmanager
async def opened(engine: Engine) -> AsyncIterator[Shelf]:
    """A filled shelf of its own."""
    url = services.fresh_database("migrated", engine=engine)
    db = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await db.start()
    shelf = Shelf(db)
    await shelf.fill()
    yield shelf
    await shelf.close()
    await db.stop()
    services.drop_database(url)
