"""The program and its store, shared by the tests of a file: to fill a demo takes far longer than to call it."""

from collections.abc import AsyncIterator

import pytest

from tests import services
from tests.demo import NOW, fresh
from tests.residency.office import Office, opened
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def simad(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The program with its demo sandbox on 1 Azar 1405."""
    url, demo = fresh(request.param)
    async with opened(url, tmp_path_factory.mktemp("simad"), NOW, demo) as office:
        yield office
    services.drop_database(url)


__all__ = ["NOW"]
