"""Proving who somebody is: a code goes to the mobile that the registry has of him; whether it has one stays unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import TooManyBookings
from nabz.appointments.service import limiting
from nabz.kit import outbox
from nabz.notify.model import Channel
from nabz.notify.service import codes
from nabz.portal.errors import TooManyAsked
from nabz.registries.model import person_id_of_key
from nabz.registries.service import people

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.registries.model import Person

PURPOSE: Final = "portal.me"
MOST_OF_NETWORK: Final = 30
CHILDHOOD: Final = 18_00_00
"""Eighteen years, as days of eight digits are subtracted."""


def begin(tx: Tx, keys: Keyring, key: str, code: str, letter: str, now: datetime) -> None:
    """Issue a code for anybody, and send it to whom the registry knows. Raises CodeTooSoon."""
    codes.issue(tx, keys, PURPOSE, _subject(tx, key), code, now)
    person = known(tx, key)
    if person is not None and person.mobile:
        # The digits stay Latin: phones offer only such codes above the keyboard.
        text = f"کد «سلامت من» در نبض: {code}\nاین کد را به کسی ندهید."
        outbox.put(tx, letter, Channel.SMS.topic, {"to": person.mobile, "text": text}, now)


def prove(tx: Tx, keys: Keyring, key: str, attempt: str, code: str, now: datetime) -> bool:
    """Use the code up; the same form once more finds what the first one left for its attempt."""
    return codes.prove(tx, keys, PURPOSE, _subject(tx, key), attempt, code, now)


def count(tx: Tx, keys: Keyring, network: str, key: str, now: datetime) -> None:
    """Count the people whose codes are asked for from one address. Raises TooManyAsked."""
    try:
        limiting.take(tx, keys, {f"me from {network}": MOST_OF_NETWORK}, keys.hex("portal.asked", key), now)
    except TooManyBookings as problem:
        raise TooManyAsked from problem


def known(tx: Tx, key: str) -> Person | None:
    """Find a living person by his key."""
    person = people.find(tx, person_id_of_key(key))
    return person if person is not None and person.alive else None


def children(tx: Tx, key: str, today: str) -> list[Person]:
    """List the living children of a person who are not of age."""
    found = people.children(tx, person_id_of_key(key))
    return [each for each in found if each.alive and each.birth and int(today) - int(each.birth) < CHILDHOOD]


def _subject(tx: Tx, key: str) -> str:
    return f"{tx.data_set}/{key}"
