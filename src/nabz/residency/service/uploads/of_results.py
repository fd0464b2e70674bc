"""The check of final results: of declarations that the ministry has accepted, of any university."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, cast

import msgspec

from nabz.residency.errors.faults import fault
from nabz.residency.model import Acceptance, Result, ResultDraft
from nabz.residency.model.uploads import Deed
from nabz.residency.service import telling
from nabz.residency.service.results import LONGEST_NOTE
from nabz.residency.service.uploads.receipt import all_faults, full_name, good, refused, same
from nabz.residency.store import uploads as store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Declaration
    from nabz.residency.model.uploads import Line, Receipt, Upload

_ENTERED: Final = ("result", "result_note")


class Check:
    """One file of results."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._known: dict[str, list[Declaration]] = {}
        self._lines: dict[str, int] = {}

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up what was declared of some numbers, at whatever university."""
        found: defaultdict[str, list[Declaration]] = defaultdict(list)
        for each in store.declared(tx, self._upload.year, sorted({line.student_number for line in lines})):
            found[each.student_number].append(each)
        self._known = dict(found)

    def judge(self, line: Line, new_id: str, now: datetime) -> Receipt:  # noqa: ARG002 - a result is nobody new, and has no deadline
        """Write the receipt of a row."""
        draft = cast("ResultDraft", line.draft)
        known = self._known.get(draft.student_number, [])
        if draft.university:
            known = [each for each in known if each.university == draft.university]
        faults = all_faults(line, self._faults(draft, known, line.line))
        if faults:
            return refused(line, faults)
        one = msgspec.structs.replace(known[0], result=draft.result, result_note=draft.note[:LONGEST_NOTE])
        facts = telling.difference(known[0], one, _ENTERED)
        if not facts:
            return same(line, one.resident, one.version)
        deed = Deed.NEW if known[0].result is None else Deed.CHANGED
        return good(line, one.resident, one.version, deed, {name: getattr(one, name) for name in _ENTERED}, facts)

    def name_of(self, line: Line) -> str:
        """Name the resident of a row, if it is clear who that is."""
        known = self._known.get(line.student_number, [])
        university = cast("ResultDraft", line.draft).university
        mine = [each for each in known if not university or each.university == university]
        return full_name(mine[0]) if len(mine) == 1 else ""

    def _faults(self, draft: ResultDraft, known: list[Declaration], line: int) -> Iterator[Fault]:
        if draft.result not in set(Result):
            yield fault("result", "FinalResultId")
        if not known:
            yield fault("not-declared", "StudentNumber")
        elif len(known) > 1:
            yield fault("required", "University")
        elif known[0].acceptance != Acceptance.ACCEPTED:
            yield fault("not-accepted", "StudentNumber")
        elif (first := self._lines.setdefault(known[0].resident, line)) != line:
            yield fault("twice", "StudentNumber", line=first)
