"""The protocol of the authorisation code (RFC 6749, 7636), kept by oauthlib over our store, inside one use case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from oauthlib.common import Request
from oauthlib.oauth2 import AuthorizationCodeGrant, BearerToken, RefreshTokenGrant, RequestValidator
from oauthlib.oauth2.rfc6749 import errors

from nabz.access.errors import GrantRefused
from nabz.access.model import UserStatus
from nabz.access.model.oauth import GRACE, TOKEN_LIFE, Code, Family, origin_of, verifier_is_good
from nabz.access.store import oauth as sessions
from nabz.access.store import oauth_clients as clients
from nabz.access.store import oauth_codes as codes
from nabz.access.store import users
from nabz.kit import audit

if TYPE_CHECKING:
    from nabz.access.model import Client
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

CODE: Final = "access.oauth-code"
REFRESH: Final = "access.oauth-refresh"
BROWSER: Final = "access.oauth-browser"
KNOWN: Final = ("grant_type", "client_id", "redirect_uri", "code", "code_verifier", "refresh_token")


class Asking(msgspec.Struct, frozen=True):
    """A token call: its fields, and whether its address gives refresh tokens."""

    fields: dict[str, str]
    refreshable: bool
    origin: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What a token call is given, and which site's scripts may read it."""

    access_token: str
    refresh_token: str
    allowed_origin: str


class Fresh(msgspec.Struct, frozen=True):
    """What a use case needs from the edge: new names, and how long refresh tokens live."""

    session: str
    token_id: str
    seed: str
    refresh_life: timedelta


class Granted(msgspec.Struct, frozen=True):
    """What was granted; the access token is signed outside, and again the same if this is the same call again."""

    family: Family
    client_id: str
    token_id: str
    at: datetime
    refresh_token: str


class Outcome(msgspec.Struct):
    """How a token call went. A refusal is returned, since an error would undo what it has ended."""

    granted: Granted | None
    refused: GrantRefused
    ended: list[str]
    allowed_origin: str


def answer(tx: Tx, keys: Keyring, asking: Asking, fresh: Fresh, now: datetime) -> Outcome:
    """Decide about a token call with an authorisation code or a refresh token."""
    if asking.refreshable and not asking.fields.get("audience") and asking.fields.get("code"):
        told = "Missing audience parameter: the national code of the person who has signed in."
        return Outcome(None, GrantRefused(error="invalid_request", told=told), [], "")
    rules = _Rules(tx, keys, asking, fresh, now)
    bearer = BearerToken(rules, token_generator=lambda _request: "")
    headers = {"origin": asking.origin} if asking.origin else {}
    # oauthlib takes any field for one of its own, and knows only the text of a form.
    known = [(name, asking.fields[name]) for name in KNOWN if asking.fields.get(name)]
    request = Request("https://localhost/auth/server/token", "POST", urlencode(known), headers)
    if request.grant_type == "refresh_token":
        grant = RefreshTokenGrant(rules)
    else:
        grant = AuthorizationCodeGrant(rules, refresh_token=asking.refreshable, pre_token=[_check_verifier])
    told, body, status = grant.create_token_response(request, bearer)
    if status == 200:  # noqa: PLR2004 - oauthlib's word for granted
        return Outcome(rules.granted, GrantRefused(error=""), [], told.get("Access-Control-Allow-Origin", ""))
    found = msgspec.json.decode(body)
    refused = GrantRefused(error=found["error"], told=found.get("error_description", ""), status=status)
    return Outcome(None, refused, rules.ended, "")


def _check_verifier(request: Any) -> None:  # noqa: ANN401 - oauthlib has no types
    if request.code_verifier is not None and not verifier_is_good(request.code_verifier):
        raise errors.InvalidRequestError(description="The code_verifier is not as RFC 7636 has it.", request=request)


class _Rules(RequestValidator):  # type: ignore[misc]
    """What oauthlib asks, in its order; what was read is held until the transaction ends."""

    def __init__(self, tx: Tx, keys: Keyring, asking: Asking, fresh: Fresh, now: datetime) -> None:
        super().__init__()
        self._tx = tx
        self._keys = keys
        self._asking = asking
        self._fresh = fresh
        self._now = now
        self._code: Code | None = None
        self._family: Family | None = None
        self._again: tuple[str, datetime] | None = None
        self.granted: Granted | None = None
        self.ended: list[str] = []

    # ---------------------------------------------------------------- the client

    def client_authentication_required(self, request: Any) -> bool:  # noqa: ANN401, ARG002
        """Say no: those who come by a browser keep no secret, PKCE stands in its place."""
        return False

    def authenticate_client_id(self, client_id: str | None, request: Any) -> bool:  # noqa: ANN401
        """Find the client that the call names."""
        request.client = clients.active(self._tx, client_id or "")
        return request.client is not None

    def validate_grant_type(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes: only these two grants come here."""
        return True

    def is_pkce_required(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes, always."""
        return True

    def is_origin_allowed(self, client_id: str, origin: str, request: Any) -> bool:  # noqa: ANN401, ARG002
        """Let the scripts of a site read the answer if browsers are sent there anyway."""
        known = clients.redirects_of(self._tx, request.client.id)
        return any(origin_of(uri) == origin for _, uri in known)

    # ---------------------------------------------------------------- the code

    def validate_code(self, client_id: str, code: str, client: Client, request: Any) -> bool:  # noqa: ANN401, ARG002
        """Find a code that was not used; a second use ends what was got with it."""
        digest = self._keys.hex(CODE, code)
        found = codes.locked_code(self._tx, digest)
        if found is None or found.client != client.id:
            return False
        if found.session is not None:
            self._end(found.session, found.user_id, "access.code-used-twice")
            return False
        if found.until <= self._now or request.redirect_uri not in {None, found.redirect_uri}:
            return False
        if not self._may_be(found.user_id, self._audience()):
            return False
        request.scopes = []
        self._code = found
        return True

    def get_code_challenge(self, *_: Any) -> str | None:  # noqa: ANN401
        """Give the challenge that came with the authorisation request."""
        return self._code.challenge if self._code else None

    def get_code_challenge_method(self, *_: Any) -> str:  # noqa: ANN401
        """Give the only method there is."""
        return "S256"

    def get_default_redirect_uri(self, *_: Any) -> None:  # noqa: ANN401
        """Give none: the guide has it in every call."""

    def confirm_redirect_uri(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes: it was compared with the code."""
        return True

    # ---------------------------------------------------------------- the refresh token

    def validate_refresh_token(self, refresh_token: str, client: Client, request: Any) -> bool:  # noqa: ANN401, ARG002
        """Find a refresh token that was not used, or was just now; an old one ends its whole family."""
        digest = self._keys.hex(REFRESH, refresh_token)
        session = codes.session_of(self._tx, digest)
        family = sessions.locked(self._tx, session) if session else None
        found = codes.refresh(self._tx, digest) if family else None
        if family is None or found is None or family.client != client.id or min(found.until, family.until) <= self._now:
            return False
        if self._audience() not in {"", family.audience} or not self._may_be(family.user_id, family.audience):
            return False
        if found.used_at is not None:
            if found.next_seed is None or found.used_at + GRACE < self._now or self._moved_on(found.next_seed):
                self._end(family.session, family.user_id, "access.refresh-token-replayed")
                return False
            self._again = found.next_seed, found.used_at
        self._family = family
        return True

    def get_original_scopes(self, *_: Any) -> list[str]:  # noqa: ANN401
        """Give none: there are no scopes."""
        return []

    def rotate_refresh_token(self, *_: Any) -> bool:  # noqa: ANN401
        """Say yes, always."""
        return True

    # ---------------------------------------------------------------- what is granted

    def save_token(self, token: Any, request: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401, ARG002
        """Open the session, or put a new refresh token in the place of the old."""
        if self._family is None:
            self._save_code(request)
        elif self._again is not None:
            seed, at = self._again
            self._grant(self._family, request, seed, at, seed)
        else:
            self._save_refresh(self._family, request)

    def invalidate_authorization_code(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Do nothing: the code was used up with what it has opened."""

    def _save_code(self, request: Any) -> None:  # noqa: ANN401
        code = self._code
        if code is None or not codes.use_code(self._tx, self._keys.hex(CODE, request.code), self._fresh.session):
            raise RuntimeError("a code that was held has been used")
        until = self._now + (self._fresh.refresh_life if self._asking.refreshable else TOKEN_LIFE)
        audience = self._audience()
        family = Family(self._fresh.session, code.client, code.data_set, code.user_id, audience, until)
        sessions.open_of_code(self._tx, family, code.browser, self._now)
        if self._asking.refreshable:
            codes.put_refresh(self._tx, self._digest_of(self._fresh.seed), family.session, until)
        self._grant(family, request, self._fresh.token_id, self._now, self._fresh.seed)

    def _save_refresh(self, family: Family, request: Any) -> None:  # noqa: ANN401
        seed, until = self._fresh.seed, self._now + self._fresh.refresh_life
        if not codes.use_refresh(self._tx, self._keys.hex(REFRESH, request.refresh_token), seed, self._now):
            raise RuntimeError("a refresh token that was held has been used")
        codes.put_refresh(self._tx, self._digest_of(seed), family.session, until)
        sessions.prolong(self._tx, family.session, until)
        self._grant(family, request, seed, self._now, seed)

    def _grant(self, family: Family, request: Any, token_id: str, at: datetime, seed: str) -> None:  # noqa: ANN401
        refresh = self._keys.uuid(REFRESH, seed) if self._asking.refreshable else ""
        self.granted = Granted(family, request.client.client_id, token_id, at, refresh)

    def _moved_on(self, seed: str) -> bool:
        """Tell whether the token that came in the place of this one was used: then the answer did arrive."""
        successor = codes.refresh(self._tx, self._digest_of(seed))
        return successor is None or successor.used_at is not None

    def _may_be(self, user_id: str, audience: str) -> bool:
        """Tell whether a person may still come, and is the one whose national code the call names."""
        account = users.account(self._tx, user_id)
        if account is None or account.status is not UserStatus.ACTIVE:
            return False
        known = clients.identity(self._tx, user_id)
        return not audience or (known is not None and known.national_code == audience)

    def _audience(self) -> str:
        return self._asking.fields.get("audience", "") if self._asking.refreshable else ""

    def _end(self, session: str, user_id: str, why: str) -> None:
        self.ended.append(session)
        if sessions.end(self._tx, session, self._now) is not None:
            audit.record(self._tx, self._now, user_id, why, user_id)

    def _digest_of(self, seed: str) -> str:
        return self._keys.hex(REFRESH, self._keys.uuid(REFRESH, seed))
