"""SIMAD is killed while universities send: what was answered 200 is there, pictures are whole, histories complete."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import random
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from sqlalchemy import select

from nabz.access.model import DEMO
from nabz.kit.db import Tx, open_database
from nabz.kit.persian import synthetic_national_code
from nabz.residency.model import Caller, Change, Declaration, Resident, Year
from nabz.residency.model.years import year_at
from nabz.residency.service import declarations, pictures, residents, years
from nabz.residency.tables import residents as table
from tests.prescriptions.killing_house import House, house
from tests.residency.office import (
    AUTHENTICATE,
    DECLARE,
    FIRST,
    IMAGE,
    RESIDENT,
    SECOND,
    TOKEN,
    a_declaration,
    a_picture,
    a_resident,
    base64_of,
)
from tests.services import Engine

CLIENTS, PAUSE, PATIENCE = 4, (0.6, 1.1), 20
ADDRESS = "killed@example.invalid"
"""Marks the residents of this test."""


@dataclass
class Record:
    """What was sent of each resident, and how much of it was answered 200."""

    year: int
    numbers: Any = field(default_factory=lambda: count(1))
    sent: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    answered: Counter[str] = field(default_factory=Counter)
    again: int = 0
    odd: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class Client(threading.Thread):
    """A university's program: it sends one resident after the other, and each call until it is answered."""

    def __init__(self, of: House, record: Record, who: tuple[str, str]) -> None:
        super().__init__(daemon=True)
        self._house = of
        self._record = record
        self._token = json.loads(self._sent(AUTHENTICATE, {"username": who[0], "password": who[1]})[1])[TOKEN]

    def run(self) -> None:
        record = self._record
        while not record.over.is_set():
            number = next(record.numbers)
            person = {"NationalCode": synthetic_national_code(670_000 + number), "Email": ADDRESS}
            sent = a_resident(**person, ResidencyStartYear=record.year - 1)
            student = sent["StudentNumber"]
            self._ask(student, RESIDENT, sent)
            for shade in (number % 200, number % 200 + 30):
                self._ask(student, IMAGE, {"StudentNumber": student, "Image": base64_of(a_picture(shade=shade))})
            for ethics in (20, 21, 22):
                self._ask(student, DECLARE, a_declaration(student, YearId=record.year, EthicsScore=ethics))
            self._ask(student, RESIDENT, {**sent, "LastName": f"آزمون {student}"})

    def _ask(self, student: str, path: str, body: dict[str, Any]) -> None:
        """Send a call until it is answered, or all is over."""
        if self._record.over.is_set():
            return
        self._record.sent[student].append((path, body))
        tries = 0
        while not self._record.over.is_set():
            tries += 1
            try:
                status, text = self._sent(path, body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 200:
                self._record.answered[student] += 1
                self._record.again += tries > 1
                return
            if status != 503:
                self._record.odd.append(f"{path}: {status} {text.decode()}")

    def _sent(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._house.programs[0].port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/json", "token": getattr(self, "_token", "")}
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@dataclass
class Kept:
    """All that is there of a resident."""

    one: Resident
    picture: pictures.Painted | None
    declaration: Declaration | None
    history: list[Change]


async def kept(url: str, year: int) -> dict[str, Kept]:
    """Read what is there of the residents of this test."""

    def read(tx: Tx) -> dict[str, Kept]:
        query = select(table.c.id).where(table.c.data_set == tx.data_set, table.c.email == ADDRESS)
        found = {}
        for (id_,) in tx.execute(query).all():
            one = residents.by_id(tx, id_)
            assert one is not None
            history = residents.history(tx, id_)[::-1]
            found[one.student_number] = Kept(one, pictures.show(tx, id_), declarations.find(tx, id_, year), history)
        return found

    db = open_database(url)
    await db.start()
    try:
        return await db.within(DEMO).read(read)
    finally:
        await db.stop()


async def open_year(url: str, year: int, now: datetime) -> None:
    """Let the year be open, whatever day it is."""

    def put(tx: Tx) -> None:
        years.put(tx, Year(year=year, version=years.get(tx, year).version), Caller("", "test", "test"), now)

    db = open_database(url)
    await db.start()
    await db.within(DEMO).write(put)
    await db.stop()


def must_stand(student: str, record: Record, found: Kept | None) -> None:
    """What was answered is there; of the last call, which was lost, all or nothing."""
    calls, answered = record.sent[student], record.answered[student]
    if found is None:
        assert answered == 0, student
        return
    lines = Counter(line.action for line in found.history)
    done = sum(lines.values())
    assert answered <= done <= len(calls), (student, answered, lines)
    expected = [path for path, _ in calls[:done]]
    assert lines["resident-added"] == 1
    assert lines["resident-changed"] == expected.count(RESIDENT) - 1
    assert lines["picture-put"] == expected.count(IMAGE)
    assert lines["declared"] + lines["declaration-changed"] == expected.count(DECLARE)
    assert found.one.version == expected.count(RESIDENT) + expected.count(IMAGE)
    assert found.one.last_name == ("آزمون" if not lines["resident-changed"] else f"آزمون {student}")
    assert (found.picture is None) == (lines["picture-put"] == 0) == (not found.one.picture)
    if found.picture is not None:
        assert found.one.picture == found.picture.digest == sha256(found.picture.content).hexdigest()
        with Image.open(io.BytesIO(found.picture.content)) as picture:
            picture.load()
    last = [body for path, body in calls[:done] if path == DECLARE]
    assert (found.declaration is None) == (not last)
    if found.declaration is not None:
        assert found.declaration.ethics == last[-1]["EthicsScore"] * 100
        assert found.declaration.version == len(last)
    told = [line.facts["ethics"] for line in found.history if "ethics" in line.facts]
    assert told == [[2000 + 100 * (at - 1) if at else None, 2000 + 100 * at] for at in range(len(last))]


def test_what_was_answered_before_a_kill_is_there_with_its_history(engine: Engine, tmp_path: Path) -> None:
    dice = Random(seed := random.randrange(2**32))
    now = datetime.now(UTC)
    record = Record(year_at(now))
    with house(tmp_path, engine, 1) as running:
        asyncio.run(open_year(running.url, record.year, now))
        who = [FIRST, SECOND]
        clients = [Client(running, record, who[number % 2]) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(dice.uniform(*PAUSE))
        running.kill_one(0)
        time.sleep(dice.uniform(*PAUSE))
        running.kill()
        record.over.set()
        for client in clients:
            client.join(PATIENCE * 2)
            assert not client.is_alive()
        found = asyncio.run(kept(running.url, record.year))
    assert not record.odd, (seed, record.odd[:3])
    assert found.keys() <= record.sent.keys()
    for student in record.sent:
        must_stand(student, record, found.get(student))
    assert record.answered.total() > 30, (seed, record.answered)
    assert record.again > 0, seed
