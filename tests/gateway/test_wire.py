"""The envelope and the refusals, to the letter."""

import csv
import json
from pathlib import Path

import msgspec
import pytest

from nabz.gateway import wire
from nabz.gateway.model import MESSAGES

SAMPLES = Path(__file__).parents[2] / "samples" / "ditas"
TABLE = Path(wire.__file__).parent / "data" / "status_codes.csv"


def test_every_status_of_appendix_2_has_its_message_to_the_letter() -> None:
    with TABLE.open(encoding="utf-8") as table:
        printed = {int(row["code"]): row["message"] for row in csv.DictReader(table)}
    assert len(printed) == 13
    assert MESSAGES.keys() == printed.keys()
    for code, message in printed.items():
        # The samples print OK where the table has OK!, and a sample wins.
        assert MESSAGES[code] == ("OK" if code == 200 else message)


def test_the_envelope_has_the_keys_of_appendix_1_in_their_order() -> None:
    text = (SAMPLES / "envelope.template.txt").read_text(encoding="utf-8")
    template = json.loads(text.replace("{obj}", "{}").replace("XXX", "200"))
    _, body = wire.envelope(200, b"{}")
    ours = json.loads(body)
    ours["status"]["message"] = "message"
    assert json.dumps(ours) == json.dumps(template)


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (b'{"a": [1]}', {"a": [1]}),
        (b"[1,2]", [1, 2]),
        (b"[]", []),
        ('"اسلام"'.encode(), '"اسلام"'),
        (b"true", "true"),
        (b"12.50", "12.50"),
        (b"null", "null"),
        (b"plain text", "plain text"),
        (b' \n{"a":1}\n', {"a": 1}),
    ],
)
def test_objects_and_arrays_are_embedded_and_scalars_are_raw_text(said: bytes, data: object) -> None:
    status, body = wire.envelope(200, said)
    assert status == 200
    assert json.loads(body) == {
        "result": {"data": data, "status": {"statusCode": 200}},
        "status": {"statusCode": 200, "message": "OK"},
    }


@pytest.mark.parametrize("body", [b"", b'{"why": "unknown"}'])
def test_a_failure_of_the_provider_travels_inside_a_200_without_data(body: bytes) -> None:
    assert wire.envelope(404, body) == (
        200,
        b'{"result":{"status":{"statusCode":404}},"status":{"statusCode":200,"message":"OK"}}',
    )


def test_an_accepted_request_is_told_as_accepted() -> None:
    status, body = wire.envelope(202, b"")
    assert status == 202
    assert json.loads(body)["status"] == {"statusCode": 202, "message": "Accepted!"}


def test_the_refusal_of_an_expired_token_is_the_printed_one() -> None:
    assert wire.REFUSALS[401] == b'{"status":0,"code":401,"msg":"","violations":[]}'


def test_every_other_refusal_has_the_same_shape_with_its_message() -> None:
    for code, message in MESSAGES.items():
        refusal = msgspec.json.decode(wire.REFUSALS[code])
        assert list(refusal) == ["status", "code", "msg", "violations"]
        assert refusal["msg"] == ("" if code == 401 else message)
        assert (refusal["status"], refusal["code"], refusal["violations"]) == (0, code, [])
