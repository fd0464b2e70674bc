"""Templates with whom they are about filled in: the university, or the ministry, writes the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.files.columns import FOR_PEOPLE, Names, columns_of
from nabz.residency.files.exporting import coded, day_text
from nabz.residency.model.codes import RESULTS
from nabz.residency.model.uploads import UploadKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nabz.kit.workbook.writing import Row
    from nabz.residency.model import Declaration, Resident


def declarations(rows: Iterable[Resident], year: int) -> Iterator[Row]:
    """Write the residents of whom nothing was said in a year yet."""
    for one in rows:
        told = {
            "StudentNumber": one.student_number,
            "YearId": str(year),
            "DurationId": str(one.duration),
            "StartResidencyDate": day_text(one.start),
        }
        yield _row(UploadKind.DECLARATIONS, told, one)


def results(rows: Iterable[Declaration], names: Names) -> Iterator[Row]:
    """Write accepted declarations, with the results that are there."""
    for one in rows:
        told = {
            "University": names.universities.get(one.university, one.university),
            "StudentNumber": one.student_number,
            "FinalResultId": coded(one.result, RESULTS),
            "Description": one.result_note,
        }
        yield _row(UploadKind.RESULTS, told, one)


def _row(kind: UploadKind, told: Mapping[str, str], who: Resident | Declaration) -> Row:
    names = dict(zip(FOR_PEOPLE, (who.first_name, who.last_name), strict=True))
    return [told.get(column.field, "") for column in columns_of(kind, Names())] + [names[field] for field in FOR_PEOPLE]
