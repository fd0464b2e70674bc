"""Section 1: signing in, refreshing, revoking."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from nabz.access.errors import BadCredentials, BadToken, PairsDiffer, TooManyAttempts, UnknownUser
from nabz.access.service.pairs import Pairs
from nabz.kit.errors import Problem
from nabz.kit.json import encode
from nabz.residency.api.bodies import parameters
from nabz.residency.api.door import JSON, OK, Sent, simad
from nabz.residency.errors.printed import KeyMissing, PasswordWrong, TokensDiffer, TokensUnknown, UserUnknown
from nabz.residency.wire import answers as wire
from nabz.residency.wire.requests import Credentials, Tokens, text_of

KINDS = ("json", "form")
UNREADABLE = 400


@simad.op(
    "POST",
    "/api/Token/authenticate",
    operation="authenticate",
    summary="Sign in with the user name and password of a university",
    body=Credentials,
    answer=wire.Authenticated,
    token=False,
    keeps_bodies=False,
    kinds=KINDS,
    samples=("authenticate.proposed.request.json", "authenticate.response.json"),
)
async def authenticate(sent: Sent) -> object:
    """Hand out a pair of tokens (1.1)."""
    call = sent.call
    if sent.deps.settings.simad_asks_key and not (call.header("token") or "").strip():
        raise KeyMissing
    asked = await parameters(call, Credentials)
    try:
        pair = await Pairs.of(sent.deps).authenticate(
            text_of(asked.username), text_of(asked.password), call.ip, sent.now
        )
    except UnknownUser as unknown:
        raise UserUnknown from unknown
    except BadCredentials as wrong:
        raise PasswordWrong from wrong
    except TooManyAttempts as often:  # whoever guesses learns nothing of it but when to come again
        raise PasswordWrong(retry_after=often.retry_after) from often
    return _told(sent, wire.Authenticated(pair.access, pair.refresh, wire.expires(pair.until), pair.display_name))


@simad.op(
    "POST",
    "/api/Token/refresh",
    operation="refresh",
    summary="Exchange a pair of tokens for a new one",
    body=Tokens,
    answer=wire.Refreshed,
    token=False,
    keeps_bodies=False,
    kinds=KINDS,
    samples=("tokens.proposed.request.json", "refresh.response.json"),
)
async def refresh(sent: Sent) -> object:
    """Exchange a pair of tokens for a new one (1.2)."""
    tokens = await _tokens(sent)
    try:
        pair = await Pairs.of(sent.deps).refresh(*tokens, sent.now)
    except BadToken as dead:
        raise TokensUnknown from dead
    return _told(sent, wire.Refreshed(pair.access, pair.refresh))


@simad.op(
    "POST",
    "/api/Token/revoke",
    operation="revoke",
    summary="End a pair of tokens",
    body=Tokens,
    token=False,
    keeps_bodies=False,
    kinds=KINDS,
    samples=("tokens.proposed.request.json",),
)
async def revoke(sent: Sent) -> None:
    """End a pair of tokens (1.3)."""
    tokens = await _tokens(sent)
    try:
        await Pairs.of(sent.deps).revoke(*tokens, sent.now)
    except BadToken as dead:
        raise TokensUnknown from dead
    except PairsDiffer as differ:
        raise TokensDiffer from differ


async def _tokens(sent: Sent) -> tuple[str, str]:
    """Read both tokens; of what cannot be read the guide's sentence says the same. Raises TokensUnknown."""
    try:
        asked = await parameters(sent.call, Tokens)
    except Problem as unread:
        if unread.status != UNREADABLE:
            raise
        raise TokensUnknown from unread
    tokens = text_of(asked.AccessToken), text_of(asked.RefreshToken)
    if not all(tokens):
        raise TokensUnknown
    return tokens


def _told(sent: Sent, answer: wire.Authenticated | wire.Refreshed) -> object:
    """Answer to the letter; where the switch is on, a second key without the blank stands behind."""
    if not sent.deps.settings.simad_plain_token:
        return answer
    told = msgspec.to_builtins(answer)
    return Response(encode({**told, "Token": answer.token}), OK, media_type=JSON)
