"""Two files of the same residents at one moment: neither waits for the other in a circle."""

import asyncio

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.residency.model import Filter
from nabz.residency.service import residents
from tests.residency.bulk import BULK, MINE, Sender, furnished, member_of

MANY = 60


async def test_two_files_in_opposite_order_end_and_each_resident_is_changed_once(
    db: Database, clock: FixedClock
) -> None:
    await furnished(db, clock, MINE, each=MANY)
    sender = Sender(db, clock, member_of(MINE))
    asked = {"what": "residents", "year": "", "format": "csv"}
    text = (await sender.get("/simad/university/export", **asked)).content.decode("utf-8-sig")
    head, *rows = text.splitlines()
    files = ([row.replace("رضا", "حسن") for row in rows], [row.replace("رضا", "علی") for row in reversed(rows)])
    places = [await sender.sent("\n".join([head, *each]).encode(), kind="residents") for each in files]
    await asyncio.gather(*(sender.post(f"{each}/store", BULK, choice="partial") for each in places))
    for each in places:
        await sender.ended(each)
    states = [state for each in places for state, _ in (await sender.told(each)).values()]
    assert sorted(states) == ["ثبت شده"] * MANY + ["رد شده"] * MANY
    found = await db.read(residents.search, Filter(university=MINE), None)
    assert {one.version for one in found} == {2}
    assert {one.father_name for one in found} <= {"حسن", "علی"}
    await sender.close()
