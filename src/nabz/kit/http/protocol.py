"""A request's head is small and comes at once: the server's own parser would wait for it for ever and keep it all."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from nabz.kit.http.front import SAFE_HEADERS
from nabz.kit.ids import new_id

if TYPE_CHECKING:
    import asyncio

    from uvicorn.config import Config
    from uvicorn.server import ServerState


class BoundedHeads(HttpToolsProtocol):
    """One connection. A subclass may set other bounds."""

    head_limit: ClassVar[int] = 32_768
    """Bytes that the parser may keep: a head, or what stands around the parts of a body (its trailers)."""

    head_seconds: ClassVar[float] = 10.0
    """From the connection, or from the first bytes of a later request, to the end of the head."""

    farewell_seconds: ClassVar[float] = 2.0
    """How long a refused caller may go on sending unheard: a close in its face would take the refusal with it."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._kept = 0  # bytes since the parser last handed something on
        self._in_head = False
        self._done = False  # nothing more is read here
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Give the parser no more at once than it may still keep."""
        start = 0
        while start < len(data) and not self._done:
            part = data[start : start + self.head_limit - self._kept]
            start += len(part)
            self._kept += len(part)
            super().data_received(part)
            if self.transport.is_closing():
                return
            if self._kept >= self.head_limit:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        # A request that came whole needs no timer. Stray bytes do: they have ended the one of the idle connection.
        if self._deadline is None and self._waits_for_head:
            self._wait(self.head_seconds)

    def on_message_begin(self) -> None:
        """Note a head's first byte."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note a head's end."""
        self._in_head = False
        self._kept = 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Leave bodies to the call, which bounds them itself."""
        self._kept = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Count anew for the next request of this connection."""
        self._kept = 0
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._done = True
        super().handle_websocket_upgrade()

    @property
    def _owes_answer(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    @property
    def _waits_for_head(self) -> bool:
        return not self._done and (self._in_head or not self._owes_answer)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if self._done:
            self.transport.abort()  # also what the caller never fetched
        elif self._owes_answer:
            self._wait(self.head_seconds)  # the next head may be waiting for us: reading rests while an answer is due
        elif self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        self._done = True
        if self._owes_answer:  # an earlier request's: the caller would take this one for it
            self.transport.close()
            return
        body = msgspec.json.encode({"status": 0, "code": status, "msg": "Bad request.", "violations": []})
        headers = (
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
            (b"requestId", new_id().encode()),
            *SAFE_HEADERS,
        )
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._wait(self.farewell_seconds)
