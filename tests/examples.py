"""The examples of the documentation: which commands a page shows, which answers, and whether another is alike."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"\bBASE\b|\$TOKEN\b|^\s*nabz (?:user|organisation|audit) ", re.MULTILINE)
PASSING = (".expires_in", ".yearId")
"""Numbers that are others tomorrow."""

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Example:
    """Commands, and the answer that the page shows right below them."""

    line: int
    commands: str
    language: str = ""
    answer: str = ""


def examples(text: str) -> Iterator[Example]:
    """The `sh` blocks that speak to our program; the others are for the reader's own machine."""
    fences = list(FENCE.finditer(text))
    for place, fence in enumerate(fences):
        if fence[1] != "sh" or not OURS.search(fence[2]):
            continue
        line = text.count("\n", 0, fence.start()) + 1
        following = fences[place + 1] if place + 1 < len(fences) else None
        if following and following[1] != "sh" and not text[fence.end() : following.start()].strip():
            yield Example(line, fence[2], following[1], following[2])
        else:
            yield Example(line, fence[2])


# ---------------------------------------------------------------- what is shown and what is said


def differences(example: Example, said: str) -> Iterator[str]:
    """`json` is compared by keys, their order, types and texts; `http` by status, the headers shown, and body."""
    if example.language == "json":
        yield from unlike(json.loads(example.answer), json.loads(said), "$")
    elif example.language == "http":
        shown_head, _, shown_body = example.answer.partition("\n\n")
        head, _, body = said.replace("\r\n", "\n").partition("\n\n")
        (shown_status, *shown_headers), (status, *headers) = shown_head.splitlines(), head.splitlines()
        if shown_status.split()[1] != status.split()[1]:
            yield f"{shown_status} is shown, {status} came"
        there = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in headers)}
        for name, _, value in (line.partition(":") for line in shown_headers):
            if not alike(value.strip(), there.get(name.lower(), "")):
                yield f"{name}: {there.get(name.lower())!r} came"
        if shown_body.strip():
            yield from unlike(json.loads(shown_body), json.loads(body), "$")
    else:
        shown, came = example.answer.splitlines(), said.splitlines()
        if len(shown) != len(came) or not all(map(alike, shown, came)):
            yield f"this came:\n{said}"


def unlike(shown: object, came: object, path: str) -> Iterator[str]:
    if type(shown) is not type(came):
        yield f"{path}: {came!r} came"
    elif isinstance(shown, dict) and isinstance(came, dict):
        if list(shown) != list(came):
            yield f"{path}: the keys {', '.join(came)} came"
        for key in shown.keys() & came.keys():
            yield from unlike(shown[key], came[key], f"{path}.{key}")
    elif isinstance(shown, list) and isinstance(came, list):
        if len(shown) != len(came):
            yield f"{path}: {len(came)} elements came"
        for place, (one, other) in enumerate(zip(shown, came, strict=False)):
            yield from unlike(one, other, f"{path}[{place}]")
    elif isinstance(shown, str):
        if not alike(shown, str(came)):
            yield f"{path}: {came!r} came"
    elif shown != came and not path.endswith(PASSING):
        yield f"{path}: {came!r} came"


def alike(shown: str, came: str) -> bool:
    """Any UUID stands for any other, and `…` for anything."""
    pattern = re.escape(UUID.sub("UUID", shown)).replace("…", ".*")
    return re.fullmatch(pattern, UUID.sub("UUID", came)) is not None
