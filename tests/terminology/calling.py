"""A vendor's program that calls MAXA through the gateway, as the guide prints it."""

import base64
import http.client
import json
import re
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.program import Program

SAMPLES = Path(__file__).parents[2] / "samples" / "maxa"
PREFIX = "/api/client/apim/v1/maksaservice/gwmaksa"


class Answer(NamedTuple):
    """What came back."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@cache
def token(program: Program) -> str:
    """A token of the demo's system."""
    ditas = program.demo["ditas"]
    code = base64.b64encode(f"{ditas['client_id']}:{ditas['client_secret']}".encode()).decode()
    form = f"grant_type=password&username={ditas['username']}&password={ditas['password']}"
    kind = "application/x-www-form-urlencoded"
    answer = _exchange(program, "POST", "/oauth/token", form, {"authorization": f"Basic {code}", "content-type": kind})
    return str(answer.json["access_token"])


def send(program: Program, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
    """Send one call with a token and the pid, a body also on GET."""
    sent = {
        "pid": program.demo["ditas"]["pids"]["maxa"],
        "content-type": "application/json",
        "authorization": f"Bearer {token(program)}",
        **headers,
    }
    return _exchange(program, method, path, body, sent)


def _exchange(program: Program, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=20)) as connection:
        connection.request(method, path, body.encode() if body is not None else None, headers)
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.read().decode())


def call(program: Program, operation: str, body: object) -> Answer:
    """Call a function."""
    return send(program, "POST", f"{PREFIX}/{operation}", json.dumps(body, ensure_ascii=False))


def value(answer: Answer) -> Any:
    """The data inside the envelope, a scalar parsed once more."""
    assert answer.status == 200, answer.text
    data = answer.json["result"]["data"]
    return json.loads(data) if isinstance(data, str) else data


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def curl(name: str) -> tuple[str, str, str]:
    """Method, path and body of a printed curl call; the print tears `--request` over two lines once."""
    text = sample(name).replace("--\nrequest", "--request")
    found = re.search(r"--request (\w+) 'https://[^/']+([^']*)'.*--data-raw '(.*)'", text, re.DOTALL)
    assert found, name
    return found[1], found[2], found[3]


def template(name: str) -> tuple[str, str, str]:
    """Method, path and body of a printed template."""
    first, _, rest = sample(name).partition("\n")
    method, path = first.split(" ")[:2]
    return method, path, rest[rest.index("{\n") :] if "{\n" in rest else rest[rest.rindex("\n{") :]
