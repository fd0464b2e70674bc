"""Very many residents: put in once, and such as universities and the ministry put them."""

from datetime import UTC, datetime

import msgspec
import pytest

from nabz.kit.db import Database, open_database
from nabz.kit.ids import new_id
from nabz.residency.errors import Refused
from nabz.residency.model import DECIDED, Acceptance, Caller, DeclarationDraft, ResidentDraft, Standing
from nabz.residency.seed import scale as registry
from nabz.residency.service import declarations, residents
from tests import services
from tests.services import Engine

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
YEAR, MANY = 1405, 90
CROWD = registry.Crowd(residents=MANY, universities=3, years=3)


async def test_a_crowd_is_put_in_once_and_obeys_the_rules_of_the_single_call(engine: Engine) -> None:
    url = services.fresh_database("migrated", engine=engine)
    db = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
    await db.start()
    try:
        await _try(db)
    finally:
        await db.stop()
        services.drop_database(url)


async def _try(whole: Database) -> None:
    ids = await whole.write(registry.universities, 3, NOW)
    assert await whole.write(registry.universities, 3, NOW) == ids
    db, told = whole.within(1), list[float]()
    made = await registry.scale(db, NOW, CROWD, ids, told.append)
    assert (made.residents, made.universities, told[-1]) == (MANY, 3, 1.0)
    assert (await registry.scale(db, NOW, CROWD, ids)).residents == 0
    counts = await db.read(declarations.count, YEAR)
    assert counts.total == MANY
    assert set(counts.by) == set(map(str, Standing))
    assert sum([(await db.read(declarations.count, year)).total for year in range(1403, 1406)]) == made.declarations

    for one in (await db.read(declarations.search, YEAR, declarations.ANY, None))[::3]:
        mine = Caller(one.university, "u1", new_id())
        kept = await db.read(residents.by_id, one.resident)
        assert kept is not None
        draft = msgspec.convert(kept, ResidentDraft, from_attributes=True)
        assert await db.write(residents.put, draft, mine, new_id(), NOW) == kept
        changed = msgspec.structs.replace(_draft_of(one), ethics=1)
        if one.acceptance in DECIDED:
            with pytest.raises(Refused):
                await db.write(declarations.put, changed, mine, NOW)
        else:
            after = await db.write(declarations.put, changed, mine, NOW)
            assert after.version == one.version + 1
            assert (after.corrected_at == NOW) is (one.acceptance == Acceptance.TO_CORRECT)
        assert await db.read(residents.history, one.resident)


def _draft_of(one: DeclarationDraft) -> DeclarationDraft:
    return msgspec.convert(one, DeclarationDraft, from_attributes=True)
