"""Many at once: ten universities send files, and a file is stored while its rows change under it."""

import asyncio

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.ids import new_id
from nabz.residency.model import Caller, Declaration, DeclarationDraft, Filter
from nabz.residency.service import declarations, residents
from tests.residency.bulk import BULK, MINE, YEAR, Sender, a_csv, a_workbook, furnished, member_of, row

EACH, MANY = 60, 40


async def test_ten_universities_at_once_lose_nothing_and_meet_nowhere(db: Database, clock: FixedClock) -> None:
    universities = [f"uni-{number}" for number in range(10)]
    await furnished(db, clock, *universities, each=EACH)
    senders = [Sender(db, clock, member_of(each)) for each in universities]

    async def go(place: int, sender: Sender) -> dict[int, tuple[str, str]]:
        make = a_workbook if place % 2 else a_csv
        rows = [row(str(1001 + number), BaliniScore=str(20 + place)) for number in range(EACH)]
        here = await sender.sent(make(*rows))
        await sender.store(here, "whole")
        return await sender.told(here)

    told = await asyncio.gather(*(go(*each) for each in enumerate(senders)))
    assert all([state for state, _ in each.values()] == ["ثبت شده"] * EACH for each in told)
    for place, university in enumerate(universities):
        found = await db.read(declarations.search, YEAR, Filter(university=university), None)
        assert len(found) == EACH
        assert {(one.clinical, one.sent_by) for one in found} == {(2000 + 100 * place, f"of-{university}")}
    for sender in senders:
        await sender.close()


async def test_a_row_is_stored_by_a_file_or_by_a_call_and_never_by_both(db: Database, clock: FixedClock) -> None:
    await furnished(db, clock, MINE, each=MANY)
    sender = Sender(db, clock, member_of(MINE))
    numbers = [str(1001 + number) for number in range(MANY)]
    await sender.store(await sender.sent(a_csv(*map(row, numbers))))
    places = [await sender.sent(a_csv(*(row(each, BaliniScore=score) for each in numbers))) for score in ("41", "42")]
    known = await db.read(declarations.search, YEAR, Filter(university=MINE), None)

    async def call(one: Declaration) -> None:
        cells = {name: getattr(one, name) for name in DeclarationDraft.__struct_fields__}
        draft = DeclarationDraft(**{**cells, "clinical": 4300})
        await db.write(declarations.put, draft, Caller(MINE, "program", new_id()), clock.now())

    storing = (sender.post(f"{each}/store", BULK) for each in places)
    await asyncio.gather(*storing, *(call(one) for one in known[::3]))
    for each in places:
        await sender.ended(each)
    states = [state for each in places for state, _ in (await sender.told(each)).values()]
    assert set(states) == {"ثبت شده", "رد شده"}
    found = await db.read(declarations.search, YEAR, Filter(university=MINE), None)
    # Every version after the first is one deed: a row of a file, or a call; and each is in the history.
    assert sum(one.version - 1 for one in found) == states.count("ثبت شده") + len(known[::3])
    for one in found[:5]:
        assert len(await db.read(residents.history, one.resident)) == one.version + 1
    await sender.close()
