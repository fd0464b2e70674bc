"""Tamin's porter: hands out tokens, knows them again, ends their sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from nabz.access.errors import BadClient, BadCredentials, BadToken, SessionGone, SessionLive
from nabz.access.model import ClientSecret, Entered, UserStatus
from nabz.access.model.oauth import LONGEST_TOKEN, TOKEN_LIFE, bare_token, may_enter
from nabz.access.service import attempts
from nabz.access.service.oauth import protocol, signing
from nabz.access.service.oauth.protocol import Answer, Asking
from nabz.access.service.oauth.signing import Claims, Signer
from nabz.access.service.passwords import passwords_of
from nabz.access.service.sign_in import check_password
from nabz.access.service.tokens import Desk
from nabz.access.store import oauth as store
from nabz.access.store import users
from nabz.kit import audit
from nabz.kit.ids import new_id, random_uuid
from nabz.kit.memory import Memory

if TYPE_CHECKING:
    from nabz.access.model import Account
    from nabz.access.service.passwords import Passwords
    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.memory import Process
    from nabz.settings import Settings

REMEMBERED = 10_000


class Stamp(msgspec.Struct, frozen=True):
    """What a token says besides where it comes from; the same stamp, the same token."""

    subject: str
    client_id: str
    data_set: int
    session: str
    token_id: str
    at: datetime


class Porter:
    """One for each process. What it remembers is only speed: every session is decided by the store."""

    def __init__(self, db: Database, keys: Keyring, passwords: Passwords, settings: Settings) -> None:
        self._db = db
        self._keys = keys
        self._passwords = passwords
        self._desk = Desk(db, keys, passwords, settings)
        self._issuer = settings.base_url.rstrip("/")
        self._refresh_life = timedelta(days=settings.refresh_token_days)
        keep = timedelta(seconds=settings.token_cache_seconds)
        self.signer = Signer(db, keys)
        self._read: Memory[bytes, Claims] = Memory(REMEMBERED, TOKEN_LIFE)
        self._live: Memory[str, Entered] = Memory(REMEMBERED, keep)
        self._ended: Memory[str, bool] = Memory(REMEMBERED, keep)
        """A look at the store that was under way when a session ended must not bring it back."""

    @classmethod
    def of(cls, process: Process) -> Porter:
        """Give the process's one."""
        return process.own(cls, lambda: cls(process.db, process.keys, passwords_of(process.keys), process.settings))

    async def of_client(self, client_id: str, secret: str, now: datetime) -> str:
        """Give a system its token for its secret alone. Raises BadClient."""
        client = await self._desk.client(client_id, secret, now)
        session = await self._db.write(_open_for_client, client, new_id(), now)
        return await self._sign(
            Stamp(client.client, client.client_id, client.data_set, session, random_uuid(), now), now
        )

    async def of_user(
        self, client_id: str, secret: str, username: str, password: str, origin: str, now: datetime
    ) -> str:
        """Give a system its token for a person: one session at a time.

        Raises BadClient, BadCredentials, TooManyAttempts, Busy, SessionLive.
        """
        client = await self._desk.client(client_id, secret, now)
        checked = await check_password(self._db, self._keys, self._passwords, username, password, origin, now)
        session = new_id()
        await self._db.write(_open_for_user, self._keys, client, checked, session, origin, now)
        return await self._sign(Stamp(checked.id, client.client_id, client.data_set, session, random_uuid(), now), now)

    async def answer(self, asking: Asking, now: datetime) -> Answer:
        """Answer a token call of OAuth 2: an authorisation code, or a refresh token. Raises GrantRefused."""
        fresh = protocol.Fresh(new_id(), random_uuid(), random_uuid(), self._refresh_life)
        outcome = await self._db.write(protocol.answer, self._keys, asking, fresh, now)
        for session in outcome.ended:
            self._forget(session, now)
        granted = outcome.granted
        if granted is None:
            raise outcome.refused
        family = granted.family
        stamp = Stamp(family.user_id, granted.client_id, family.data_set, family.session, granted.token_id, granted.at)
        token = await self._sign(stamp, now, family.audience)
        return Answer(token, granted.refresh_token, outcome.allowed_origin)

    async def who(self, token: str, now: datetime) -> Entered:
        """Tell who stands behind a token, with or without the word Bearer before it. Raises BadToken."""
        claims = await self._claims(token, now)
        if datetime.fromtimestamp(claims.exp, UTC) <= now:
            raise BadToken
        known = self._live.get(claims.sid, now)
        if known is not None:
            return known
        rows = await self._db.read_one(store.ENTERED, id=claims.sid, now=now)
        if not rows or self._ended.get(claims.sid, now):
            raise BadToken
        self._live.put(claims.sid, rows[0], now)
        return rows[0]

    async def sign_out(self, token: str, now: datetime) -> None:
        """End the session behind a token. Raises SessionGone."""
        try:
            claims = await self._claims(token, now)
        except BadToken as bad:
            raise SessionGone from bad
        ended = datetime.fromtimestamp(claims.exp, UTC) > now and await self._db.write(_sign_out, claims.sid, now)
        self._forget(claims.sid, now)
        if not ended:
            raise SessionGone

    async def sign_out_browser(self, browser: str, now: datetime) -> None:
        """End every session that a browser has opened."""
        for session in await self._db.write(_sign_out_browser, self._keys.hex(protocol.BROWSER, browser), now):
            self._forget(session, now)

    async def jwks(self, now: datetime) -> dict[str, Any]:
        """Give the keys by which everybody can check a token."""
        return await self.signer.published(now)

    async def _claims(self, token: str, now: datetime) -> Claims:
        text = bare_token(token)
        if not text or len(text) > LONGEST_TOKEN or not text.isascii():
            raise BadToken
        key = self._keys.digest("access.oauth-token", text)
        claims = self._read.get(key, now)
        if claims is None:
            claims = await self.signer.read(text, now)
            self._read.put(key, claims, now)
        return claims

    async def _sign(self, stamp: Stamp, now: datetime, audience: str = "") -> str:
        begun = int(stamp.at.timestamp())
        claims = Claims(
            iss=self._issuer,
            sub=stamp.subject,
            aud=audience or stamp.client_id,
            client_id=stamp.client_id,
            data_set=stamp.data_set,
            sid=stamp.session,
            jti=stamp.token_id,
            iat=begun,
            exp=begun + int(TOKEN_LIFE.total_seconds()),
        )
        return await self.signer.sign(claims, now)

    def _forget(self, session: str, now: datetime) -> None:
        self._live.forget(session)
        self._ended.put(session, value=True, now=now)


def prune(tx: Tx, now: datetime) -> int:
    """Delete sessions, entries, codes and keys that nobody can use any more."""
    return store.prune(tx, now, now - TOKEN_LIFE) + signing.prune(tx, now)


def _open_for_client(tx: Tx, client: ClientSecret, session: str, now: datetime) -> str:
    if not store.secret_stands(tx, client.client, client.data_set):
        raise BadClient
    return store.open_of_client(tx, session, client.client, client.data_set, now, now + TOKEN_LIFE)


def _open_for_user(
    tx: Tx, keys: Keyring, client: ClientSecret, checked: Account, session: str, origin: str, now: datetime
) -> None:
    """The password was checked outside: it counts only if the account is still as it was then."""
    if not store.secret_stands(tx, client.client, client.data_set):
        raise BadClient
    account = users.locked_account(tx, checked.id)
    if account is None or account.status is not UserStatus.ACTIVE or account.password_hash != checked.password_hash:
        raise BadCredentials
    if not may_enter(users.get(tx, account.id).data_set, client.data_set):
        raise BadCredentials
    attempts.note_success(tx, keys, account.username, origin, now)
    if not store.open_of_user(tx, session, client.client, client.data_set, account.id, now, now + TOKEN_LIFE):
        raise SessionLive
    audit.record(
        tx, now, account.id, "access.tamin-signed-in", account.id, client=client.client, in_data_set=client.data_set
    )


def _sign_out(tx: Tx, session: str, now: datetime) -> bool:
    whose = store.end(tx, session, now)
    if whose is not None:
        audit.record(tx, now, whose, "access.tamin-signed-out", whose)
    return whose is not None


def _sign_out_browser(tx: Tx, browser: str, now: datetime) -> list[str]:
    ended = store.end_of_browser(tx, browser)
    for _, whose in ended:
        audit.record(tx, now, whose, "access.tamin-signed-out", whose)
    return [session for session, _ in ended]
