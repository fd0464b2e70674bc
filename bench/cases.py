"""What is asked, of us and of the limit."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench import filling
from nabz.access.service.tokens import ACCESS, REFRESH

if TYPE_CHECKING:
    from collections.abc import Callable

CALL = f"/api/client/apim/v1/{filling.SERVICE}/Echo"
NETWORK = "2001:db8:{fresh____________}::/112"  # as long as what will stand there


@dataclass(frozen=True)
class Case:
    """One thing that is measured; both sides are given the requests as texts."""

    name: str
    title: str
    ours: Callable[[int], list[str]]
    limit: Callable[[int], list[str]]
    grows: bool = False
    """Whether the number of rows matters, so that more than the first size is measured."""


def request(method: str, target: str, body: str = "", **headers: str) -> str:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body.encode())}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def post(target: str, value: object, **headers: str) -> str:
    return request("POST", target, json.dumps(value, ensure_ascii=False), Content_Type="application/json", **headers)


def token_call(client: int, **form: str) -> str:
    basic = base64.b64encode(f"{filling.client_id(client)}:{filling.SECRET}".encode()).decode()
    return request(
        "POST",
        "/oauth/token",
        urlencode(form),
        Authorization=f"Basic {basic}",
        Content_Type="application/x-www-form-urlencoded",
    )


def message() -> dict[str, object]:
    """A booking as clients send it: some 1.2 KB of Persian JSON."""
    return {
        "patient": {
            "firstName": "مریم",
            "lastName": "آزمون‌پور نمونه",
            "nationalCode": "0000000000",
            "mobile": "09000000000",
            "gender": {"code": "2", "title": "زن"},
            "address": "تهران، خیابان نمونه، کوچهٔ آزمایش، پلاک ۱۲، طبقهٔ سوم، واحد ۵",
        },
        "appointment": {
            "date": "1405/09/01",
            "time": "10:20",
            "clinic": "درمانگاه تخصصی نمونهٔ شهر",
            "physician": "پزشک نمونه، متخصص داخلی",
            "reason": "درد قفسهٔ سینه هنگام فعالیت، تنگی نفس شبانه، سابقهٔ فشار خون بالا از پنج سال پیش",
            "coverage": [{"code": 1, "title": "بیمهٔ سلامت ایرانیان"}, {"code": 37, "title": "بیمهٔ تکمیلی نمونه"}],
        },
        "items": [
            {"row": row, "code": f"{97000 + row}", "title": "ویزیت و مشاورهٔ تخصصی", "count": 1, "price": 1250000 + row}
            for row in range(3)
        ],
        "note": "بیمار داروهای خود را همراه داشته باشد و پانزده دقیقه پیش از نوبت در محل حاضر شود.",
    }


def grants(size: int) -> list[str]:
    return [
        token_call(caller, grant_type="password", username=filling.username(caller), password=filling.PASSWORD)
        for caller in filling.callers(size)
    ]


def bare_grants(size: int) -> list[str]:
    """The hash that must still be the one that was checked goes with it."""
    return [
        post(
            "/token",
            {
                "client": f"c{caller}",
                "client_id": filling.client_id(caller),
                "user_id": f"u{caller}",
                "password_hash": filling.PASSWORD_HASH,
            },
        )
        for caller in filling.callers(size)
    ]


def refreshes(size: int) -> list[str]:
    return [
        token_call(row // filling.PEOPLE, grant_type="refresh_token", refresh_token=filling.refresh_token(row))
        for row in filling.spread_rows(size)[::2]
    ]


def bare_refreshes(size: int) -> list[str]:
    rows = filling.spread_rows(size)[::2]
    clients = [row // filling.PEOPLE for row in rows]
    digests = [filling.KEYS.hex(REFRESH, filling.refresh_token(row)) for row in rows]
    return [
        post("/refresh", {"client": f"c{client}", "client_id": filling.client_id(client), "refresh_digest": digest})
        for client, digest in zip(clients, digests, strict=True)
    ]


def calls(size: int) -> list[str]:
    tokens = [filling.access_token(filling.row_of_caller(caller)) for caller in filling.callers(size)]
    return [
        post(CALL, message(), Authorization=f"Bearer {token}", pid=filling.pid(caller))
        for caller, token in enumerate(tokens)
    ]


def bare_calls(size: int) -> list[str]:
    tokens = [filling.access_token(filling.row_of_caller(caller)) for caller in filling.callers(size)]
    return [
        post(f"/call?{filling.KEYS.hex(ACCESS, token)},c{caller},{filling.pid(caller)}", message())
        for caller, token in enumerate(tokens)
    ]


def looks(size: int) -> list[str]:
    return [request("GET", f"/bench/look-up?digest={digest}") for digest in _digests(size)]


def bare_looks(size: int) -> list[str]:
    return [request("GET", f"/look-up?{digest}") for digest in _digests(size)]


def _digests(size: int) -> list[str]:
    return [filling.KEYS.hex(ACCESS, filling.access_token(row)) for row in filling.spread_rows(size)[1::2]]


def announcing(path: str, client: str) -> Callable[[int], list[str]]:
    return lambda _size: [post(path, {"client": client, "network": NETWORK})]


CASES = (
    Case("grant", "token grant, repeated", grants, bare_grants),
    Case("refresh", "token refresh", refreshes, bare_refreshes, grows=True),
    Case("gateway", "echo through the gateway", calls, bare_calls),
    Case("write", "small write, db.write", announcing("/bench/write", "ours"), announcing("/write", "limit")),
    Case("write-one", "same, db.write_one", announcing("/bench/write-one", "ours"), announcing("/write-one", "limit")),
    Case("look-up", "look-up, db.read_one", looks, bare_looks, grows=True),
)
