"""A person's way through his browser: the request is proven, then the password, then the code that was sent to him."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from oauthlib.common import Request
from oauthlib.oauth2 import AuthorizationCodeGrant, RequestValidator
from oauthlib.oauth2.rfc6749 import errors

from nabz.access.errors import AuthorizationRefused, BadCredentials, NotOfThisEnvironment, NoWayForCodes, SignInExpired
from nabz.access.model import Account, Asked, Client, User, UserStatus
from nabz.access.model.oauth import (
    CODE_LIFE,
    ENTRY_LIFE,
    LONGEST_STATE,
    Code,
    Entry,
    challenge_is_good,
    data_set_of,
    sent_back,
)
from nabz.access.service import attempts
from nabz.access.service.oauth.protocol import BROWSER, CODE
from nabz.access.store import oauth_clients as clients
from nabz.access.store import oauth_codes as store
from nabz.access.store import users
from nabz.kit import audit, outbox
from nabz.notify.errors import CodeTooSoon
from nabz.notify.model import Channel
from nabz.notify.service import codes

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

PURPOSE: Final = "access.tamin"
ENTRY: Final = "access.oauth-entry"
KNOWN: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "state",
)


class Turned(msgspec.Struct, frozen=True):
    """A request that is refused at its own redirect address."""

    location: str


class Sending(msgspec.Struct, frozen=True):
    """What the message with the code needs from the edge."""

    code: str
    letter_id: str


class Passed(msgspec.Struct, frozen=True):
    """Where the browser goes with its authorisation code."""

    location: str


def ask(tx: Tx, fields: list[tuple[str, str]]) -> Asked | Turned:
    """Prove an authorisation request: the client, its address, and the challenge. Raises AuthorizationRefused."""
    rules = _Rules(tx)
    known = [(name, text) for name, text in fields if name in KNOWN and text]
    request = Request(f"https://localhost/auth/server/authorize?{urlencode(known)}")
    grant = AuthorizationCodeGrant(rules, pre_auth=[_check_challenge])
    try:
        grant.validate_authorization_request(request)
    except errors.FatalClientError as fatal:
        raise AuthorizationRefused(why=fatal.description) from fatal
    except errors.OAuth2Error as wrong:
        words = {"error": wrong.error, "error_description": wrong.description, "state": wrong.state or ""}
        return Turned(sent_back(request.redirect_uri, **words))
    return Asked(
        client=rules.client.id,
        title=rules.client.title,
        data_sets=rules.data_sets,
        redirect_uri=request.redirect_uri,
        challenge=request.code_challenge,
        state=request.state or "",
    )


def begin(tx: Tx, keys: Keyring, asked: Asked, checked: Account, ticket: str, sending: Sending, now: datetime) -> None:
    """Let somebody whose password was right prove that he reads his messages too.

    Raises BadCredentials, NotOfThisEnvironment, NoWayForCodes.
    """
    account = users.locked_account(tx, checked.id)
    if account is None or account.status is not UserStatus.ACTIVE or account.password_hash != checked.password_hash:
        raise BadCredentials
    user = users.get(tx, account.id)
    data_set = data_set_of(user.data_set, asked.data_sets)
    if data_set is None:
        raise NotOfThisEnvironment
    entry = Entry(
        client=asked.client,
        data_set=data_set,
        user_id=user.id,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        state=asked.state,
        mark=_mark(keys, account),
    )
    store.put_entry(tx, _digest(keys, ticket), entry, now + ENTRY_LIFE)
    _send(tx, keys, user, sending, now)


def waiting(tx: Tx, keys: Keyring, ticket: str, now: datetime) -> tuple[Entry, str]:
    """Read an entry that owes its code, and where that was sent, half hidden. Raises SignInExpired."""
    entry = store.entry(tx, _digest(keys, ticket), now, hold=False)
    if entry is None:
        raise SignInExpired
    way, to = _way(tx, users.get(tx, entry.user_id))
    return entry, f"{to[:4]}***{to[-2:]}" if way is Channel.SMS else f"{to[:2]}***{to[to.rfind('@') :]}"


def send_again(tx: Tx, keys: Keyring, ticket: str, sending: Sending, now: datetime) -> bool:
    """Send another code; tell whether one was sent, and not only a moment ago. Raises SignInExpired."""
    entry = store.entry(tx, _digest(keys, ticket), now)
    if entry is None:
        raise SignInExpired
    return _send(tx, keys, users.get(tx, entry.user_id), sending, now)


def give_code(
    tx: Tx, keys: Keyring, ticket: str, typed: str, new_code: str, browser: str, origin: str, now: datetime
) -> Passed | None:
    """Use the one-time code up and make the authorisation code; nothing if it was wrong, which is counted.

    Raises SignInExpired.
    """
    digest = _digest(keys, ticket)
    entry = store.entry(tx, digest, now)
    account = users.locked_account(tx, entry.user_id) if entry else None
    if (
        entry is None
        or account is None
        or account.status is not UserStatus.ACTIVE
        or _mark(keys, account) != entry.mark
    ):
        raise SignInExpired
    if not codes.redeem(tx, keys, PURPOSE, entry.user_id, typed, now):
        return None
    if not store.end_entry(tx, digest):
        raise SignInExpired
    code = Code(
        client=entry.client,
        data_set=entry.data_set,
        user_id=entry.user_id,
        redirect_uri=entry.redirect_uri,
        challenge=entry.challenge,
        browser=keys.hex(BROWSER, browser),
        until=now + CODE_LIFE,
        session=None,
    )
    store.put_code(tx, keys.hex(CODE, new_code), code)
    attempts.note_success(tx, keys, account.username, origin, now)
    audit.record(
        tx, now, account.id, "access.tamin-entered", account.id, client=entry.client, in_data_set=entry.data_set
    )
    life = int(CODE_LIFE.total_seconds())
    return Passed(sent_back(entry.redirect_uri, code=new_code, expires_in=life, state=entry.state))


def may_return(tx: Tx, uri: str) -> bool:
    """Tell whether a browser that signs out may be sent to this address."""
    return clients.is_anyones(tx, uri)


def _send(tx: Tx, keys: Keyring, user: User, sending: Sending, now: datetime) -> bool:
    """Send a code; tell whether there was no need to, since the last one is fresh and still good."""
    way, to = _way(tx, user)
    try:
        codes.issue(tx, keys, PURPOSE, user.id, sending.code, now)
    except CodeTooSoon:
        return False
    # The digits stay Latin: phones offer only such codes above the keyboard.
    text = f"کد ورود به سامانهٔ نسخهٔ الکترونیک: {sending.code}\nاین کد را به کسی ندهید."
    mail = {} if way is Channel.SMS else {"subject": "کد ورود"}
    outbox.put(tx, sending.letter_id, way.topic, {"to": to, "text": text, **mail}, now)
    return True


def _way(tx: Tx, user: User) -> tuple[Channel, str]:
    known = clients.identity(tx, user.id)
    if known is not None and known.mobile:
        return Channel.SMS, known.mobile
    if user.email:
        return Channel.MAIL, user.email
    raise NoWayForCodes


def _check_challenge(request: Any) -> dict[str, Any]:  # noqa: ANN401 - oauthlib has no types
    """Let only S256 pass: without a method oauthlib, as the RFC has it, would take the verifier itself."""
    if request.code_challenge is None:
        raise errors.MissingCodeChallengeError(request=request)
    if request.code_challenge_method != "S256":
        raise errors.UnsupportedCodeChallengeMethodError(request=request)
    if not challenge_is_good(request.code_challenge) or len(request.state or "") > LONGEST_STATE:
        raise errors.InvalidRequestError(description="The code_challenge or the state is malformed.", request=request)
    return {}


class _Rules(RequestValidator):  # type: ignore[misc]
    """What oauthlib asks of an authorisation request."""

    client: Client
    data_sets: frozenset[int]

    def __init__(self, tx: Tx) -> None:
        super().__init__()
        self._tx = tx

    def validate_client_id(self, client_id: str, *_: Any) -> bool:  # noqa: ANN401
        """Find the client."""
        found = clients.active(self._tx, client_id)
        if found is not None:
            self.client = found
        return found is not None

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, *_: Any) -> bool:  # noqa: ANN401, ARG002
        """Find the address among the client's, letter for letter."""
        self.data_sets = clients.data_sets_of(self._tx, self.client.id, redirect_uri)
        return bool(self.data_sets)

    def get_default_redirect_uri(self, *_: Any) -> None:  # noqa: ANN401
        """Give none: the guide has it in every call."""

    def validate_response_type(self, client_id: str, response_type: str, *_: Any) -> bool:  # noqa: ANN401, ARG002
        """Let only a code be asked for."""
        return response_type == "code"

    def is_pkce_required(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes, always."""
        return True

    def get_default_scopes(self, *_: Any) -> list[str]:  # noqa: ANN401
        """Give none: there are no scopes."""
        return []

    def validate_scopes(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes."""
        return True


def _digest(keys: Keyring, ticket: str) -> str:
    return keys.hex(ENTRY, ticket)


def _mark(keys: Keyring, account: Account) -> str:
    return keys.hex("access.oauth-mark", f"{account.id}\0{account.password_hash}")
