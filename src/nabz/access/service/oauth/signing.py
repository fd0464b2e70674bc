"""The installation's key for Tamin's tokens: made once, sealed in the store, told to everybody by its public half."""

from __future__ import annotations

import asyncio
import base64
import binascii
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from nabz.access.errors import BadToken
from nabz.access.store import oauth_keys as store
from nabz.access.store.oauth_keys import StoredKey
from nabz.kit import audit
from nabz.kit.ids import new_id

if TYPE_CHECKING:
    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

ALGORITHM: Final = "RS256"
SEALED_FOR: Final = "access.oauth-key"
BITS: Final = 2048
BELIEVED: Final = timedelta(minutes=1)
"""So long does a process go on with the keys it has read; what signs may have been replaced elsewhere."""

SOONEST: Final = timedelta(seconds=1)
"""A token with a key that nobody knows makes the store be asked no more often."""

KEPT: Final = timedelta(days=1)
"""A retired key is told so long: all that was signed with it has run out by then."""


class Claims(msgspec.Struct, frozen=True):
    """What stands in a token. Who it is about is looked up by its session, so that nothing old is believed."""

    iss: str
    sub: str
    aud: str
    client_id: str
    data_set: int
    sid: str
    jti: str
    iat: int
    exp: int


class _Header(msgspec.Struct, frozen=True):
    kid: str = ""


class Signer:
    """Signs tokens and reads them; what it remembers of the keys is a minute old at most."""

    def __init__(self, db: Database, keys: Keyring) -> None:
        self._db = db
        self._keys = keys
        self._signing: RSAKey | None = None
        self._kid = ""
        self._public: dict[str, RSAKey] = {}
        self._told: list[dict[str, Any]] = []
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def sign(self, claims: Claims, now: datetime) -> str:
        """Make the token of these claims: the same claims, the same token."""
        await self._fresh(now, BELIEVED)
        if self._signing is None:
            raise RuntimeError("there is no signing key")
        header = {"alg": ALGORITHM, "kid": self._kid}
        return jwt.encode(header, msgspec.structs.asdict(claims), self._signing, algorithms=[ALGORITHM])

    async def read(self, token: str, now: datetime) -> Claims:
        """Read the claims of a token that one of our keys has signed, living or not. Raises BadToken."""
        kid = _kid_of(token)
        await self._fresh(now, BELIEVED)
        if kid not in self._public:
            await self._fresh(now, SOONEST)
        key = self._public.get(kid)
        if key is None:
            raise BadToken
        try:
            found = jwt.decode(token, key, algorithms=[ALGORITHM])
            return msgspec.convert(found.claims, Claims)
        except (JoseError, ValueError) as error:  # msgspec's ValidationError is a ValueError
            raise BadToken from error

    async def published(self, now: datetime) -> dict[str, Any]:
        """Give the public halves of all keys with which living tokens may be signed (RFC 7517)."""
        await self._fresh(now, BELIEVED)
        return {"keys": self._told}

    async def rotate(self, by: str, now: datetime) -> str:
        """Sign with a new key from now on; the one before is still believed. Gives the new key's name."""
        await self._fresh(now, timedelta(0))
        kid = await self._make(self._kid, by, now)
        await self._fresh(now, timedelta(0))
        return kid

    async def _fresh(self, now: datetime, age: timedelta) -> None:
        """Have read the keys not longer ago than this; make the first one if there is none that can be used."""
        async with self._reading:
            if self._read_at is not None and self._read_at <= now < self._read_at + age:
                return
            self._take(await self._db.read(store.all_of_them))
            if self._signing is None:
                await self._make(self._kid, "system", now)
                self._take(await self._db.read(store.all_of_them))
            self._read_at = now

    async def _make(self, seen: str, by: str, now: datetime) -> str:
        """Put a new key in the place of the one that was seen; another process may have been faster."""
        kid = new_id()
        key = await asyncio.to_thread(
            RSAKey.generate_key, BITS, parameters={"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True
        )
        sealed = self._keys.seal(SEALED_FOR, msgspec.json.encode(key.as_dict(private=True)).decode())
        await self._db.write(_replace, StoredKey(kid, store.SIGNING, sealed, key.as_dict(private=False)), seen, by, now)
        return kid

    def _take(self, found: list[StoredKey]) -> None:
        self._told = [key.public for key in found]
        self._public = {key.kid: RSAKey.import_key(key.public) for key in found}
        signing = next((key for key in found if key.duty == store.SIGNING), None)
        self._kid = signing.kid if signing else ""
        # What was sealed with another master key is of no use: the store came here without its key.
        plain = self._keys.unseal(SEALED_FOR, signing.sealed) if signing else None
        self._signing = RSAKey.import_key(msgspec.json.decode(plain)) if plain else None


def prune(tx: Tx, now: datetime) -> int:
    """Forget the keys of which no token lives."""
    return store.prune(tx, now - KEPT)


def _replace(tx: Tx, key: StoredKey, seen: str, by: str, now: datetime) -> None:
    if seen and not store.retire(tx, seen, now):
        return
    if store.put(tx, key, now):
        audit.record(tx, now, by, "access.signing-key-made", key.kid)


def _kid_of(token: str) -> str:
    head = token.partition(".")[0]
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(f"{head}{'=' * (-len(head) % 4)}"), type=_Header).kid
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise BadToken from error
