"""Pairs of a token and its refresh token (SIMAD, section 1): handed out for a password, rotated, revoked."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from nabz.access.errors import BadCredentials, BadToken, PairsDiffer, UnknownUser
from nabz.access.model import Role, UserStatus, folded_username
from nabz.access.model.pairs import GRACE, LIVES, LONGEST, Pair
from nabz.access.service import attempts
from nabz.access.service.passwords import passwords_of
from nabz.access.service.sign_in import check_password
from nabz.access.store import pairs as store
from nabz.access.store import users
from nabz.kit import audit
from nabz.kit.ids import new_id, random_uuid
from nabz.kit.memory import Memory

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.access.model import Account
    from nabz.access.model.pairs import PairBearer
    from nabz.access.service.passwords import Passwords
    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.kit.memory import Process
    from nabz.settings import Settings

ACCESS, REFRESH = "pair-access", "pair-refresh"
ACCESS_PIECES = 9
REMEMBERED = 10_000


class Pairs:
    """One for each process. What it remembers is only speed: every pair is decided by the store."""

    def __init__(self, db: Database, keys: Keyring, passwords: Passwords, settings: Settings) -> None:
        self._db = db
        self._keys = keys
        self._passwords = passwords
        self._life = timedelta(seconds=settings.token_seconds)
        self._refresh_life = timedelta(days=settings.refresh_token_days)
        self._forgotten = 0
        self._bearers: Memory[bytes, PairBearer] = Memory(REMEMBERED, timedelta(seconds=settings.token_cache_seconds))

    @classmethod
    def of(cls, process: Process) -> Pairs:
        """Give the one of this process."""
        return process.own(cls, lambda: cls(process.db, process.keys, passwords_of(process.keys), process.settings))

    async def authenticate(self, username: str, password: str, origin: str, now: datetime) -> Pair:
        """Hand out a pair for a password (1.1). Raises UnknownUser, BadCredentials, TooManyAttempts."""
        if not await self._db.read(_may_enter, self._keys, username, origin, now):
            await self._db.write(attempts.note_failure, self._keys, username, origin, now)
            raise UnknownUser
        account = await check_password(self._db, self._keys, self._passwords, username, password, origin, now)
        id_, seed = new_id(), random_uuid()
        try:
            await self._db.write(self._open, account, id_, seed, now)
        except BadCredentials:
            await self._db.write(attempts.note_failure, self._keys, username, origin, now)
            raise
        await self._db.write(attempts.note_success, self._keys, username, origin, now)
        return self._pair(seed, now + self._life, await self._db.read(_name_of, account.id))

    def _open(self, tx: Tx, account: Account, id_: str, seed: str, now: datetime) -> None:
        """Keep a pair, if the account is still as it was when its password was checked. Raises BadCredentials.

        These calls have no place for a code: whose account asks for one has none of these tokens.
        """
        known = users.locked_account(tx, account.id)
        if known is None or known.status is not UserStatus.ACTIVE or known.password_hash != account.password_hash:
            raise BadCredentials
        if known.totp_sealed is not None:
            raise BadCredentials
        store.add(
            tx,
            {
                "id": id_,
                "user_id": account.id,
                "seed": seed,
                "access_digest": self._digest(ACCESS, self._access(seed)),
                "refresh_digest": self._digest(REFRESH, self._refresh(seed)),
                "access_until": now + self._life,
                "refresh_until": now + self._refresh_life,
                "refreshed_at": now,
                "ends_at": now + self._refresh_life * LIVES,
            },
        )
        audit.record(tx, now, account.id, "access.pair-given", account.id)

    async def refresh(self, access: str, refresh: str, now: datetime) -> Pair:
        """Make a new pair of an old one (1.2); the same call once more is given the same. Raises BadToken."""
        old = self._digest(ACCESS, access), self._digest(REFRESH, refresh)
        await self._db.write(self._rotate, *old, random_uuid(), now)
        kept = await self._db.read(store.after, *old, Role.UNIVERSITY)
        if kept is None or now - kept.refreshed_at >= GRACE:
            await self._db.write(_end_stolen, *old, now)
            self._forget()
            raise BadToken
        self._forget()
        return self._pair(kept.seed, kept.access_until, kept.display_name)

    def _rotate(self, tx: Tx, access: str, refresh: str, seed: str, now: datetime) -> None:
        for pair in tx.run(
            store.ROTATE,
            access=access,
            refresh=refresh,
            seed=seed,
            new_access=self._digest(ACCESS, self._access(seed)),
            new_refresh=self._digest(REFRESH, self._refresh(seed)),
            access_until=now + self._life,
            refresh_until=now + self._refresh_life,
            now=now,
            role=Role.UNIVERSITY.value,
        ):
            store.spend(tx, pair, access, refresh)

    async def revoke(self, access: str, refresh: str, now: datetime) -> None:
        """End a pair (1.3). Raises BadToken for what nobody knows, PairsDiffer for tokens of two pairs."""
        old = self._digest(ACCESS, access), self._digest(REFRESH, refresh)
        await self._db.write(_revoke, *old, now)
        self._forget()

    def _forget(self) -> None:
        self._forgotten += 1
        self._bearers.clear()

    async def bearer(self, token: str, now: datetime) -> PairBearer:
        """Find who stands behind a token. Raises BadToken."""
        if not 0 < len(token) <= LONGEST:
            raise BadToken
        key = self._keys.digest(ACCESS, token)
        known = self._bearers.get(key, now)
        if known is not None and known.until > now:
            return known
        told = {"digest": key.hex(), "now": now, "grace": now - GRACE}
        forgotten = self._forgotten
        rows = await self._db.read_one(store.BEARER, **told, role=Role.UNIVERSITY.value)
        if not rows:
            self._bearers.forget(key)
            raise BadToken
        if forgotten == self._forgotten:  # else it may have been revoked since it was found
            self._bearers.put(key, rows[0], now)
        return rows[0]

    def _pair(self, seed: str, until: datetime, display_name: str) -> Pair:
        return Pair(self._access(seed), self._refresh(seed), until, display_name)

    def _access(self, seed: str) -> str:
        pieces = (self._keys.digest("pair-access-token", f"{seed}/{place}") for place in range(ACCESS_PIECES))
        return base64.urlsafe_b64encode(b"".join(pieces)).decode()

    def _refresh(self, seed: str) -> str:
        return base64.b64encode(self._keys.digest("pair-refresh-token", seed)).decode()

    def _digest(self, purpose: str, token: str) -> str:
        return self._keys.hex(purpose, token[: LONGEST + 1])


def prune(tx: Tx, now: datetime) -> int:
    """Delete pairs that have run out."""
    return store.prune(tx, now)


def _may_enter(tx: Tx, keys: Keyring, username: str, origin: str, now: datetime) -> bool:
    """Tell whether somebody of this name may use the service: who may not is as unknown to it as who is not there.

    Who tries out names is slowed down like who tries out passwords. Raises TooManyAttempts.
    """
    attempts.may_try(tx, keys, username, origin, now)
    account = users.by_username(tx, folded_username(username))
    return account is not None and Role.UNIVERSITY in users.get(tx, account.id).roles


def _name_of(tx: Tx, user_id: str) -> str:
    return users.get(tx, user_id).display_name


def _end_stolen(tx: Tx, access: str, refresh: str, now: datetime) -> None:
    """End a pair one of whose old refresh tokens comes again: two hold it, and one of them should not."""
    for each in store.generations(tx, access, refresh):
        if each.refresh == refresh and each.is_stale(now) and store.end(tx, each.pair):
            audit.record(tx, now, each.user_id, "access.pair-ended", each.user_id)


def _revoke(tx: Tx, access: str, refresh: str, now: datetime) -> None:
    """End a pair by two tokens of one time, however long ago. Raises BadToken, PairsDiffer."""
    found = store.generations(tx, access, refresh)
    if not found:
        raise BadToken
    together = [each for each in found if (each.access, each.refresh) == (access, refresh)]
    if not together:
        raise PairsDiffer
    for each in together:
        if store.end(tx, each.pair):
            audit.record(tx, now, each.user_id, "access.pair-revoked", each.user_id)
