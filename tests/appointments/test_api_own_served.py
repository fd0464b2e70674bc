"""Our own API at the running program: behind the gateway with its log and request id, and the stream of events."""

import http.client
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.appointments.calling import CENTRE, ORTHOPAEDICS, VISIT, visitor
from tests.program import Program
from tests.terminology.calling import send, token, value

OWN = "/api/client/apim/v1/nabz/appointments"
EVENTS = "/api/v1/appointments/events"


def ask(program: Program, operation: str, **body: Any) -> Any:
    """What lies in the envelope."""
    pid = program.demo["ditas"]["pids"]["appointments"]
    return value(send(program, "POST", f"{OWN}/{operation}", json.dumps(body), pid=pid))


def next_event(program: Program, after: str, subject: str) -> dict[str, Any]:
    """Follow the stream until it tells of a slot."""
    headers = {
        "authorization": f"Bearer {token(program)}",
        "pid": program.demo["ditas"]["pids"]["appointments"],
        "last-event-id": after,
    }
    with closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=20)) as connection:
        connection.request("GET", f"{EVENTS}?kinds=appointment.booked", headers=headers)
        with connection.getresponse() as answer:
            assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            for line in answer:
                if line.startswith(b"data: ") and subject.encode() in line:
                    found: dict[str, Any] = json.loads(line[6:])
                    return found
    raise AssertionError("the stream has ended")


def test_a_booking_through_the_gateway_is_told_in_the_stream(served: Program) -> None:
    day = f"{datetime.now(UTC) + timedelta(days=70):%F}"
    slots = [{"localId": f"served-{day}", "start": f"{day}T21:00:00+03:30", "minutes": 10}]
    agenda = {"provider": "1234", "specialty": ORTHOPAEDICS, "service": VISIT, "slots": slots}
    published = ask(served, "publishschedule", facility=CENTRE, agendas=[agenda])
    slot_id = published["agendas"][0]["slots"][0]["slot"]
    booked = ask(served, "Book", slot=slot_id, visitor=visitor(40), key="served")
    assert (booked["ok"], booked["appointment"]["mine"]) == (True, True)
    told = next_event(served, "0", slot_id)
    assert (told["kind"], told["body"]["status"]) == ("appointment.booked", 2)
    assert next_event(served, str(told["number"] - 1), slot_id) == told
    done = ask(served, "WithdrawSlots", facility=CENTRE, slots=[slot_id])
    assert [one["visitor"]["person"] for one in done["affected"]] == [visitor(40)["person"]]


def test_the_stream_asks_for_a_token_and_a_pid(served: Program) -> None:
    pid = served.demo["ditas"]["pids"]["maxa"]
    foreign = send(served, "GET", EVENTS, pid=pid)
    assert foreign.json["code"] == "gateway.not-granted"
    nobody = send(served, "GET", EVENTS, authorization="Bearer none")
    assert (nobody.status, nobody.json["code"]) == (401, "gateway.not-authorised")
