"""What all refusals of appointments have: a number for the official answers (facts, section 3.1)."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from nabz.kit.errors import Problem


class Sepas(IntEnum):
    """The error numbers of the official answers."""

    NONE = 0
    DATES = 1
    CODING = 2
    LOCATOR = 5
    MANDATORY = 6
    WRONG = 7
    LOGIC = 10
    BLOCKED = 11
    CENTRE = 14
    INPUT = 15
    FORMAT = 16


class Refusal(Problem):
    """What the official answers tell by a number and a text."""

    sepas: ClassVar[Sepas] = Sepas.LOGIC


class NotUnderstood(Problem):
    """The message names nobody and nothing: the guide's own skeleton, for one."""

    code = "appointments.not-understood"
    status = 422
    fa = "پیام خوانده نشد: ساختار آن درست نیست، یا شناسهٔ نوبت یا شخص در آن نیست."
    en = "The message could not be understood: it names no appointment or no person."
