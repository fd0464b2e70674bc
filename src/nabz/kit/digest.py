"""Keyed digests: fast look-ups of secrets that are stored nowhere, and small sealed texts."""

from __future__ import annotations

import base64
import hmac
import os
import uuid
from contextlib import suppress
from hashlib import blake2b
from secrets import token_bytes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class Keyring:
    """One master key, one derived key for each purpose."""

    def __init__(self, master: bytes) -> None:
        if len(master) < KEY_BYTES:
            message = "the master key needs at least 32 bytes"
            raise ValueError(message)
        self._master = master[:64]
        self._keys: dict[str, bytes] = {}

    def _key(self, purpose: str) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = blake2b(purpose.encode(), key=self._master, digest_size=32).digest()
            self._keys[purpose] = key
        return key

    def digest(self, purpose: str, text: str) -> bytes:
        """The 32-byte keyed digest under which a secret is found again."""
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key(purpose), digest_size=32).digest()

    def hex(self, purpose: str, text: str) -> str:
        """The digest in 64 hex letters, as tables store it."""
        return self.digest(purpose, text).hex()

    def uuid(self, purpose: str, seed: str) -> str:
        """A version 4 UUID that only the holder of the key can derive from the seed."""
        return str(uuid.UUID(bytes=self.digest(purpose, seed)[:16], version=4))

    def sign(self, purpose: str, text: str) -> str:
        """A text with its signature behind it, for cookies and links."""
        mark = base64.urlsafe_b64encode(self.digest(purpose, text)[:18]).decode()
        return f"{text}.{mark}"

    def verified(self, purpose: str, signed: str) -> str | None:
        """The text of a signed one, or None if anything was changed."""
        text, dot, mark = signed.rpartition(".")
        if not dot:
            return None
        good = base64.urlsafe_b64encode(self.digest(purpose, text)[:18])
        return text if hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), good) else None

    def seal(self, purpose: str, text: str) -> str:
        """A small text that must be read again, unreadable without the key (AES-GCM)."""
        nonce = token_bytes(NONCE_BYTES)
        cipher = self._cipher(purpose).encrypt(nonce, text.encode(), purpose.encode())
        return base64.urlsafe_b64encode(nonce + cipher).decode()

    def unseal(self, purpose: str, sealed: str) -> str | None:
        """The text of a sealed one, or None if it was not sealed with this key."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy, and rarely needed

        try:
            raw = base64.urlsafe_b64decode(sealed)
            plain = self._cipher(purpose).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            return None
        return plain.decode()

    def _cipher(self, purpose: str) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy, and rarely needed

        return AESGCM(self._key(f"{purpose}/seal"))


def keyring_at(path: Path) -> Keyring:
    """The keyring whose master key lies in a file, made at the first start and readable only by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{token_bytes(4).hex()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token_bytes(64).hex())
            file.flush()
            os.fsync(file.fileno())  # what is sealed with a key must not outlive it
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # only one of several starting processes wins, and nobody reads half a key
        draft.unlink()
    return Keyring(bytes.fromhex(path.read_text().strip()))
