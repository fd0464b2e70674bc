"""What every failure of the paraclinic interface tells beside its texts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar

from nabz.prescriptions.errors.kinds import TaminProblem


class Section(IntEnum):
    """The part of the software that refused (Section of the older reply)."""

    ACCESS = -1
    INPUT = 0
    PATIENT = 2
    PRESCRIPTION = 3
    LINE = 4
    REGISTRATION = 5
    GENERAL = 99


class Fails(IntEnum):
    """What sort of failure it is (ProblemType of the older reply)."""

    ACCESS = -1
    INPUT = 0
    STRUCTURE = 1
    STORE = 2
    SUMS = 3
    SERVICE = 4
    NOTHING = 7
    TWICE = 8


class ParaclinicProblem(TaminProblem):
    """A failure of the paraclinic interface: it tells its section, its sort and the service that it is about."""

    section: ClassVar[Section] = Section.PRESCRIPTION
    sort: ClassVar[Fails] = Fails.SERVICE

    @property
    def about(self) -> str:
        """The code of the service, where there is one."""
        return str(self.facts.get("service", ""))

    @property
    def facts_fa(self) -> dict[str, object]:
        """The facts in one kind of digits: counts stand beside codes, and pages write both in their own."""
        return self.facts


class SeveralRefused(ParaclinicProblem):
    """More than one line is wrong: all of them are told."""

    code = "prescriptions.paraclinic-several"
    number = "400000"
    status = 422
    section = Section.LINE
    fa = "{count} ردیف از درخواست اشکال دارد"
    en = "{count} lines are wrong."

    def __init__(self, problems: Sequence[ParaclinicProblem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)
