"""The in-house partner for first calls and tests: it says what it was told."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from nabz.gateway.model import Answered
from nabz.kit.json import encode
from nabz.kit.operations import Asked, Operations

echo = Operations("nabz/gwecho", "پژواک (آزمون اتصال)", owner="gateway", aliases=("nabz/gw/echo",))


class Text(msgspec.Struct, frozen=True):
    """A text to say again."""

    text: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome that the caller wants to see."""

    status: int = 200
    wait_ms: int = 0
    tracking: str | None = None


@echo.add("Echo", summary="Say the same JSON again: an object or array is embedded in result.data", body=Any)
async def say_again(asked: Asked) -> object:
    """Answer with the body itself."""
    return asked.body


@echo.add(
    "Text",
    summary="Say a text again: a scalar stands in result.data as raw JSON text",
    body=Text,
    answer=str,
    methods=("GET", "POST"),
)
async def say_text(asked: Asked) -> str:
    """Answer with a scalar."""
    told: Text = asked.body
    return told.text


@echo.add("Outcome", summary="Answer with the status that is asked for, after a while", body=Outcome)
async def answer_as_told(asked: Asked) -> Answered:
    """Answer as a provider would that fails, waits, or gives a tracking code."""
    wanted: Outcome = asked.body
    await asyncio.sleep(min(max(wanted.wait_ms, 0), 10_000) / 1000)
    status = wanted.status if 200 <= wanted.status <= 599 else 400  # noqa: PLR2004
    return Answered(status, encode({"status": status}), wanted.tracking)
