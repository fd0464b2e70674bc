"""The program and its store, shared by the tests of a file: to fill a demo takes far longer than to call it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests import services
from tests.appointments.office import Office, opened
from tests.services import ENGINES

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
"""Ten o'clock in Tehran on 1 Azar 1405."""


@pytest.fixture(scope="module", params=ENGINES)
async def hqs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The program with its demo sandbox on 1 Azar 1405."""
    url = services.fresh_database("migrated", engine=request.param)
    async with opened(url, tmp_path_factory.mktemp("hqs"), NOW) as office:
        yield office
    services.drop_database(url)
