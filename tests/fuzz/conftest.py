"""The gateway in a loop of its own, so that a generated example costs one call and not one house."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from tests import services
from tests.gateway.conftest import House
from tests.gateway.customers import add_outside
from tests.services import ENGINES, Engine

T = TypeVar("T")


class Lasting:
    """A house and the loop in which it lives."""

    def __init__(self, house: House, runner: asyncio.Runner) -> None:
        self.house = house
        self._runner = runner
        self.bearer = self.run(house.bearer())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)


@pytest.fixture(scope="module", params=ENGINES)
def lasting(request: pytest.FixtureRequest) -> Iterator[Lasting]:
    engine: Engine = request.param
    url = services.fresh_database("migrated", engine=engine)
    with asyncio.Runner() as runner:
        db = open_database(url, **({"fsync": False} if engine == "sqlite" else {}))
        runner.run(db.start())
        house = House(db, FixedClock(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)))

        async def fill() -> None:
            await house.open()
            await house.fill()
            await add_outside(house, per_day=10**9)

        runner.run(fill())
        yield Lasting(house, runner)
        runner.run(house.recorder.flush())
        runner.run(house.close())
        runner.run(db.stop())
    services.drop_database(url)
