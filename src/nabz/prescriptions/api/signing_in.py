"""The addresses where a program signs in to Tamin and out again, of all three generations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Final

from starlette.responses import Response

from nabz.access.errors import BadClient, BadCredentials, GrantRefused, SessionGone
from nabz.access.model.oauth import TOKEN_LIFE
from nabz.access.service.oauth import Porter
from nabz.access.service.oauth.protocol import Asking
from nabz.kit import reader
from nabz.kit.errors import Problem
from nabz.kit.http import Call
from nabz.kit.http.call import pairs_of
from nabz.kit.json import encode
from nabz.prescriptions.api.door import Sent, official
from nabz.prescriptions.wire.signing_in import (
    Authenticate,
    CodeAnswer,
    KeySet,
    Login,
    LoginAnswer,
    RefreshableAnswer,
    Refusal,
    SignOut,
    TokenAnswer,
)

JSON: Final = "application/json"
NO_STORE: Final = {"cache-control": "no-store", "pragma": "no-cache"}
LIFE: Final = int(TOKEN_LIFE.total_seconds())
UNAUTHORIZED: Final = 401
BUSY: Final = 503
LOGGED_OUT: Final = "Logged out successfully."
PRINTED: Final = ("tamin/epresc_token_production.response.json",)

Give = Callable[[Sent], Awaitable[Response]]
Shape = Callable[[Call, Problem], Response]


def shaped(shape: Shape) -> Callable[[Give], Give]:
    """Let an address tell its problems in its own shape, and not in the door's."""

    def around(give: Give) -> Give:
        @wraps(give)
        async def run(sent: Sent) -> Response:
            try:
                return await give(sent)
            except Problem as problem:
                sent.notes.add(problem.code)
                answer = shape(sent.call, problem)
                if problem.retry_after is not None:
                    answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
                return answer

        return run

    return around


# ---------------------------------------------------------------- OAuth 2


def token_problem(call: Call, problem: Problem) -> Response:
    """A failure of a token call, as RFC 6749 has it."""
    status = problem.status
    match problem:
        case GrantRefused():
            status = int(str(problem.facts.get("status", status)))
            refusal = Refusal(str(problem.facts["error"]), str(problem.facts.get("told", "")))
        case BadClient():
            refusal = Refusal("invalid_client", problem.text_en)
        case _ if status >= 500:  # noqa: PLR2004
            refusal = Refusal("temporarily_unavailable" if status == BUSY else "server_error", problem.text_en)
        case _:
            refusal = Refusal("invalid_request", problem.text_en)
    answer = _json(refusal, status, NO_STORE)
    if status == UNAUTHORIZED and call.header("authorization"):
        answer.headers["www-authenticate"] = 'Basic realm="Tamin"'
    return answer


@official.op(
    "POST",
    "/auth/server/token",
    operation="token",
    summary="Get a token: for a system's secret, or for an authorisation code with its PKCE verifier",
    answer=TokenAnswer,
    token=False,
    keeps_bodies=False,
    samples=PRINTED,
)
@shaped(token_problem)
async def token(sent: Sent) -> Response:
    """Answer the address of the guide."""
    return await _give(sent.call, refreshable=False)


@official.op(
    "POST",
    ("/auth/server/v2/token", "/auth/server/v1/token"),  # the second is a misprint of the guide, and sent as such
    operation="token-v2",
    summary="Get a token with a refresh token, or a new pair for a refresh token",
    answer=RefreshableAnswer,
    token=False,
    keeps_bodies=False,
)
@shaped(token_problem)
async def refreshable_token(sent: Sent) -> Response:
    """Answer the address that gives refresh tokens."""
    return await _give(sent.call, refreshable=True)


async def _give(call: Call, *, refreshable: bool) -> Response:
    pairs = pairs_of(await call.bytes())
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise GrantRefused(error="invalid_request", told="A parameter stands there twice.")
    grant_type = fields.get("grant_type", "")
    if grant_type == "client_credentials" or not (grant_type or fields.get("code")):
        client_id, secret = _named(call, fields)
        given = await Porter.of(call.deps).of_client(client_id, secret, call.now)
        return _json(TokenAnswer(LIFE, given), 200, NO_STORE)
    if grant_type != "authorization_code" and not (refreshable and grant_type == "refresh_token"):
        raise GrantRefused(error="unsupported_grant_type" if grant_type else "invalid_request")
    asking = Asking(fields, refreshable, call.header("origin") or "")
    granted = await Porter.of(call.deps).answer(asking, call.now)
    headers = dict(NO_STORE)
    if granted.allowed_origin:
        headers |= {"access-control-allow-origin": granted.allowed_origin, "vary": "origin"}
    if refreshable:
        return _json(RefreshableAnswer(granted.access_token, LIFE, granted.refresh_token), 200, headers)
    return _json(CodeAnswer(granted.access_token, LIFE), 200, headers)


def _named(call: Call, fields: Mapping[str, str]) -> tuple[str, str]:
    """Find the client and its secret in the form, or in a Basic header."""
    client_id, secret = fields.get("client_id", "").strip(), fields.get("client_secret", "")
    scheme, _, text = (call.header("authorization") or "").strip().partition(" ")
    if not secret and scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError) as error:
            raise BadClient from error
    if not client_id or not secret:
        raise GrantRefused(error="invalid_request", told="Missing client_id or client_secret parameter.")
    if "\0" in client_id:
        raise BadClient
    return client_id, secret


@official.op(
    "GET",
    ("/auth/server/jwks", "/.well-known/jwks.json"),
    operation="jwks",
    summary="Read the keys with which tokens are signed",
    answer=KeySet,
    token=False,
    keeps_bodies=False,
)
async def jwks(sent: Sent) -> Response:
    """Tell the public halves of the keys."""
    published = await Porter.of(sent.deps).jwks(sent.now)
    return _json(published, 200, {"cache-control": "public, max-age=60"})


# ---------------------------------------------------------------- the test environment's own


def login_problem(_call: Call, problem: Problem) -> Response:
    """A failure, in the envelope that a token would have had."""
    return _json(LoginAnswer.refused(problem.status, problem.text_fa), problem.status, NO_STORE)


@official.op(
    "POST",
    "/api/ws/api/auth/login",
    operation="login",
    summary="Get a token in the test environment of prescription writing",
    answer=LoginAnswer,
    token=False,
    keeps_bodies=False,
)
@shaped(login_problem)
async def login(sent: Sent) -> Response:
    """Give a system its token in the envelope."""
    body = reader.read(await sent.call.bytes(), Login, sent.call.limits)
    given = await Porter.of(sent.deps).of_client(body.client_id.strip(), body.secret, sent.now)
    return _json(LoginAnswer.given(given), 200, NO_STORE)


# ---------------------------------------------------------------- pharmacies and paraclinic centres


def acl_problem(_call: Call, problem: Problem) -> Response:
    """A failure as a JSON text; a dead token is told in the words that clients look for."""
    status = UNAUTHORIZED if isinstance(problem, BadCredentials) else problem.status
    text = problem.text_en if isinstance(problem, SessionGone) else problem.text_fa
    return _json(text, status, NO_STORE)


@official.op(
    "POST",
    "/api/acl/authenticate",
    operation="authenticate",
    summary="Open a centre's session: one at a time for each software and user",
    answer=str,
    token=False,
    keeps_bodies=False,
)
@shaped(acl_problem)
async def authenticate(sent: Sent) -> Response:
    """Give a system its token for a person."""
    call = sent.call
    body = reader.read(await call.bytes(), Authenticate, call.limits)
    given = await Porter.of(call.deps).of_user(
        body.SoftwareClientID.strip(), body.SoftwareClientSecret, body.username, body.password, call.ip, call.now
    )
    return _json(given, 200, NO_STORE)


@official.op(
    "POST",
    ("/api/acl/signout", "/api/acl/logout"),  # no source prints the address; clients only tell what it answers
    operation="sign-out",
    summary="End the session of a token, which stands in the header or in the body",
    answer=str,
    token=False,
    keeps_bodies=False,
)
@shaped(acl_problem)
async def sign_out(sent: Sent) -> Response:
    """End a session."""
    token = sent.call.header("authorization") or _token_in(await sent.call.bytes())
    await Porter.of(sent.deps).sign_out(token, sent.now)
    return _json(LOGGED_OUT, 200, NO_STORE)


def _token_in(body: bytes) -> str:
    """Read a body that is the token, a JSON text of it, or an object around it."""
    bare = body.strip()
    if bare.startswith(b"{"):
        return reader.read(bare, SignOut).token
    return bare.decode("latin-1")


def _json(value: object, status: int, headers: Mapping[str, str]) -> Response:
    return Response(encode(value), status, media_type=JSON, headers=dict(headers))
