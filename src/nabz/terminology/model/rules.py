"""Rules: which ids, labels and concepts are good, and who may publish."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from nabz.kit import persian
from nabz.terminology import errors
from nabz.terminology.model.values import Concept, Kind, Relation, Version

LONGEST_CODE: Final = 100
LONGEST_VALUE: Final = 4000
NOT_IDS: Final = frozenset({"search", "changes", "letters", "edit"})
"""Parts of our own addresses, where an id stands too."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CALL: Final = re.compile(r"[(|!]")
_LABEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
_RELATIONS: Final = frozenset(Relation)


def key_of(id_: str) -> str:
    """Give what ids and labels are compared by: no case, no blanks, ASCII digits."""
    return "".join(persian.ascii_digits(id_).split()).casefold()


def code_of(code: str) -> str:
    """Give a code as it is asked for: trimmed, with ASCII digits."""
    return persian.ascii_digits(code.strip())


def good_id(id_: str) -> str:
    """Check the id of a new terminology. Raises BadId."""
    if not _ID.fullmatch(id_) or id_.casefold() in NOT_IDS:
        raise errors.BadId
    return id_


def good_label(label: str) -> str:
    """Check the label of a new version. Raises BadLabel."""
    label = persian.ascii_digits(label.strip())
    if not _LABEL.fullmatch(label):
        raise errors.BadLabel
    return label


def good(concept: Concept, kind: Kind) -> None:
    """Check what can be checked of a concept alone. Raises the problem of the first thing that is wrong."""
    if not concept.code:
        raise errors.CodeMissing
    if max(len(concept.code), len(concept.target), len(concept.parent)) > LONGEST_CODE:
        raise errors.BadCode
    if concept.code != concept.code.strip() or not plain(concept.code):
        raise errors.BadCode
    if kind is Kind.MAP and concept.value not in _RELATIONS:
        raise errors.BadRelation(relation=concept.value[:40])
    if kind is Kind.MAP and not concept.target:
        raise errors.ValueMissing
    if not concept.value.strip():
        raise errors.ValueMissing
    texts = "".join((concept.value, concept.en, concept.note, *concept.properties.values()))
    if len(texts) > LONGEST_VALUE:
        raise errors.ValueTooLong(most=LONGEST_VALUE)
    if not plain("".join((texts, concept.target, concept.parent, *concept.properties))):
        raise errors.BadText


def plain(text: str) -> bool:
    """Tell whether a text has no control characters and no halves of letters."""
    return text.isprintable() or not any(
        unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff" for letter in text
    )


def would_run(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell that somebody typed."""
    text = cell.strip()
    called = text.startswith(("+", "-")) and _CALL.search(text)
    return cell.startswith(("\t", "\r")) or text.startswith(("=", "@")) or bool(called)


def typed_well(concept: Concept) -> None:
    """Check what somebody has typed, which a spreadsheet may be shown one day. Raises FormulaRefused."""
    texts = {name: getattr(concept, name) for name in ("code", "value", "en", "note", "parent", "target")}
    for name, text in {**texts, **concept.properties}.items():
        if would_run(text) or would_run(name):
            raise errors.FormulaRefused(column=name[:40])


def fits_second_person(version: Version, by: str) -> None:
    """Check that who publishes has not worked on it. Raises SecondPersonNeeded."""
    if by in {version.author, version.sender, *version.editors}:
        raise errors.SecondPersonNeeded
