"""Proving to be a resident: a code goes to the mobile that is on record; whether there is one stays unsaid."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import outbox, persian
from nabz.notify.errors import CodeTooSoon
from nabz.notify.model import Channel
from nabz.notify.service import codes
from nabz.registries.errors import BadPersonId
from nabz.registries.model import PersonIdType, read_person_id
from nabz.registries.service import people
from nabz.residency.errors.entering import PersonWrong, TooManyAsked
from nabz.residency.model.rules import person_number
from nabz.residency.service import residents

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.residency.model import Resident

PURPOSE: Final = "residency.me"
OF_NETWORK: Final = "residency.me-network"
MOST_OF_NETWORK: Final = 200
"""So many codes an hour from one address: a whole teaching hospital may stand behind it when results come."""

_LONGEST: Final = 40
_LATIN: Final = re.compile(r"[A-Za-z]")


class Whom(msgspec.Struct, frozen=True):
    """Who somebody says to be: a number alone does not tell a national code from a foreigner's passport."""

    number: str
    is_irani: bool


def read(text: str, *, foreign: bool) -> Whom:
    """Read who somebody says to be. Raises PersonWrong."""
    plain = persian.ascii_digits(text[:_LONGEST]).strip()
    is_irani = not foreign and not _LATIN.search(plain)
    number = person_number(plain, is_irani=is_irani)
    if number is None:
        raise PersonWrong
    return Whom(number, is_irani)


def begin(tx: Tx, keys: Keyring, whom: Whom, network: str, code: str, letter: str, now: datetime) -> None:
    """Issue a code for anybody, and send it to whom the registry knows. Raises CodeTooSoon, TooManyAsked."""
    codes.issue(tx, keys, PURPOSE, _subject(tx, whom), code, now)
    try:
        codes.count(tx, keys, OF_NETWORK, network, now, MOST_OF_NETWORK)
    except CodeTooSoon as problem:
        raise TooManyAsked(retry_after=problem.retry_after) from problem
    mobile = on_record(tx, whom)[1]
    if mobile:
        # The digits stay Latin: phones offer only such codes above the keyboard.
        text = f"کد سامانهٔ دستیاری در نبض: {code}\nاین کد را به کسی ندهید."
        outbox.put(tx, letter, Channel.SMS.topic, {"to": mobile, "text": text}, now)


def prove(tx: Tx, keys: Keyring, whom: Whom, attempt: str, code: str, now: datetime) -> str:
    """Use a code up, and give the mobile that it went to; nothing when it was wrong."""
    if not codes.prove(tx, keys, PURPOSE, _subject(tx, whom), attempt, code, now):
        return ""
    codes.free(tx, keys, PURPOSE, _subject(tx, whom), now)
    return on_record(tx, whom)[1]


def on_record(tx: Tx, whom: Whom) -> tuple[list[Resident], str]:
    """List the residencies that a person may see, newest first, and give the mobile that proves it.

    Where the civil registry has a mobile, it is that one, and all of them are his. Else it is the one of the newest,
    and only what has the same is shown: a university that knows a number must not open what others have of it.
    """
    known = residents.of_person(tx, whom.number)
    found = [one for one in known if one.national_code == whom.number and one.is_irani == whom.is_irani]
    if not found:
        return [], ""
    mobile = _of_registry(tx, whom)
    if mobile:
        return found, mobile
    mobile = persian.mobile(found[0].mobile) or ""
    return [one for one in found if persian.mobile(one.mobile) == mobile], mobile


def _of_registry(tx: Tx, whom: Whom) -> str:
    kinds = (PersonIdType.NATIONAL_CODE,) if whom.is_irani else (PersonIdType.BAFIA, PersonIdType.PASSPORT)
    for kind in kinds:
        with suppress(BadPersonId):
            person = people.find(tx, read_person_id(kind, whom.number))
            if person is not None and person.alive and person.mobile:
                return person.mobile
    return ""


def _subject(tx: Tx, whom: Whom) -> str:
    return f"{tx.data_set}/{'national' if whom.is_irani else 'foreign'}/{whom.number}"
