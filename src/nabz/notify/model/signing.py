"""Signatures of webhooks as in the Standard Webhooks convention; receivers may copy `verify` as it stands."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

SECRET_START: Final = "whsec_"  # noqa: S105 - what every secret begins with
TOLERANCE: Final = 300
"""Seconds that the clocks of sender and receiver may differ; older messages are not taken a second time."""


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Tell whether a webhook's message is ours, unchanged and fresh; the body is what came, byte for byte."""
    found = {name.lower(): value for name, value in headers.items()}
    stamp = found.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal()) or abs(now.timestamp() - int(stamp[:12])) > TOLERANCE:
        return False
    good = signature(secret, found.get("webhook-id", ""), stamp, body).encode()
    given = found.get("webhook-signature", "").encode("utf-8", "replace").split()
    return any([hmac.compare_digest(good, each) for each in given])  # noqa: C419 - all, in any case


def signature(secret: str, id_: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `id.timestamp.body`, under the bytes that the secret names in base64."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_START), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is whsec_ and base64") from error
    mark = hmac.new(key, f"{id_}.{stamp}.".encode("utf-8", "replace") + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mark).decode()}"


def signed_headers(secrets: Iterable[str], id_: str, body: bytes, now: datetime) -> dict[str, str]:
    """Give the headers that go with a body; while a secret is being changed, both sign."""
    stamp = str(int(now.timestamp()))
    return {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(secret, id_, stamp, body) for secret in secrets),
    }
