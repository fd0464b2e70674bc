"""One line of JSON per event, with the requestId and without personal data."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog

FRAMES = 20
FORBIDDEN = frozenset({"password", "secret", "token", "national_code", "mobile", "name", "body", "address"})


def _without_personal_values(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    for key in FORBIDDEN.intersection(event):
        event[key] = "…"
    return event


def configure(level: str = "INFO") -> None:
    """Write JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_personal_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when the line is written
        cache_logger_on_first_use=False,
    )


def info(event: str, **facts: object) -> None:
    """Say what happened."""
    structlog.get_logger().info(event, **facts)


def warning(event: str, **facts: object) -> None:
    """Say what somebody should look at."""
    structlog.get_logger().warning(event, **facts)


def bug(error: BaseException, **facts: object) -> None:
    """Say where it broke: the kind of error and the lines of code, not its text, which may quote a person's values."""
    trace = traceback.extract_tb(error.__traceback__, limit=-FRAMES)
    frames = [f"{frame.filename.rpartition('nabz/')[2]}:{frame.lineno}" for frame in trace]
    cause = error.__cause__
    structlog.get_logger().error(
        "bug", kind=type(error).__qualname__, cause=type(cause).__qualname__ if cause else None, frames=frames, **facts
    )
