"""The guide and the samples say what the program does."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from nabz.notify import wire
from nabz.notify.api import AGAIN, _event
from nabz.notify.model import Event, signed_headers
from nabz.notify.model import verify as ours
from tests import services
from tests.architecture.tree import ROOT
from tests.examples import FENCE
from tests.notify.receiver import SECRET

GUIDE = ROOT / "docs" / "guide" / "webhooks.md"
SAMPLES = ROOT / "samples" / "nabz" / "notify"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
SUBJECT = "1:3f0c7a52-6d1e-4a86-9f0b-2c5d8e7a9b14"
BODY = {
    "trackingId": SUBJECT,
    "localId": "shift-12-3",
    "facility": "5b8e2f60-91c4-4d07-a3e2-7c6f1d0b9a55",
    "provider": "Med_ID:900001",
    "startsAt": "2026-11-24T05:30:00+00:00",
    "status": 2,
    "reason": None,
    "appointment": "01a1ff2c-35f5-7767-9cfe-4aaba472c8ab",
}
EVENT = Event(41, "01a1ff2c-35f5-7767-9cfe-4aaba472c8ab-booked", "appointment.booked", SUBJECT, BODY, NOW)


def shown(language: str) -> list[str]:
    return [fence[2] for fence in FENCE.finditer(GUIDE.read_text(encoding="utf-8")) if fence[1] == language]


def test_the_samples_are_what_a_receiver_gets() -> None:
    told = wire.told(EVENT)
    assert (SAMPLES / "event.json").read_bytes() == told + b"\n"
    head, _, body = (SAMPLES / "webhook.http").read_text().partition("\n\n")
    headers = dict(line.split(": ") for line in head.splitlines()[1:])
    signed = signed_headers([SECRET], EVENT.id, told, NOW)
    assert {name: headers[name] for name in signed} == signed
    assert body.encode() == told + b"\n"
    assert (SAMPLES / "stream.txt").read_bytes() == AGAIN + _event(EVENT) + b":\n\n"


def test_the_guide_shows_the_samples() -> None:
    (event,) = shown("json")
    assert list(msgspec.json.decode(event).items()) == list(msgspec.json.decode(wire.told(EVENT)).items())
    assert shown("text")[-1].encode() == AGAIN + _event(EVENT) + b":\n\n"


def test_what_the_guide_gives_to_copy_verifies_what_we_sign() -> None:
    (code,) = shown("python")
    copied: dict[str, Any] = {}
    exec(code, copied)
    body = wire.told(EVENT)
    good = signed_headers([SECRET], EVENT.id, body, NOW)
    stale = {**good, "webhook-timestamp": "1"}
    for headers, text in ((good, body), (good, body + b" "), (stale, body), ({}, body)):
        assert copied["verify"](SECRET, headers, text, NOW) is ours(SECRET, headers, text, NOW)
    assert ours(SECRET, good, body, NOW)


def test_the_shell_of_the_guide_signs_as_it_says() -> None:
    services.needed(lambda: Path(found) if (found := shutil.which("openssl")) else None, "openssl")
    (commands,) = shown("sh")
    done = subprocess.run(["bash", "-c", commands], capture_output=True, text=True, check=True)
    assert done.stdout == shown("text")[0]
