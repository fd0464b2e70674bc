"""The sentences of the counter as the real service writes them."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from nabz.kit.errors import Problem


class Texts(NamedTuple):
    """What a failure says in its two places."""

    message: str
    complement: str


@cache
def _texts() -> dict[str, Texts]:
    text = (files("nabz.prescriptions") / "data" / "texts_pharmacy.csv").read_text(encoding="utf-8")
    return {row["code"]: Texts(row["message"], row["complement"]) for row in csv.DictReader(StringIO(text))}


def texts_of(problem: Problem) -> Texts:
    """Give both sentences; where no source gives two, clients show the second, so it says all as well."""
    known = _texts().get(problem.code)
    if known is not None:
        return Texts(known.message.format_map(problem.facts), known.complement.format_map(problem.facts))
    said = text_of(problem)
    return Texts(said, said)
