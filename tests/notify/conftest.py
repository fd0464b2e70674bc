"""The parts of the program that notify needs, on the test's own database."""

from collections.abc import Callable

import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.settings import Settings


@pytest.fixture
def keys() -> Keyring:
    return Keyring(b"the tests' own key, which opens nothing else")


@pytest.fixture
def deps_with(db: Database, clock: FixedClock, keys: Keyring) -> Callable[..., Deps]:
    def make(**settings: object) -> Deps:
        return Deps(settings=Settings(**settings), db=db, clock=clock, keys=keys)  # type: ignore[arg-type]

    return make
