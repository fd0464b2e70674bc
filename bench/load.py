"""The caller: a process of its own that speaks HTTP over plain sockets and nothing else.

It reads one job a line from standard input, says "begin" when the warm-up is over, and answers with one line of JSON.
It shares the machine's cores with what it calls, so it does as little as it can for each call.
"""

from __future__ import annotations

import gc
import itertools
import json
import random
import select
import socket
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FRESH = b"{fresh____________}"
FRESH_NUMBER = b"{number__}"
MOST_CONNECTIONS = 256
LONGEST_DRAIN = 10.0
KEPT = 2  # a case has two sides

_counter = itertools.count(time.time_ns() >> 16)


def fresh() -> bytes:
    """Four groups of four hex digits that were never given before."""
    text = f"{next(_counter):016x}"
    return f"{text[:4]}:{text[4:8]}:{text[8:12]}:{text[12:]}".encode()


def fresh_number() -> bytes:
    """Ten digits that were not given before in this run."""
    return b"%010d" % (next(_counter) % 10**10)


def made_new(request: bytes) -> bytes:
    """The request with what must differ from call to call."""
    return request.replace(FRESH, fresh()).replace(FRESH_NUMBER, fresh_number())


_ready: dict[str, Iterator[tuple[bytes, bool]]] = {}


def requests_of(path: str, *, ordered: bool) -> Iterator[tuple[bytes, bool]]:
    """Give the requests of a file in turn; each job goes on where the one before has stopped."""
    if path not in _ready:
        while len(_ready) >= KEPT:
            del _ready[next(iter(_ready))]
        texts = json.loads(Path(path).read_text(encoding="utf-8"))
        if not ordered:
            random.Random(1).shuffle(texts)
        _ready[path] = itertools.cycle([(text.encode(), FRESH in text.encode()) for text in texts])
    return _ready[path]


class Caller:
    """Connections that are kept open, and the requests that they send in turn."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._address = ("127.0.0.1", job["port"])
        self._requests = requests_of(job["requests"], ordered=job.get("ordered", False))
        self._parts: dict[int, bytes] = {}
        self._must = job.get("must", "").encode()
        self.sockets: dict[int, socket.socket] = {}
        self.refused: list[str] = []

    def connect(self) -> int:
        """Open one more connection."""
        connection = socket.create_connection(self._address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = connection.fileno()
        self.sockets[number] = connection
        return number

    def send(self, number: int) -> None:
        """Send the next request."""
        request, differs = next(self._requests)
        self.sockets[number].sendall(made_new(request) if differs else request)

    def received(self, number: int) -> bool:
        """Read what has come, and tell whether the answer is whole."""
        piece = self.sockets[number].recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection")
        answer = self._parts.pop(number, b"") + piece
        head = answer.find(b"\r\n\r\n")
        if head < 0:
            self._parts[number] = answer
            return False
        at = answer[:head].lower().find(b"\r\ncontent-length: ") + 18
        length = int(answer[at : answer.index(b"\r\n", at)])
        if len(answer) < head + 4 + length:
            self._parts[number] = answer
            return False
        if answer[9:12] != b"200" or self._must not in answer:
            self.refused.append(answer[:300].decode("utf-8", "replace"))
        return True

    def close(self) -> None:
        for connection in self.sockets.values():
            connection.close()


def closed_loop(job: dict[str, Any]) -> dict[str, Any]:
    """Keep so many calls in flight: the throughput."""
    caller = Caller(job)
    poll = select.epoll()
    for _ in range(job["in_flight"]):
        poll.register(caller.connect(), select.EPOLLIN)
    for number in caller.sockets:
        caller.send(number)
    begin = time.perf_counter() + job["warm"]
    done, begun, now = 0, 0.0, 0.0
    while not begun or now < begun + job["seconds"]:
        for number, _ in poll.poll(1.0):
            if caller.received(number):
                done += 1
                caller.send(number)
        now = time.perf_counter()
        if not begun and now >= begin:
            say({"begin": True})
            done, begun = 0, time.perf_counter()
    in_time, seconds = done, now - begun
    waiting = set(caller.sockets)
    while waiting and time.perf_counter() < now + LONGEST_DRAIN:
        for number, _ in poll.poll(1.0):
            if caller.received(number):
                waiting.discard(number)
                done += 1
    caller.close()
    return {"calls": done, "per_second": in_time / seconds, "lost": len(waiting), "refused": caller.refused[:3]}


def open_load(job: dict[str, Any]) -> dict[str, Any]:
    """Send at random instants of a given rate, whatever the answers do: the latencies, from the instant it was due."""
    caller = Caller(job)
    chance = random.Random(7)
    idle = [caller.connect() for _ in range(job["in_flight"])]
    due: deque[float] = deque()
    busy: dict[int, float] = {}
    took: list[float] = []
    say({"begin": True})
    begun = time.perf_counter()
    warm, end = begun + job["warm"], begun + job["warm"] + job["seconds"]
    at, now = begun, begun
    while (now < end or busy or due) and now < end + LONGEST_DRAIN:
        while at <= now and at < end:
            due.append(at)
            at += chance.expovariate(job["rate"])
        while due and (idle or len(caller.sockets) < MOST_CONNECTIONS):
            number = idle.pop() if idle else caller.connect()
            busy[number] = due.popleft()
            caller.send(number)
        wait = at - time.perf_counter() if at < end else 0.1
        ready, _, _ = select.select(list(busy), [], [], max(0.0, wait))
        now = time.perf_counter()
        for number in ready:
            if caller.received(number):
                was_due = busy.pop(number)
                idle.append(number)
                if was_due >= warm:
                    took.append(now - was_due)
    caller.close()
    return {
        "took": [round(seconds * 1000, 3) for seconds in took],
        "lost": len(busy) + len(due),
        "refused": caller.refused[:3],
    }


def say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main() -> None:
    gc.disable()
    for line in sys.stdin:
        job = json.loads(line)
        say(open_load(job) if job.get("rate") else closed_loop(job))
        gc.collect()


if __name__ == "__main__":
    main()
