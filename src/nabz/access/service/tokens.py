"""Tokens of the DITAS guide (MAXA 1.3, section 2): UUIDs, handed out again while they live, never stored."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from nabz.access.errors import BadClient, BadCredentials, BadToken
from nabz.access.model import Bearer, ClientSecret, Grant, Tokens, seconds_left
from nabz.access.service import attempts
from nabz.access.service.sign_in import check_password
from nabz.access.store import tokens as store
from nabz.kit import audit
from nabz.kit.ids import random_uuid
from nabz.kit.memory import Memory

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.access.service.passwords import Passwords
    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.settings import Settings

ACCESS, REFRESH, SECRET = "access-token", "refresh-token", "client-secret"
REMEMBERED = 10_000


class _Checked(msgspec.Struct, frozen=True):
    """A password that was right: this is believed for a token's life without the slow check."""

    user_id: str
    password_hash: str


class Desk:
    """Hands out tokens. What it remembers is only speed: each grant is decided by one statement on the store."""

    def __init__(self, db: Database, keys: Keyring, passwords: Passwords, settings: Settings) -> None:
        self._db = db
        self._keys = keys
        self._passwords = passwords
        self._life = timedelta(seconds=settings.token_seconds)
        self._refresh_life = timedelta(days=settings.refresh_token_days)
        self._keep = timedelta(seconds=settings.token_cache_seconds)
        self._checked: Memory[bytes, _Checked] = Memory(REMEMBERED, self._life)
        self._clients: Memory[bytes, ClientSecret] = Memory(REMEMBERED, self._keep)
        self._bearers: Memory[bytes, Bearer] = Memory(REMEMBERED, self._keep)

    async def client(self, client_id: str, secret: str, now: datetime) -> ClientSecret:
        """Find the client that a secret belongs to, and with it the data set; raises BadClient."""
        key = self._keys.digest(SECRET, f"{client_id}\0{secret}")
        known = self._clients.get(key, now)
        if known is not None:
            return known
        given = self._keys.hex(SECRET, secret)
        for row in await self._db.read_one(store.SECRETS_OF_CLIENT, client_id=client_id):
            if hmac.compare_digest(row.digest, given) or (
                row.previous_digest is not None
                and row.previous_until is not None
                and row.previous_until > now
                and hmac.compare_digest(row.previous_digest, given)
            ):
                self._clients.put(key, row, now)
                return row
        raise BadClient

    async def grant(self, client: ClientSecret, username: str, password: str, origin: str, now: datetime) -> Tokens:
        """Hand out the live token of a client and a user, or a new one (2.1).

        Raises BadCredentials, TooManyAttempts.
        """
        key = self._keys.digest("password-grant", f"{client.client}\0{username}\0{password}\0{origin}")
        known = self._checked.get(key, now)
        if known is not None:
            rows = await self._grant(client, known, now)
            if rows:
                return self._tokens(rows[0], now)
            self._checked.forget(key)  # the user was disabled or the password changed: the slow check decides
        checked = await self._check(username, password, origin, now)
        rows = await self._grant(client, checked, now)
        if not rows:
            raise BadCredentials
        self._checked.put(key, checked, now)
        return self._tokens(rows[0], now)

    async def _grant(self, client: ClientSecret, checked: _Checked, now: datetime) -> list[Grant]:
        seed, refresh_seed = random_uuid(), random_uuid()
        return await self._db.write_one(
            store.GRANT,
            client=client.client,
            data_set=client.data_set,
            user_id=checked.user_id,
            password_hash=checked.password_hash,
            access_seed=seed,
            access_digest=self._digest(ACCESS, self._keys.uuid(ACCESS, seed)),
            access_until=now + self._life,
            refresh_seed=refresh_seed,
            refresh_digest=self._digest(REFRESH, self._keys.uuid(REFRESH, refresh_seed)),
            refresh_until=now + self._refresh_life,
            now=now,
        )

    async def refresh(self, client: ClientSecret, refresh_token: str, now: datetime) -> Tokens:
        """Make a new access token and give the same refresh token back (2.2); raises BadCredentials."""
        seed = random_uuid()
        rows = await self._db.write_one(
            store.REFRESH,
            refresh_digest=self._digest(REFRESH, refresh_token),
            client=client.client,
            data_set=client.data_set,
            access_seed=seed,
            access_digest=self._digest(ACCESS, self._keys.uuid(ACCESS, seed)),
            access_until=now + self._life,
            now=now,
        )
        if not rows:  # nothing about a refresh token changes from wrong to right, so no second look can differ
            raise BadCredentials
        return self._tokens(rows[0], now)

    async def bearer(self, token: str, now: datetime) -> Bearer:
        """Find who stands behind an access token; raises BadToken."""
        key = self._keys.digest(ACCESS, token.lower())
        known = self._bearers.get(key, now)
        if known is not None and known.until > now:
            return known
        rows = await self._db.read_one(store.BEARER, digest=key.hex(), now=now)
        if not rows:
            self._bearers.forget(key)
            raise BadToken
        self._bearers.put(key, rows[0], now)
        return rows[0]

    async def revoke(self, token: str, now: datetime, by: str) -> None:
        """End the grant that an access or refresh token belongs to (RFC 7009)."""
        access, refresh = self._digest(ACCESS, token), self._digest(REFRESH, token)
        await self._db.write(_revoke, access, refresh, now, by)
        self._bearers.clear()

    async def _check(self, username: str, password: str, origin: str, now: datetime) -> _Checked:
        """Check a password the slow way, between two transactions."""
        account = await check_password(self._db, self._keys, self._passwords, username, password, origin, now)
        if account.password_hash is None:
            raise BadCredentials
        await self._db.write(attempts.note_success, self._keys, username, origin, now)
        return _Checked(account.id, account.password_hash)

    def _tokens(self, grant: Grant, now: datetime) -> Tokens:
        return Tokens(
            access_token=self._keys.uuid(ACCESS, grant.access_seed),
            refresh_token=self._keys.uuid(REFRESH, grant.refresh_seed),
            expires_in=seconds_left(grant.access_until, now),
        )

    def _digest(self, purpose: str, token: str) -> str:
        return self._keys.hex(purpose, token.lower())


def prune(tx: Tx, now: datetime) -> int:
    """Delete tokens and grants that have run out."""
    return store.prune(tx, now)


def _revoke(tx: Tx, access_digest: str, refresh_digest: str, now: datetime, by: str) -> None:
    for client in tx.run(store.REVOKE, access_digest=access_digest, refresh_digest=refresh_digest):
        audit.record(tx, now, by, "access.token-revoked", client)
