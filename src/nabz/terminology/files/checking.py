"""What every row has to pass, whatever file it comes from: the rules, no formula, no code twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from nabz.kit.errors import Problem
from nabz.kit.numbers import Numbers
from nabz.terminology import model
from nabz.terminology.errors import BadCode, BadText, CodeTwice, FormulaRefused, RowBroken
from nabz.terminology.model import Broken, Concept, Kind, Read, Retirement, Row

MOST_PROPERTIES: Final = 20
LONGEST_NAME: Final = 60
"""So many properties a row has at most, and so many letters the name of one: then every format can carry them."""

Runs = Callable[[str], bool]

_STARTS: Final = ("=", "@")
_SIGNS: Final = ("+", "-")
_SHARP_CALL: Final = re.compile(r"[A-Za-z_]\(|[|!]")
# No XML may hold them, so a spreadsheet with one could not be opened again.
_NO_LETTERS: Final = re.compile("[\ufffe\uffff]")


def would_harm(cell: str) -> bool:
    """Tell whether a text of an official release is a formula that calls something.

    Releases hold terms such as "= (qualifier value)" and "+++ (qualifier value)", and nobody can mend them.
    """
    return cell.startswith(_STARTS + _SIGNS) and bool(_SHARP_CALL.search(cell))


def checked(found: Iterator[Read], kind: Kind, runs: Runs | None = None) -> Iterator[Read]:
    """Let good rows pass and say of each other why it cannot be taken."""
    seen = Numbers()
    for one in found:
        if isinstance(one, Broken):
            yield one
            continue
        try:
            _check(one, kind, runs)
            # Of each code 64 bits are kept; Python salts its hashes, so nobody can make up codes that fall together.
            if not seen.add(hash(_key(one))):
                raise CodeTwice(code=one.code)
        except Problem as problem:
            yield broken(one.line, one.code, problem)
        else:
            yield one


def broken(line: int, code: str, why: Problem) -> Broken:
    """Give a row that cannot be taken; its code is cut to what can be shown and kept."""
    shown = "".join(filter(no_control, code.strip()[: model.LONGEST_CODE]))
    # Without its trace: it would hold on to everything that was at hand.
    return Broken(line=line, code=shown, why=why.with_traceback(None))


def _key(one: Row | Retirement) -> str:
    return f"{one.code}\n{one.target}" if isinstance(one, Row) and one.target else one.code


def _check(one: Row | Retirement, kind: Kind, runs: Runs | None) -> None:
    named = (one.successor,) if isinstance(one, Retirement) else (one.parent, one.target)
    if any(len(code) > model.LONGEST_CODE for code in named):
        raise BadCode
    if isinstance(one, Retirement):
        # A retirement is told by the same rules as a code with a parent.
        model.good(Concept(code=one.code, value="-", parent=one.successor), Kind.CODES)
        return
    model.good(one, kind)
    if one.properties:
        _check_properties(one.properties)
    texts = (one.code, one.value, one.en, one.note, one.parent, one.target, *one.properties.values())
    if _NO_LETTERS.search("\n".join(texts)):
        raise BadText
    if runs and any(map(runs, texts)):
        names = ("code", "value", "en", "note", "parent", "target", *one.properties)
        raise FormulaRefused(column=next(name for name, text in zip(names, texts, strict=True) if runs(text)))


def _check_properties(properties: dict[str, str]) -> None:
    if len(properties) > MOST_PROPERTIES:
        raise RowBroken(why_fa="بیش از ۲۰ ویژگی دارد", why_en="it has more than 20 properties")
    for name in properties:
        if not name or len(name) > LONGEST_NAME or name != " ".join(name.split()) or not all(map(no_control, name)):
            raise RowBroken(why_fa="نام یکی از ویژگی‌ها پذیرفتنی نیست", why_en="the name of a property cannot be taken")


def no_control(letter: str) -> bool:
    """Tell whether a letter is one that a text may have."""
    return unicodedata.category(letter) not in {"Cc", "Cs"}
