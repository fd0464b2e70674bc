"""Vendors' programs that write, deliver and take back while Tamin's is killed; each asks until it is told."""

from __future__ import annotations

import http.client
import json
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any, Final, Literal

from nabz.kit import jalali
from tests.appointments.racing import LostError, NotSentError
from tests.prescriptions import killing_messages as messages
from tests.prescriptions.killing_house import PATIENCE, House
from tests.prescriptions.office import P

Kind = Literal["fetch", "write", "edit", "delete", "deliver", "remove", "accept", "undo", "draft", "release"]
CUT, KEYED, LABS = 0.25, 0.4, 0.35
REMEMBERED = 14
"""Prescriptions at once of which something is asked: few, so that clients meet."""

DEEDS: dict[Kind, int] = {
    "write": 10,
    "deliver": 12,
    "remove": 5,
    "edit": 2,
    "delete": 1,
    "accept": 5,
    "undo": 2,
    "draft": 3,
    "release": 2,
}
GOING: Final[tuple[Kind, ...]] = ("edit", "delete", "remove", "undo")
BUSY: Final = (429, 503)
ODD: Final = (401, 500, 502, 504)


@dataclass(eq=False)
class Call:
    """One call, which may be sent several times, and its answer if one came."""

    number: int
    kind: Kind
    path: str
    body: Any
    key: str
    of: int | str = 0
    """The prescription, the delivery or the result that it is about."""

    file: bytes = b""
    sent: int = 0
    lost: int = 0
    told: messages.Told | None = None

    @property
    def done(self) -> bool:
        """Whether it was told that it was done."""
        return self.told is not None and self.told.ok


@dataclass(eq=False)
class Written:
    """A prescription that is known to everybody, with the items that a fetch has shown."""

    call: Call
    id: int
    items: list[messages.Item]

    @property
    def patient(self) -> str:
        """Whose it is."""
        return str(self.call.body["patient"])


@dataclass
class Record:
    """All calls, and what centres know of each other's doings."""

    calls: list[Call] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    drugs: deque[Written] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    labs: deque[Written] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    given: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    accepted: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    drafts: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    over: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    kills: int = 0

    def of(self, kind: Kind) -> list[Call]:
        """All calls of a kind."""
        return [call for call in self.calls if call.kind == kind]

    @property
    def told(self) -> Counter[str]:
        """How often what was done, refused, or lost for good."""
        found: Counter[str] = Counter()
        for call in self.calls:
            found[f"{call.kind} " + ("lost" if call.told is None else "done" if call.told.ok else "refused")] += 1
        found["sent again"] = sum(call.sent > 1 for call in self.calls)
        return found


class Client:
    """One vendor's program: it chooses what to do, and sends each call until it is answered."""

    def __init__(self, of: House, record: Record, random: Random) -> None:
        self._house = of
        self._record = record
        self._random = random
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def work(self) -> None:
        """Do one thing after the other until all is over."""
        deeds: dict[Kind, Callable[[], None]] = {kind: getattr(self, f"_{kind}") for kind in DEEDS}
        while not self._record.over.is_set():
            (kind,) = self._random.choices(list(DEEDS), weights=list(DEEDS.values()))
            deeds[kind]()
        self.close()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def ask(self, call: Call, *, cuts: bool = True) -> messages.Told | None:
        """Send a call to one program or another until there is an answer, or all is over."""
        while not self._record.over.is_set():
            try:
                told = self._sent(call, cut=cuts and self._random.random() < CUT)
            except NotSentError:
                time.sleep(0.02)
            except LostError:
                call.lost += 1
            else:
                if told is not None:
                    call.told = told
                    return told
                time.sleep(0.05)
        return None

    # ---------------------------------------------------------------- deeds

    def _write(self) -> None:
        lab = self._random.random() < LABS
        number = next(self._record.numbers)
        today = jalali.day_of(datetime.now(UTC))
        call = self._new(
            number, "write", messages.WRITE, messages.lab(number, today) if lab else messages.drug(number, today)
        )
        told = self.ask(call)
        if told is None or not told.ok:
            return
        if told.again and not (call.lost or call.key):
            self._record.odd.append(f"{call.number} was told a twin of what nobody had written: {told}")
        if (items := self._fetch(told.id)) is not None:
            (self._record.labs if lab else self._record.drugs).append(Written(call, told.id, items))

    def _edit(self) -> None:
        if (one := self._one(self._record.drugs)) is None or not one.items:
            return
        number = next(self._record.numbers)
        call = self._new(
            number, "edit", f"{P}/v2/edit/{one.id}/{messages.DOC}", messages.edit(one.items[0], number), one.id
        )
        told = self.ask(call)
        if told is not None and told.ok and (items := self._fetch(one.id)) is not None:
            one.items = items

    def _delete(self) -> None:
        one = self._one(self._random.choice([self._record.drugs, self._record.labs]))
        if one is not None:
            number = next(self._record.numbers)
            self.ask(self._new(number, "delete", f"{P}/v2/remove/{one.id}/{messages.DOC}", "", one.id, key=False))

    def _deliver(self) -> None:
        if (one := self._one(self._record.drugs)) is None:
            return
        number, centre = next(self._record.numbers), self._random.choice(messages.PHARMACIES)
        body = messages.post(one.id, one.patient, self._some(one), centre, number)
        told = self.ask(self._new(number, "deliver", messages.DELIVER, body, one.id))
        if told is not None and told.ok:
            self._record.given.append((told.id, centre))

    def _remove(self) -> None:
        if (made := self._one(self._record.given)) is not None:
            body = {"userInformation": {"phaId": made[1]}, "requestId": made[0]}
            self.ask(self._new(next(self._record.numbers), "remove", messages.REMOVE, body, made[0], key=False))

    def _accept(self) -> None:
        if (one := self._one(self._record.labs)) is None:
            return
        number, centre = next(self._record.numbers), self._random.choice(messages.LABORATORIES)
        body = messages.accept(one.id, one.patient, self._some(one), centre, number)
        told = self.ask(self._new(number, "accept", messages.ACCEPT, body, one.id))
        if told is not None and told.ok:
            self._record.accepted.append((told.id, centre))

    def _undo(self) -> None:
        if (made := self._one(self._record.accepted)) is not None:
            body = {"userInformation": {"parID": made[1]}, "registeR_ID": made[0]}
            self.ask(self._new(next(self._record.numbers), "undo", messages.UNDO, body, made[0]))

    def _draft(self) -> None:
        if (made := self._one(self._record.accepted)) is None:
            return
        number = next(self._record.numbers)
        path = f"/api/nabz/paraclinics/{made[1]}/deliveries/{made[0]}/results"
        call = self._new(number, "draft", path, {"text": f"k{number}"}, made[0], key=True)
        call.file = messages.pdf(number)
        told = self.ask(call)
        if told is not None and told.ok:
            self._record.drafts.append((told.result, made[1]))

    def _release(self) -> None:
        if (made := self._one(self._record.drafts)) is not None:
            path = f"/api/nabz/paraclinics/{made[1]}/results/{made[0]}/release"
            self.ask(self._new(next(self._record.numbers), "release", path, "", made[0], key=False))

    def _new(
        self, number: int, kind: Kind, path: str, body: Any, of: int | str = 0, *, key: bool | None = None
    ) -> Call:
        keyed = self._random.random() < KEYED if key is None else key
        call = Call(number, kind, path, body, f"k{number}" if keyed else "", of)
        self._record.calls.append(call)
        return call

    def _one(self, known: deque[Any]) -> Any:
        there = list(known)
        return self._random.choice(there) if there else None

    def _some(self, one: Written) -> list[tuple[messages.Item, int]]:
        some = self._random.sample(one.items, min(len(one.items), self._random.choice([1, 1, 2])))
        return [(item, self._random.choice([1, 1, 2])) for item in some]

    # ---------------------------------------------------------------- the wire

    def _fetch(self, id_: int) -> list[messages.Item] | None:
        """Look at the items of a prescription; of one that is gone by now, at none."""
        call = Call(0, "fetch", f"{P}/v2/{id_}/{messages.DOC}", None, "")
        told = self.ask(call, cuts=False)
        return None if told is None else list(told.items)

    def _sent(self, call: Call, *, cut: bool) -> messages.Told | None:
        """Send a call once; nothing where it has to be sent again a moment later. Raises LostError, NotSentError."""
        server = self._random.randrange(len(self._house.programs))
        method, content, headers = self._message(call)
        connection = self._connected(server)
        call.sent += 1
        answer = None
        try:
            connection.request(method, call.path, content, headers)
            if cut:
                raise ConnectionAbortedError
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            del self._connections[server]
            connection.close()
            if answer is not None:
                answer.close()
            raise LostError from error
        if answer.status in BUSY:
            return None
        if answer.status in ODD:
            self._record.odd.append(f"{call.kind} {call.number} was answered {answer.status}: {body[:300]!r}")
            raise LostError
        return messages.read(call.kind, answer.status, body)

    def _message(self, call: Call) -> tuple[str, bytes, dict[str, str]]:
        headers = {"Authorization": f"Bearer {self._house.token}", "Content-Type": "application/json"}
        if call.key:
            headers["Idempotency-Key"] = call.key
        if call.file:
            content, headers["Content-Type"] = messages.form(call.body, call.file)
        else:
            content = json.dumps(call.body, ensure_ascii=False).encode() if call.body else b""
        return ("GET" if call.kind == "fetch" else "POST"), content, headers

    def _connected(self, server: int) -> http.client.HTTPConnection:
        connection = self._connections.get(server)
        if connection is None:
            port = self._house.programs[server].port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            try:
                connection.connect()
            except OSError as error:
                raise NotSentError from error
            self._connections[server] = connection
        return connection


def killed(of: House, record: Record, random: Random, *, clients: int, kills: int, pause: tuple[float, float]) -> None:
    """Let clients work while one program after the other is killed and started again; all are dead at the end."""
    record.over.clear()
    threads = [
        threading.Thread(target=Client(of, record, Random(random.random())).work, daemon=True) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        time.sleep(random.uniform(*pause))
        if of.kill_one(random.randrange(len(of.programs))) != -signal.SIGKILL:
            record.odd.append("a program had ended by itself")
        record.kills += 1
    time.sleep(random.uniform(*pause))
    of.kill()
    record.kills += 1
    record.over.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def asked_again(of: House, record: Record, random: Random, most: int) -> list[str]:
    """Ask for what was lost, and once more for some of what was answered; tell what is answered otherwise now."""
    record.over.clear()
    client = Client(of, record, random)
    for call in record.calls:
        if call.told is None:
            client.ask(call, cuts=False)
    gone = {call.of for kind in GOING for call in record.of(kind)}
    same = [call for call in record.calls if _says_the_same(call, gone)]
    found = []
    for call in random.sample(same, min(most, len(same))):
        before = call.told
        again = client.ask(call, cuts=False)
        if before is None or again is None or not again.ok or (before.id, before.result) != (again.id, again.result):
            found.append(f"{call.kind} {call.number} was told {before}, and later {again}")
    client.close()
    return found


def _says_the_same(call: Call, gone: set[int | str]) -> bool:
    """Whether a call that was done is answered so again: by its key, or as a twin of what stands.

    A key does not speak for what was changed or undone since.
    """
    if call.told is None or not call.told.ok or call.of in gone or call.told.id in gone:
        return False
    return bool(call.key) or call.kind == "write"
