"""`POST /oauth/token` to the letter of the samples, and revocation and introspection for operators."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from starlette.responses import Response

from nabz.access.errors import BadClient, BadCredentials, BadToken, TooManyAttempts
from nabz.access.model import OPERATORS, SCOPE
from nabz.gateway.errors import HttpsOnly
from nabz.gateway.model import TOKENS
from nabz.gateway.service.line import Line
from nabz.gateway.wire import Introspection, Refusal, TokenAnswer, TokenError, TokenRequest, TokenSubject
from nabz.kit.clock import perf_counter
from nabz.kit.errors import Problem
from nabz.kit.http import Call, Routes
from nabz.kit.http.routes import Bug, json_answer
from nabz.kit.json import encode

if TYPE_CHECKING:
    from nabz.access.model import ClientSecret
    from nabz.access.service.tokens import Desk
    from nabz.gateway.service.traffic import Recorder

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


class MalformedGrant(Problem):
    """The form of a token call lacks a field or names another grant."""

    code = "gateway.malformed-grant"
    fa = "فرم درخواست توکن ناقص است."
    en = "The token form lacks {field}."


class UnsupportedGrant(Problem):
    """Another grant than the two of the guide."""

    code = "gateway.unsupported-grant"
    fa = "این grant_type پشتیبانی نمی‌شود."
    en = "Unsupported grant type."


def token_problem(_call: Call, problem: Problem) -> Response:
    """A failure of the token functions, in their own shape."""
    status = problem.status
    match problem:
        case BadCredentials():
            error = TokenError("invalid_grant", "Bad credentials")
        case BadClient():
            error = TokenError("invalid_client", "Bad client credentials")
        case UnsupportedGrant():
            error = TokenError("unsupported_grant_type", problem.text_en)
        case TooManyAttempts():
            error = TokenError("temporarily_unavailable", problem.text_en)
        case HttpsOnly():
            return json_answer(Refusal.of(410), 410)
        case _ if status >= 500:  # noqa: PLR2004
            error = TokenError("server_error", problem.text_en)
        case _:
            error = TokenError("invalid_request", problem.text_en)
    answer = Response(encode(error), status, media_type="application/json", headers=dict(NO_STORE))
    if isinstance(problem, BadClient):
        answer.headers["www-authenticate"] = 'Basic realm="DITAS"'
    if problem.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(problem.retry_after)))
    return answer


def routes(desk: Desk, recorder: Recorder) -> list[Routes]:
    """The token functions over a desk; what they answered, without any secret, stands in the traffic log."""
    official = Routes("gateway", shape=token_problem)
    house = Routes("gateway")

    @official.post(
        "/oauth/token",
        summary="Get a token (password) or refresh it (refresh_token); Basic client authentication",
        form=TokenRequest,
        security=("client",),
        answer=TokenAnswer,
        samples=("ditas/get_token.response.json", "ditas/refresh_token.response.json", "ditas/get_token.error.json"),
    )
    async def token(call: Call) -> Response:
        line = Line(TOKENS, keeps_bodies=False)
        line.status = Bug.status
        body, begun = b"", perf_counter()
        try:
            answer = await give(call, line)
            line.status, body = answer.status_code, bytes(answer.body)
        except Problem as problem:
            answer = token_problem(call, problem)
            line.status, body = answer.status_code, bytes(answer.body)
        finally:
            recorder.note(line.written(call, body, (perf_counter() - begun) * 1000))
        return answer

    async def give(call: Call, line: Line) -> Response:
        if call.deps.settings.https_only and call.scope["scheme"] != "https":
            raise HttpsOnly
        client = await _client(desk, call)
        line.client, line.data_set = client.client, client.data_set
        line.raw = await call.bytes()
        form = await call.form(TokenRequest)
        line.operation = form.grant_type[:40]
        match form.grant_type:
            case "password":
                if not form.username or form.password is None:
                    raise MalformedGrant(field="username or password")
                tokens = await desk.grant(client, form.username, form.password, call.ip, call.now)
            case "refresh_token":
                if not form.refresh_token:
                    raise MalformedGrant(field="refresh_token")
                tokens = await desk.refresh(client, form.refresh_token, call.now)
            case _:
                raise UnsupportedGrant
        answer = TokenAnswer.of(tokens)
        return Response(encode(answer), 200, media_type="application/json", headers=dict(NO_STORE))

    @house.post("/oauth/revoke", summary="End a token's grant (RFC 7009)", form=TokenSubject, roles=OPERATORS)
    async def revoke(call: Call) -> Response:
        form = await call.form(TokenSubject)
        await desk.revoke(form.token, call.now, call.me.user_id)
        return Response(status_code=200)

    @house.post(
        "/oauth/introspect",
        summary="Tell what stands behind an access token (RFC 7662)",
        form=TokenSubject,
        answer=Introspection,
        roles=OPERATORS,
    )
    async def introspect(call: Call) -> Introspection:
        form = await call.form(TokenSubject)
        try:
            bearer = await desk.bearer(form.token, call.now)
        except BadToken:
            return Introspection(active=False)
        return Introspection(
            active=True,
            scope=SCOPE,
            client_id=bearer.client_id,
            username=bearer.username,
            token_type="bearer",  # noqa: S106 - the name of a kind
            exp=int(bearer.until.timestamp()),
        )

    return [official, house]


async def _client(desk: Desk, call: Call) -> ClientSecret:
    scheme, _, text = (call.header("authorization") or "").strip().partition(" ")
    if scheme.lower() != "basic":
        raise BadClient
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise BadClient from error
    if not colon or "\0" in name:
        raise BadClient
    return await desk.client(name, secret, call.now)
