"""How a client asks over HTTP: official operators where there are any, our own for the rest; some calls are cut."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from nabz.appointments.errors import (
    HoldNotYours,
    LocalIdTaken,
    NoAppointment,
    NotYours,
    PersonBusy,
    SameProviderSameDay,
    SlotGone,
    SlotHeld,
    SlotOver,
    SlotTaken,
    StatusRefused,
    TooEarly,
)
from nabz.kit.errors import Problem
from tests.appointments.history import Kind
from tests.appointments.messages import at, hqs_code, message
from tests.appointments.office import PREFIX
from tests.appointments.racing import CENTRE, MINUTES, SERVICE, SPECIALTY, Asked, LostError, NotSentError, Seat, Told
from tests.program import Program

OWN = "/api/client/apim/v1/nabz/appointments"
PATIENCE = 20
LOST, CUT, HALF = 0.04, 0.01, 0.02
RESET = struct.pack("ii", 1, 0)
OFFICIAL: dict[Kind, str] = {
    "publish": "AddProviderScheduling",
    "withdraw": "RemoveProviderScheduling",
    "book": "SetAppointment",
    "cancel": "RemoveAppointment",
    "visit": "SetAppointmentStatus",
    "late": "SetAppointmentStatus",
    "status": "GetAppointmentStatus",
}
OWN_ONES: dict[Kind, str] = {
    "publish": "PublishSchedule",
    "withdraw": "WithdrawSlots",
    "book": "Book",
    "book_block": "Book",
    "cancel": "Cancel",
    "reschedule": "Reschedule",
    "hold": "Hold",
    "release": "Release",
    "visit": "SetStatus",
    "late": "SetStatus",
}
REFUSED: dict[Kind, dict[type[Problem], str]] = {
    "publish": {},
    "withdraw": {StatusRefused: "refused"},
    "hold": dict.fromkeys([SlotTaken, SlotGone, SlotOver, SlotHeld], "refused"),
    "release": {HoldNotYours: "refused"},
    "book": {
        **dict.fromkeys([SlotTaken, SlotHeld], "taken"),
        SlotGone: "withdrawn",
        SlotOver: "over",
        **dict.fromkeys([PersonBusy, SameProviderSameDay], "busy"),
    },
    "book_block": {SlotTaken: "taken", **dict.fromkeys([PersonBusy, SameProviderSameDay], "busy")},
    "cancel": dict.fromkeys([NoAppointment, NotYours, StatusRefused], "refused"),
    "reschedule": {
        **dict.fromkeys([NoAppointment, NotYours, SlotTaken, SlotGone, SlotOver, SlotHeld], "refused"),
        **dict.fromkeys([PersonBusy, SameProviderSameDay], "busy"),
    },
    "visit": dict.fromkeys([NoAppointment, StatusRefused], "refused"),
    "late": dict.fromkeys([NoAppointment, StatusRefused], "refused"),
}
DONE: dict[Kind, str] = {
    "publish": "published",
    "withdraw": "withdrawn",
    "hold": "held",
    "release": "released",
    "book": "booked",
    "book_block": "booked",
    "cancel": "cancelled",
    "reschedule": "moved",
    "visit": "visited",
    "late": "late",
}
STATUS_OF: dict[Kind, int] = {"visit": 3, "late": 6}
LIVE = {2, 3, 6}
KEYED = {"book", "book_block", "reschedule"}


class Keys:
    """The demo's token, which works on every program of the installation, and the pids."""

    def __init__(self, programs: list[Program]) -> None:
        self.programs = programs
        self.pids: dict[str, str] = programs[0].demo["ditas"]["pids"]
        self.statuses: Counter[int] = Counter()
        self.cut: Counter[str] = Counter()
        self.token = ""
        self._lock = threading.Lock()

    def renew(self, old: str, number: int) -> None:
        """Get a token instead of one that is over."""
        with self._lock:
            if self.token != old:
                return
            ditas = self.programs[0].demo["ditas"]
            code = base64.b64encode(f"{ditas['client_id']}:{ditas['client_secret']}".encode()).decode()
            form = {"grant_type": "password", "username": ditas["username"], "password": ditas["password"]}
            port = self.programs[number].port
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
                    connection.request("POST", "/oauth/token", urlencode(form), {"Authorization": f"Basic {code}"})
                    answer = connection.getresponse()
                    body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise NotSentError from error
            if answer.status == http.HTTPStatus.OK:
                self.token = json.loads(body)["access_token"]


class Wire:
    """One client's connections, one to each program."""

    def __init__(self, keys: Keys, *, cuts: bool = True) -> None:
        self._keys = keys
        self._cuts = cuts
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def ask(self, asked: Asked, server: int, ids: dict[str, str], random: Random, *, again: bool) -> Told:
        """Ask one program. Raises LostError, NotSentError."""
        fate = random.random() if self._cuts else 1.0
        official = asked.kind == "status" or (asked.officially and asked.kind in OFFICIAL)
        if official:
            told = self.post(server, "hqs", f"{PREFIX}/{OFFICIAL[asked.kind]}", official_body(asked, ids), fate)
            return _official(asked, told.get("Data", told))
        told = self.post(server, "appointments", f"{OWN}/{OWN_ONES[asked.kind]}", own_body(asked, ids), fate)
        return _own(asked, told["result"]["data"], {id_: name for name, id_ in dict(ids).items()}, again=again)

    def post(self, server: int, pid: str, path: str, body: Any, fate: float = 1.0) -> Any:
        """Send a call and read what lies in its answer. Raises LostError, NotSentError."""
        token = self._keys.token
        if not token:
            self._keys.renew(token, server)
            raise NotSentError
        connection = self._connected(server)
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {token}", "pid": self._keys.pids[pid], "Content-Type": "application/json"}
        answer = None
        try:
            if fate < CUT + HALF:
                self._cut(connection, path, content, headers, fate)
                del self._connections[server]
                raise LostError if fate < CUT else NotSentError  # half a call must not do anything
            connection.request("POST", path, content, headers)
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connections.pop(server, None)
            connection.close()
            if answer is not None:
                answer.close()
            raise LostError from error
        if fate < CUT + HALF + LOST and answer.status == http.HTTPStatus.OK:
            self._keys.cut["of the answer"] += 1
            raise LostError(over=True)
        self._keys.statuses[answer.status] += 1
        if answer.status == http.HTTPStatus.UNAUTHORIZED:
            self._keys.renew(token, server)
            raise NotSentError
        if answer.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise LostError
        assert answer.status == http.HTTPStatus.OK, (answer.status, told)
        return json.loads(told)

    def _connected(self, server: int) -> http.client.HTTPConnection:
        connection = self._connections.get(server)
        if connection is None:
            port = self._keys.programs[server].port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            try:
                connection.connect()
            except OSError as error:
                raise NotSentError from error
            self._connections[server] = connection
        return connection

    def _cut(
        self, connection: http.client.HTTPConnection, path: str, content: bytes, headers: dict[str, str], fate: float
    ) -> None:
        """Hang up after the whole of a call, or in the middle of it; kindly or not."""
        self._keys.cut["after the call" if fate < CUT else "in the middle of it"] += 1
        connection.putrequest("POST", path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(content)))
        connection.endheaders()
        connection.send(content if fate < CUT else content[: len(content) // 2])
        if fate < CUT:
            time.sleep(fate)
        if fate * 1000 % 2 < 1 and connection.sock is not None:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()


# ---------------------------------------------------------------- messages


def official_body(asked: Asked, ids: dict[str, str]) -> dict[str, Any]:
    """An official message."""
    seat = asked.seats[0]
    if asked.kind == "publish":
        composition = {
            "Provider": {
                "Identifier": {"Type": "Med_ID", "ID": seat.provider},
                "Specialty": {"Coded_string": SPECIALTY, "Terminology_id": "thritaEHR.specialty", "Value": "…"},
            },
            "HealthcareFacility": {"ID": {"ID": CENTRE, "Type": "Org_ID"}},
            "StartDateTime": at(seat.starts_at),
            "DurationPerPatient": MINUTES,
            "QueueNumber": seat.queue,
            "Service": {"Coded_string": SERVICE, "Terminology_id": "RVU3", "Value": "…"},
            "LocalID": seat.name,
        }
        whole: dict[str, Any] = message(composition)
        return whole
    told: dict[str, Any] = {"TrackingQueueID": ids[seat.name]}
    number = asked.person.partition(":")[2]
    if asked.kind == "book":
        told["Person"] = {"FirstName": "آزمون", "LastName": "تستی", "NationalCode": number}
    if asked.kind == "cancel":
        told["PersonID"] = {"Type": "National_Code", "ID": number}
    if asked.kind in {"cancel", "withdraw"}:
        told["Reason"] = hqs_code(301)
    if asked.kind in STATUS_OF:
        told["Status"] = hqs_code(STATUS_OF[asked.kind])
    asked_for: dict[str, Any] = message(told)
    return asked_for


def own_body(asked: Asked, ids: dict[str, str]) -> dict[str, Any]:
    """A message of our own API."""
    seat = asked.seats[0]
    if asked.kind == "publish":
        return {"facility": CENTRE, "agendas": agendas_of(asked.seats)}
    if asked.kind == "book_block":
        return {"block": seat.block, "visitor": {"person": asked.person}, "key": asked.key}
    id_ = ids[seat.name]
    if asked.kind == "reschedule":
        return {"from": id_, "to": ids[asked.seats[1].name], "person": asked.person, "key": asked.key}
    rest: dict[str, Any] = {"person": asked.person}
    if asked.kind == "book":
        rest = {"visitor": {"person": asked.person}, "key": asked.key}
    if asked.kind == "hold":
        rest["minutes"] = asked.minutes
    if asked.kind in STATUS_OF:
        rest = {"facility": CENTRE, "status": STATUS_OF[asked.kind]}
    return {"slots": [id_], "facility": CENTRE} if asked.kind == "withdraw" else {"slot": id_, **rest}


def agendas_of(seats: tuple[Seat, ...]) -> list[dict[str, Any]]:
    """A schedule: the first seat of a block stands for all of its seats."""
    found: dict[str, list[dict[str, Any]]] = {}
    for seat in seats:
        if "/" in seat.name:
            continue
        several = sum(one.block == seat.block for one in seats) if seat.block else 1
        told = {"localId": seat.name, "start": seat.starts_at.isoformat(), "minutes": MINUTES, "queue": seat.queue}
        found.setdefault(seat.provider, []).append({**told, "seats": several})
    return [
        {"provider": provider, "specialty": SPECIALTY, "service": SERVICE, "slots": slots}
        for provider, slots in found.items()
    ]


# ---------------------------------------------------------------- answers

BY_TEXT = {kind: {problem.fa: answer for problem, answer in told.items()} for kind, told in REFUSED.items()}
BY_CODE = {kind: {problem.code: answer for problem, answer in told.items()} for kind, told in REFUSED.items()}


def _official(asked: Asked, told: dict[str, Any]) -> Told:
    if told["isError"]:
        text = told["errorMessage"]
        if text in {LocalIdTaken.fa, TooEarly.fa}:
            return _neither(asked)
        text = StatusRefused.fa if text.startswith("وضعیت «") else text  # it names both states
        assert text in BY_TEXT.get(asked.kind, {}), (asked, told)
        return Told(BY_TEXT[asked.kind][text])
    if asked.kind == "status":
        return Told(str(told["Result"]["Result"]["Coded_string"]))
    if asked.kind == "publish":
        return Told("published", ids={asked.seats[0].name: str(told["Result"]["Result"])})
    assert told["Result"] is True, (asked, told)
    return Told(DONE[asked.kind])


def _own(asked: Asked, told: dict[str, Any], names: dict[str, str], *, again: bool) -> Told:
    if not told["ok"]:
        code = told["problem"]["code"]
        if code in {LocalIdTaken.code, TooEarly.code}:
            return _neither(asked)
        assert code in BY_CODE[asked.kind], (asked, told)
        return Told(BY_CODE[asked.kind][code])
    answer = None if asked.kind == "release" else DONE[asked.kind]  # it says the same where nothing was held
    if asked.kind == "publish":
        return Told(answer, ids={one["localId"]: one["slot"] for of in told["agendas"] for one in of["slots"]})
    if asked.kind == "withdraw":
        return Told(answer, seen=next((one["visitor"]["person"] for one in told["affected"]), ""))
    if asked.kind == "hold":
        return Told(answer, until=datetime.fromisoformat(told["heldUntil"]))
    return _kept(asked, told["appointment"], names, again=again) if asked.kind in KEYED else Told(answer)


def _neither(asked: Asked) -> Told:
    """A visit before its day, which says nothing; or what was withdrawn: that is not published again."""
    withdrawn = asked.kind == "publish" and len(asked.seats) == 1
    return Told(None, observed=(asked.seats[0].name, "5") if withdrawn else None)


def _kept(asked: Asked, appointment: dict[str, Any], names: dict[str, str], *, again: bool) -> Told:
    """The same call under its key answers what the first one made, whatever has become of it."""
    slot = names[appointment["slot"]]
    if appointment["status"] not in LIVE:
        return Told(None)
    if asked.kind == "reschedule" and again:
        return Told(None, observed=(slot, "2") if appointment["status"] == 2 else None)
    return Told(DONE[asked.kind], slot=slot if asked.kind == "book_block" else "")
