"""Names for new things."""

import re
import time
import uuid
from collections.abc import Callable

import pytest

from nabz.kit import ids

pytestmark = pytest.mark.rules


def test_new_ids_are_uuids_of_version_7_in_the_order_of_their_making() -> None:
    made = []
    for _ in range(5):
        made.append(ids.new_id())
        time.sleep(0.002)
    assert made == sorted(made)
    for id_ in made:
        assert (uuid.UUID(id_).version, uuid.UUID(id_).variant) == (7, uuid.RFC_4122)
        assert abs((uuid.UUID(id_).int >> 80) / 1000 - time.time()) < 5


def test_random_uuids_tell_nothing() -> None:
    assert uuid.UUID(ids.random_uuid()).version == 4


def test_object_ids_are_24_hex_digits_that_begin_with_their_second() -> None:
    made = ids.object_id()
    assert re.fullmatch("[0-9a-f]{24}", made)
    assert abs(int(made[:8], 16) - time.time()) < 5


def test_secrets_fit_into_addresses_and_have_256_bits() -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{43}", ids.secret())


@pytest.mark.parametrize("make", [ids.new_id, ids.random_uuid, ids.object_id, ids.secret])
def test_no_two_are_alike(make: Callable[[], str]) -> None:
    assert len({make() for _ in range(5000)}) == 5000
