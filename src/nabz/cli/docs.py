"""`python -m nabz.cli.docs`: write the pages of `docs/reference/` that only repeat what the code says."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nabz
from nabz.cli.docs_residency import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(nabz.__file__).parents[2] / "docs" / "reference"
WRITTEN = '[//]: # "Written by python -m nabz.cli.docs: change the code, not this page."'
PERSIAN, END = "\u2067", "\u2069"  # from right to left, whatever stands around it
METHODS = ("get", "post", "put", "delete")
FAULTS = {"caller": "the caller's", "provider": "the provider's", "house": "the house's"}

SETTINGS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Where it runs",
        {
            "host": "The address to listen on.",
            "port": "The port to listen on.",
            "data": "The data folder: the embedded database, the key, `demo.json`.",
            "database": "`postgresql://…` or `sqlite:///…`; empty: SQLite in the data folder.",
            "workers": "Processes. More than 1 needs PostgreSQL.",
            "database_seats": "Connections to PostgreSQL of each process.",
            "fsync": "SQLite waits for the disk before it answers. Off only where everything may be lost.",
            "demo": "Load the demo sandbox, write `demo.json`, show the demo credentials on the home page.",
            "log_level": "`DEBUG`, `INFO`, `WARNING` or `ERROR`.",
        },
    ),
    (
        "Keys and the way in",
        {
            "secret_key": "The master key, 64 or more hex digits; empty: made once, kept in `secret.key` in the data "
            "folder. Several machines need the same one.",
            "public_address": "The address that people type, such as `https://nabz.example`: it stands in links and "
            "makes cookies `Secure`. Empty: host and port.",
            "trusted_proxies": "Addresses or networks, with commas: whose `X-Forwarded-For` and `X-Forwarded-Proto` "
            "are believed.",
            "https_only": "Answer plain HTTP calls of tokens and services with 410.",
            "body_limit": "Bytes of a request body; more is answered with 413.",
            "body_seconds": "Seconds in which a request body must have arrived; later is answered with 408.",
        },
    ),
    (
        "Tokens and sessions",
        {
            "token_seconds": "Life of an access token.",
            "refresh_token_days": "Life of a refresh token.",
            "token_cache_seconds": "For so long a process believes what it has read of tokens, clients, packages, "
            "addresses and services: a change takes effect after that time at the latest.",
            "session_idle_minutes": "A portal session that is left alone ends.",
            "session_hours": "A portal session ends in any case.",
            "link_hours": "Life of an invitation's link.",
        },
    ),
    (
        "Traffic and quotas",
        {
            "traffic_days": "Days that the traffic log keeps.",
            "traffic_rows": "Rows that it keeps at most.",
            "body_days": "Days that bodies of sandbox calls are kept.",
            "quota_block": "Calls of a day's quota that a process takes at once, at most (never more than a "
            "hundredth of the quota, at least one).",
            "traffic_flush_seconds": "Pause between two bundles of the traffic log: what a kill may lose of it.",
        },
    ),
    (
        "Appointments and registries",
        {
            "appointments_apart": "Nobody holds two appointments at the same time.",
            "appointments_once_a_day": "Nobody holds two appointments with one provider on one day.",
            "registries_pascal_case": "The insurance inquiry answers with capitals, as its older clients read it.",
            "simad_plain_token": "SIMAD's tokens are also given under `Token`, without the leading blank.",
            "simad_asks_key": "SIMAD's authentication asks for a `token` header, as one of its answers says.",
            "tamin_ports": "Further ports of the same host, as `2020,90,8585,8088`; `--tamin-ports` names these.",
        },
    ),
    (
        "Messages",
        {
            "smtp_address": "`host:port` of the mail server; empty: letters go to the inbox, for operators.",
            "mail_from": "The sender of letters.",
        },
    ),
)


def pages() -> dict[str, str]:
    """Every written page by its file's name."""
    return {
        "errors.md": "\n".join(errors()) + "\n",
        "settings.md": "\n".join(settings()) + "\n",
        "operations.md": "\n".join(operations()) + "\n",
        "cli.md": "\n".join(commands()) + "\n",
        "residency-rules.md": "\n".join(rules(WRITTEN, PERSIAN, END)) + "\n",
    }


def errors() -> Iterator[str]:
    """The catalogue: every code with both texts, whose fault it is, and whether to send again."""
    from nabz.kit.errors import catalogue

    for module in pkgutil.walk_packages(nabz.__path__, "nabz."):
        importlib.import_module(module.name)
    ours = [kind for kind in catalogue() if kind.__module__.startswith("nabz.")]
    yield from ("# Errors", "", WRITTEN, "")
    yield (
        "Every failure that the program expects. The code is what a program should compare; texts may change. "
        "The same list as JSON: `GET /api/v1/errors`. How they reach you: [Reading errors](../guide/errors.md)."
    )
    for area in sorted({kind.code.partition(".")[0] for kind in ours}):
        yield from ("", f"## {area}")
        for kind in ours:
            if kind.code.startswith(f"{area}."):
                again = "may be sent again" if kind.retry else "not to be sent again as it is"
                yield from ("", f"### {kind.code}", "", f"{kind.status}, {FAULTS[kind.fault]} fault, {again}.", "")
                yield from (f"* {kind.en}", f"* {PERSIAN}{kind.fa}{END}")


def settings() -> Iterator[str]:
    """Every field of the settings: its variable, what it is when nothing is said, what it does."""
    import msgspec

    from nabz.settings import Settings

    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    told = [name for _, part in SETTINGS for name in part]
    if sorted(told) != sorted(fields):
        raise LookupError(f"told and not told of: {sorted(set(told) ^ set(fields))}")
    yield from ("# Settings", "", WRITTEN, "")
    yield (
        "Settings are read once, at the start, from environment variables; an option of the command line goes before "
        "its variable. Truth is written `true` or `false`, a list with commas."
    )
    for title, part in SETTINGS:
        yield from ("", f"## {title}", "", "| Variable | Unless said otherwise | What it does |", "|---|---|---|")
        for name, meaning in part.items():
            yield f"| `NABZ_{name.upper()}` | {_value(fields[name].default)} | {_cell(meaning)} |"


def operations() -> Iterator[str]:
    """Every route that machines call, from the program's own OpenAPI document."""
    document = _openapi()
    tags: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                tags.setdefault(item[method]["tags"][0], []).append((method, path, item[method]))
    yield from ("# Operations", "", WRITTEN, "")
    yield (
        "Every address that programs call. The types of requests and answers stand in the OpenAPI 3.1 document: "
        "`GET /openapi.json`, or with forms to try them at `/api`. Pages for people are not listed here."
    )
    for tag in sorted(tags):
        yield from ("", f"## {tag}", "", "| Call | Who | What it does |", "|---|---|---|")
        for method, path, operation in tags[tag]:
            yield f"| `{method.upper()} {path}` | {_who(operation)} | {_cell(operation['summary'])} |"


def commands() -> Iterator[str]:
    """Every command with its arguments and options."""
    import typer.main

    from nabz.cli.commands import app

    yield from ("# Command line", "", WRITTEN, "")
    yield (
        "`--data` and `--database` name the installation that a command works on; without them the variables "
        "`NABZ_DATA` and `NABZ_DATABASE` do. A failure ends with one line and its code: exit 2 for a refusal, "
        "1 when something was found (`audit verify`)."
    )
    for name, command in _walk("nabz", typer.main.get_command(app)):
        yield from ("", f"## {name}", "", _cell(command.help or ""))
        if command.params:
            yield from ("", "| Argument or option | What it says |", "|---|---|")
        for parameter in command.params:
            yield f"| {_spelling(parameter)} | {_cell(getattr(parameter, 'help', None) or '')} |"


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own copy of click
    inner: dict[str, Any] = getattr(command, "commands", {})
    if not inner:
        yield name, command
    for part, each in inner.items():
        yield from _walk(f"{name} {part}", each)


def _spelling(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        word = parameter.name.upper()
        return f"`{word}`" if parameter.required else f"`[{word}]`"
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    return f"{names} (required)" if parameter.required else names


def _who(operation: dict[str, Any]) -> str:
    words = {"client": "client (Basic)", "token": "token", "pid": "pid", "session": "portal session"}
    needed = [words[name] for each in operation.get("security", ()) for name in each]
    return " and ".join(needed) or "anybody"


def _openapi() -> dict[str, Any]:
    import httpx2

    from nabz.app import create_app
    from nabz.settings import Settings

    async def ask() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as data:
            transport = httpx2.ASGITransport(create_app(Settings(data=data)))
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                found: dict[str, Any] = (await client.get("/openapi.json")).raise_for_status().json()
                return found

    return asyncio.run(ask())


def _value(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if isinstance(default, (int, float)) or default else "nothing"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def write(folder: Path = HERE) -> Iterable[Path]:
    """Put every page in its place."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        yield folder / name


if __name__ == "__main__":
    for path in write():
        print(path.name)
