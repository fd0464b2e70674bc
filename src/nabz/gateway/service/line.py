"""What is known of a call so far, and its line in the traffic log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nabz.gateway.model import Traffic
from nabz.kit.db.types import instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.access.model import Bearer

KEPT = 64_000


class Seen(Protocol):
    """A call, as far as its line tells of it."""

    now: datetime

    @property
    def request_id(self) -> str: ...
    @property
    def ip(self) -> str: ...


class Line:
    """Filled while the call goes on; bodies are kept only in a sandbox, and never where they hold a password."""

    __slots__ = (
        "client",
        "data_set",
        "keeps_bodies",
        "note",
        "operation",
        "pid",
        "provider_status",
        "raw",
        "service_id",
        "status",
        "tracking",
        "user_id",
    )

    def __init__(self, service_id: str = "", *, keeps_bodies: bool = True) -> None:
        self.service_id = service_id
        self.keeps_bodies = keeps_bodies
        self.operation = ""
        self.client: str | None = None
        self.user_id: str | None = None
        self.data_set = 0
        self.pid: str | None = None
        self.provider_status: int | None = None
        self.tracking: str | None = None
        self.note: str | None = None
        self.raw = b""
        self.status = 200

    def caller(self, bearer: Bearer) -> None:
        """Note who calls."""
        self.client, self.user_id, self.data_set = bearer.client, bearer.user_id, bearer.data_set

    def written(self, call: Seen, body: bytes, millis: float) -> Traffic:
        """The line as the log keeps it."""
        kept = self.keeps_bodies and self.data_set != 0
        return Traffic(
            request_id=call.request_id,
            at=instant_text(call.now),
            client=self.client,
            user_id=self.user_id,
            pid=self.pid,
            service_id=_clean(self.service_id),
            operation=_clean(self.operation),
            ip=call.ip,
            data_set=self.data_set,
            status=self.status,
            provider_status=self.provider_status,
            millis=round(millis, 3),
            bytes_in=len(self.raw),
            bytes_out=len(body),
            tracking=_clean(self.tracking) if self.tracking is not None else None,
            note=self.note,
            request_body=_text(self.raw) if kept else None,
            answer_body=_text(body) if kept else None,
        )


def _clean(text: str) -> str:
    return text[:120].encode("utf-8", "replace").decode().replace("\0", "")


def _text(body: bytes) -> str:
    return body[:KEPT].decode("utf-8", "replace").replace("\0", "␀")
