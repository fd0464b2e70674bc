"""The messages of signing in, in the spellings of the guide and of what its clients send."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec


class TokenAnswer(msgspec.Struct, frozen=True):
    """What a system's secret is answered with (TAMIN 4, in this order)."""

    expires_in: int
    access_token: str


class CodeAnswer(msgspec.Struct, frozen=True):
    """What an authorisation code is answered with (TAMIN-WIRE 4.1)."""

    access_token: str
    expires_in: int


class RefreshableAnswer(msgspec.Struct, frozen=True):
    """The same from the address that gives refresh tokens."""

    access_token: str
    expires_in: int
    refresh_token: str


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was wrong with a token call (RFC 6749, 5.2)."""

    error: str
    error_description: str = ""


class Login(msgspec.Struct, frozen=True):
    """The body of the test environment's own token call (TAMIN-WIRE 4.3)."""

    client_id: str
    secret: str


class LoginAnswer(msgspec.Struct, frozen=True):
    """The envelope around a token, or around the reason why there is none."""

    status: int
    family: str
    reason: str
    data: str

    @classmethod
    def given(cls, token: str) -> LoginAnswer:
        """Wrap a token."""
        return cls(200, "SUCCESSFUL", "OK", token)

    @classmethod
    def refused(cls, status: int, text: str) -> LoginAnswer:
        """Wrap a reason."""
        server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return cls(status, "SERVER_ERROR" if server else "CLIENT_ERROR", HTTPStatus(status).phrase, text)


class Authenticate(msgspec.Struct, frozen=True):
    """The body of `acl/authenticate` (TAMIN 3), whose keys come in any case."""

    username: str
    password: str
    SoftwareClientID: str
    SoftwareClientSecret: str


class SignOut(msgspec.Struct, frozen=True):
    """The body of a sign-out that is an object; others send the token alone."""

    token: str = ""


class KeySet(msgspec.Struct, frozen=True):
    """The public keys (RFC 7517)."""

    keys: list[dict[str, Any]]
