"""What is asked of the codings, of us and of the limit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench import codings, filling
from bench.cases import post, request
from bench.importing import GRANTS, pid
from nabz.access.service.tokens import ACCESS
from nabz.kit import jalali
from nabz.terminology.api.operations import maxa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

API = "/api/v1/terminology"
ASKED = 100_000
WARM = 1000
"""So many codes all fit into what a process remembers; of the many none is asked twice in a run."""

PAGES = 240
OF_EACH_KIND = 40
PAGE, OWN_PAGE, SHOWN = 1000, 200, 20
NUMBER, STEP = 1, len(codings.VERSIONS)


@dataclass(frozen=True)
class CodingCase:
    """One thing that is measured; a limit that is not written out runs the statements that ours was seen to run."""

    name: str
    title: str
    ours: Callable[[int], list[str]]
    limit: Callable[[int], list[str]] | None = None
    most: int = 0
    """So many rows an answer holds."""

    by_gateway: bool = False


class Caller:
    """Those who hold a token and a licence, in turn."""

    def __init__(self) -> None:
        self._tokens = [filling.access_token(filling.row_of_caller(caller)) for caller in filling.callers(GRANTS)]
        self._next = 0

    def _turn(self) -> int:
        self._next = (self._next + 1) % len(self._tokens)
        return self._next

    def post(self, operation: str, body: dict[str, Any]) -> str:
        """Ask a function of MAXA through the gateway."""
        who = self._turn()
        headers = {"Authorization": f"Bearer {self._tokens[who]}", "pid": pid(who)}
        return post(f"/api/client/apim/v1/{maxa.address}/{operation}", body, **headers)

    def bare(self, path: str, *given: object, body: dict[str, Any] | None = None) -> str:
        """Ask the limit the same, the body as long as ours."""
        who = self._turn()
        words = (filling.KEYS.hex(ACCESS, self._tokens[who]), f"c{who}", pid(who), *given)
        return post(f"{path}?{','.join(map(str, words))}", body or {})


def cold(size: int, part: int) -> list[int]:
    """Codes at random: a half for the look-ups, the other for the validations."""
    drawn = codings.living(size, 2 * ASKED)
    half = len(drawn) // 2
    return drawn[part * half : (part + 1) * half]


def warm(size: int, part: int) -> list[int]:
    return cold(size, part)[-WARM:]


def asked(code: int) -> dict[str, Any]:
    return {"terminologyId": codings.ID, "codedString": codings.code(code)}


def claimed(size: int, code: int) -> dict[str, Any]:
    """A code with its value, or each fourth time with that of another."""
    of = code if code % 4 else code + 1
    value, _ = codings.texts(of, codings.revision(size, of, STEP))
    told = {"valueField": value, "terminology_idField": codings.ID, "coded_stringField": codings.code(code)}
    return {"DoCodedText": told}


def look_ups(chosen: Callable[[int, int], list[int]]) -> Callable[[int], list[str]]:
    return lambda size: [_caller.post("Terminology", asked(code)) for code in chosen(size, 0)]


def validations(chosen: Callable[[int, int], list[int]]) -> Callable[[int], list[str]]:
    return lambda size: [_caller.post("ValidateCts", claimed(size, code)) for code in chosen(size, 1)]


def bare_values(path: str, chosen: Callable[[int, int], list[int]], part: int) -> Callable[[int], list[str]]:
    def body(size: int, code: int) -> dict[str, Any]:
        return claimed(size, code) if part else asked(code)

    return lambda size: [
        _caller.bare(path, NUMBER, STEP, codings.code(code), body=body(size, code)) for code in chosen(size, part)
    ]


def searches(_size: int) -> list[str]:
    return [search(text) for texts in codings.typed(OF_EACH_KIND).values() for text in texts]


def search(text: str) -> str:
    return request("GET", f"{API}/search?{urlencode({'q': text, 'terminology': codings.ID, 'limit': SHOWN})}")


def pages_since(size: int) -> list[str]:
    """A third asks for all, a third for what came with the second version, a third for the third's; from anywhere."""
    days = [jalali.day_of(at) for at in codings.PUBLISHED]
    return [
        _caller.post(
            "SearchTerminology",
            {
                "terminologyId": codings.ID,
                "FromDate": {"yearField": day.year, "monthField": day.month, "dayField": day.day},
                "after": after,
                "limit": PAGE,
            },
        )
        for day, after in zip(days * (PAGES // len(days)), _places(size), strict=True)
    ]


def changes_since(size: int) -> list[str]:
    days = [f"{at:%Y-%m-%d}" for at in codings.PUBLISHED[1:]]
    return [
        request("GET", f"{API}/{codings.ID}/changes?{urlencode({'since': day, 'after': after, 'limit': OWN_PAGE})}")
        for day, after in zip(days * (PAGES // len(days)), _places(size), strict=True)
    ]


def differences(size: int) -> list[str]:
    return [
        request("GET", f"{API}/{codings.ID}/diff?{urlencode({'from': 1, 'to': 3, 'after': after, 'limit': OWN_PAGE})}")
        for after in _places(size)
    ]


def _places(size: int) -> Iterator[str]:
    """Where a page begins: before all, or after any code."""
    chance = random.Random("pages")
    return ("" if page % 8 == 0 else codings.code(chance.randrange(size)) for page in range(PAGES))


_caller = Caller()
READ, KEPT = "/value", "/value-kept"
CASES = (
    CodingCase("code", "code, never asked before", look_ups(cold), bare_values(READ, cold, 0)),
    CodingCase("code-warm", "code, of 1,000", look_ups(warm), bare_values(KEPT, warm, 0)),
    CodingCase("code-read", "same, the limit reads", look_ups(warm), bare_values(READ, warm, 0)),
    CodingCase("validate", "validate, never asked", validations(cold), bare_values(READ, cold, 1)),
    CodingCase("validate-warm", "validate, of 1,000", validations(warm), bare_values(KEPT, warm, 1)),
    CodingCase("search", "search as one types", searches, most=SHOWN),
    CodingCase("since", "1,000 codes since a date", pages_since, most=PAGE, by_gateway=True),
    CodingCase("changes", "200 changes since a day", changes_since, most=OWN_PAGE),
    CodingCase("diff", "200 differences of 1 and 3", differences, most=OWN_PAGE),
)


def sides(case: CodingCase, size: int) -> dict[str, list[str]]:
    """The requests of a case; a limit that is not written out is asked for the recorded statements by their number."""
    ours = case.ours(size)
    if case.limit is not None:
        return {"ours": ours, "limit": case.limit(size)}
    numbers = [f"{case.name}.{number}" for number in range(len(ours))]
    if case.by_gateway:
        return {"ours": ours, "limit": [_caller.bare("/rows-by-gateway", number) for number in numbers]}
    return {"ours": ours, "limit": [request("GET", f"/rows?{number}") for number in numbers]}
