"""Words that stand in files for what we know by one name: relations, and whether a code is in force or made up."""

from __future__ import annotations

from typing import Final

from nabz.kit import persian
from nabz.terminology.files.source import row_broken
from nabz.terminology.model import Relation

_RELATIONS: Final = {
    **{relation.value: relation for relation in Relation},
    "equal": Relation.EQUIVALENT,
    "معادل": Relation.EQUIVALENT,
    "subsumes": Relation.WIDER,
    "source-is-narrower-than-target": Relation.WIDER,
    "عام‌تر": Relation.WIDER,
    "specializes": Relation.NARROWER,
    "source-is-broader-than-target": Relation.NARROWER,
    "خاص‌تر": Relation.NARROWER,
    "relatedto": Relation.INEXACT,
    "related-to": Relation.INEXACT,
    "تقریبی": Relation.INEXACT,
}
UNRELATED: Final = frozenset({"unmatched", "disjoint", "not-related-to"})

_YES: Final = frozenset({"yes", "true", "y", "بله", "بلی"})
_NO: Final = frozenset({"", "no", "false", "n", "خیر"})
_GONE: Final = frozenset({"retired", "deprecated", "inactive", "obsolete", "withdrawn", "منسوخ", "غیرفعال"})
_IN_FORCE: Final = frozenset({"active", "experimental", "trial", "discouraged", "draft", "current", "معتبر", "فعال"})
_LONGEST: Final = 60


def relation(text: str) -> str:
    """Give a relation as we name it, or what stands there."""
    word = text.strip()
    return _RELATIONS.get(word.casefold(), word)


def retired(text: str, *, flag: bool) -> bool:
    """Tell whether a word says that a code is no longer used. Raises RowBroken.

    In a column that asks for yes or no, 1 is yes; in a column "status" it may mean anything.
    """
    word = _word(text)
    if word in _GONE or word in _YES or (flag and word == "1"):
        return True
    if word in _IN_FORCE or word in _NO or (flag and word == "0"):
        return False
    raise row_broken(
        f"وضعیت «{word}» شناخته نیست: active یا retired", f"the status {word} is not known: active or retired"
    )


def made_up(text: str) -> bool:
    """Tell whether a word says that a code is made up. Raises RowBroken."""
    if not text:
        return False
    word = _word(text)
    if word in _YES or word in {"1", "ساختگی"}:
        return True
    if word in _NO or word == "0":
        return False
    raise row_broken(f"ستون made_up «{word}» است: yes یا no", f"the column made_up says {word}: yes or no")


def _word(text: str) -> str:
    return persian.ascii_digits(persian.fold(text.strip()[:_LONGEST])).casefold().replace("\u200c", "")
