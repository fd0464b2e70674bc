"""The official messages of the gateway: tokens, envelope, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from nabz.access.model import SCOPE
from nabz.gateway.model import MESSAGES

if TYPE_CHECKING:
    from nabz.access.model import Tokens
    from nabz.kit.errors import Problem

ACCEPTED = 202
FAILURES = 400
NOT_AUTHORISED = 401


class TokenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Table 2 and the form of the refresh call."""

    grant_type: str
    username: str | None = None
    password: str | None = None
    refresh_token: str | None = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"grant_type": ("grantType",), "refresh_token": ("refreshToken",)}


class TokenAnswer(msgspec.Struct, frozen=True):
    """The samples' spelling and order; table 6 prints camelCase."""

    access_token: str
    token_type: str
    refresh_token: str
    expires_in: int
    scope: str

    @classmethod
    def of(cls, tokens: Tokens) -> TokenAnswer:
        """Write tokens as the wire has them."""
        return cls(tokens.access_token, "bearer", tokens.refresh_token, tokens.expires_in, SCOPE)


class TokenError(msgspec.Struct, frozen=True):
    """A failure of the token functions."""

    error: str
    error_description: str


class TokenSubject(msgspec.Struct, frozen=True, kw_only=True):
    """The form of RFC 7009 and 7662."""

    token: str
    token_type_hint: str | None = None


class Introspection(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer of RFC 7662."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    username: str | None = None
    token_type: str | None = None
    exp: int | None = None


class Violation(msgspec.Struct, frozen=True):
    """Where the input is at fault."""

    code: str
    message: str


class Refusal(msgspec.Struct, frozen=True):
    """How the gateway itself says no: the shape that the guide prints for an expired token."""

    status: int
    code: int
    msg: str
    violations: list[Violation]

    @classmethod
    def of(cls, status: int, violation: Problem | None = None) -> Refusal:
        """Write a refusal; the printed one of 401 has an empty msg."""
        found = [Violation(violation.code, violation.text_en)] if violation is not None else []
        message = "" if status == NOT_AUTHORISED else MESSAGES.get(status, MESSAGES[400])
        return cls(0, status, message, found)


REFUSALS = {status: msgspec.json.encode(Refusal.of(status)) for status in MESSAGES}


def envelope(status: int, body: bytes) -> tuple[int, bytes]:
    """Appendix 1: what the provider said inside what the gateway says; gives the gateway's status and the body.

    The one rule of `result.data`: an object or array is embedded, a scalar is the provider's raw text as a string,
    and a failure has no data.
    """
    outer = ACCEPTED if status == ACCEPTED else 200
    tail = b'"status":{"statusCode":%d}},"status":{"statusCode":%d,"message":"%b"}}' % (
        status,
        outer,
        MESSAGES[outer].encode(),
    )
    body = body.strip()
    if status >= FAILURES or not body:
        return outer, b'{"result":{' + tail
    data = body if body[:1] in b"{[" else msgspec.json.encode(body.decode("utf-8", "replace"))
    return outer, b'{"result":{"data":' + data + b"," + tail
