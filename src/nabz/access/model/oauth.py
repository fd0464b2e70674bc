"""Who may call Tamin: its sessions, the address that a browser is sent back to, and what an authorisation asks for."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from nabz.access.errors import ApiUnknown, RedirectRefused
from nabz.access.model.people import DEMO, PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN_LIFE: Final = timedelta(hours=1)
CODE_LIFE: Final = timedelta(seconds=60)
ENTRY_LIFE: Final = timedelta(minutes=10)
"""So long may somebody look for the message with the code."""

GRACE: Final = timedelta(seconds=10)
"""A refresh whose answer was lost on the way may be asked for once more within this time."""

LONGEST_REDIRECT: Final = 500
LONGEST_STATE: Final = 2000
LONGEST_TOKEN: Final = 4096
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_ADDRESS: Final = re.compile(r"[!-~]+")
_QUOTED: Final = re.compile(r"""["'<>\\^`{|};,]""")
_BEARER: Final = re.compile(r"bearer(?=[\s\"]|$)\s*", re.IGNORECASE)


class SessionKind(StrEnum):
    """How a session began."""

    CLIENT = "client"
    """A system with its secret alone: its tokens share one session in each data set."""

    USER = "user"
    """A system and a person's password: one at a time."""

    CODE = "code"
    """A person in his browser; as many as he likes."""


class Api(StrEnum):
    """One of Tamin's three APIs; which a system needs follows from its kind."""

    EPRESC = "epresc"
    """Writing prescriptions."""

    DRUG = "drug"
    """Dispensing them."""

    PARA = "para"
    """Paraclinic services."""


ALL_APIS: Final = frozenset(Api)


class Entered(msgspec.Struct, frozen=True):
    """Who stands behind a Tamin token."""

    client: str
    client_id: str
    data_set: int
    user_id: str | None
    username: str
    organisation_id: str | None
    national_code: str
    session: str
    apis: frozenset[Api]
    """What the system may use; whose person comes through it may no more."""


def apis_named(text: str) -> frozenset[Api]:
    """Read names with blanks between them. Raises ApiUnknown."""
    try:
        return frozenset(map(Api, text.split()))
    except ValueError as error:
        raise ApiUnknown(known=api_names(ALL_APIS)) from error


def api_names(apis: Iterable[Api]) -> str:
    """Write names with blanks between them, in the guide's order."""
    wanted = frozenset(apis)
    return " ".join(api for api in Api if api in wanted)


class Identity(msgspec.Struct, frozen=True):
    """By what a person is known outside of this house, and where his one-time codes go."""

    national_code: str
    mobile: str


class Asked(msgspec.Struct, frozen=True):
    """An authorisation request whose client and redirect address are proven."""

    client: str
    title: str
    data_sets: frozenset[int]
    redirect_uri: str
    challenge: str
    state: str


class Entry(msgspec.Struct, frozen=True):
    """Somebody whose password was right and who still owes the code; `mark` tells the password that was checked."""

    client: str
    data_set: int
    user_id: str
    redirect_uri: str
    challenge: str
    state: str
    mark: str


class Code(msgspec.Struct, frozen=True):
    """An authorisation code as its row keeps it."""

    client: str
    data_set: int
    user_id: str
    redirect_uri: str
    challenge: str
    browser: str
    until: datetime
    session: str | None


class Refresh(msgspec.Struct, frozen=True):
    """A refresh token as its row keeps it; `next_seed` makes the one that came in its place."""

    session: str
    until: datetime
    used_at: datetime | None
    next_seed: str | None


class Family(msgspec.Struct, frozen=True):
    """The session behind a refresh token, with whom and what it belongs to."""

    session: str
    client: str
    data_set: int
    user_id: str
    audience: str
    until: datetime


def bare_token(text: str) -> str:
    """Give the token of a header or a body, with or without the word Bearer, and without the print's quotes."""
    return _BEARER.sub("", text.strip(), count=1).strip().strip('"').strip()


def may_enter(user_data_set: int, data_set: int) -> bool:
    """Tell whether a person may enter a data set: his own, and whoever is of the demo every sandbox."""
    return user_data_set == data_set or (user_data_set == DEMO and data_set != PRODUCTION)


def data_set_of(user_data_set: int, data_sets: frozenset[int]) -> int | None:
    """Choose the data set that a person enters through an address which is registered for these."""
    fitting = [each for each in data_sets if may_enter(user_data_set, each)]
    return min(fitting, key=lambda each: (each != user_data_set, each), default=None)


def challenge_is_good(challenge: str) -> bool:
    """Tell whether this can be the S256 challenge of a verifier."""
    return _CHALLENGE.fullmatch(challenge) is not None


def verifier_is_good(verifier: str) -> bool:
    """Tell whether this can be a verifier (RFC 7636, 4.1)."""
    return _VERIFIER.fullmatch(verifier) is not None


def good_redirect(uri: str, data_set: int) -> str:
    """Check an address to which browsers are to be sent: https, or this machine's own for a sandbox.

    Raises RedirectRefused.
    """
    if len(uri) > LONGEST_REDIRECT or not _ADDRESS.fullmatch(uri) or _QUOTED.search(uri):
        raise RedirectRefused
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RedirectRefused from error
    if not host or port == 0 or parts.username is not None or "#" in uri:
        raise RedirectRefused
    if parts.scheme == "https" or (parts.scheme == "http" and data_set != PRODUCTION and _is_loopback(host)):
        return uri
    raise RedirectRefused


def sent_back(redirect_uri: str, **words: str | int) -> str:
    """Give the address to which a browser returns; a slash stands before the question mark, as the guide prints it."""
    query = urlencode({name: value for name, value in words.items() if value != ""})
    if "?" in redirect_uri:
        joint = "" if redirect_uri.endswith(("?", "&")) else "&"
    else:
        joint = "?" if redirect_uri.endswith("/") else "/?"
    return f"{redirect_uri}{joint}{query}"


def origin_of(uri: str) -> str:
    """Give the scheme, host and port of an address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
