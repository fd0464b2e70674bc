"""The SQL that turns the good rows of a file into what they say: a few statements, however many rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.db import Statement
from nabz.residency.model.uploads import UploadKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nabz.kit.db import Tx

# Residents are not here: each of them goes the way of the single call.
# The cells of a row, by the names of the columns that they go into.
DECLARED: Final = {
    "code": "integer",
    "type": "integer",
    "reason": "integer",
    "duration": "integer",
    "log_book": "boolean",
    "clinical": "integer",
    "operation": "integer",
    "ethics": "integer",
    "started": "date",
    "ended": "date",
    "description": "text",
}
FITTING: Final = {"of_course": "text", "of_start_year": "integer"}
"""What a declaration was held against: a resident who is of another course by now is left alone."""

RESULT: Final = {"result": "integer", "result_note": "text"}

_SPAN: Final = "w.data_set = :data_set AND w.upload = :upload AND w.line BETWEEN :first AND :last"


def _good(cells: Mapping[str, str], engine: str) -> str:
    """Read the good rows of a span as columns."""
    if engine == "postgresql":
        shape = ", ".join(f"{name} {type_}" for name, type_ in cells.items())
        names = ", ".join(f"v.{name}" for name in cells)
        source = f"residency_upload_row w CROSS JOIN LATERAL jsonb_to_record(w.draft -> 'cells') AS v ({shape})"
    else:
        names = ", ".join(f"w.draft ->> '$.cells.{name}' AS {name}" for name in cells)
        source = "residency_upload_row w"
    return f"SELECT w.resident, w.seen, {names} FROM {source} WHERE {_SPAN} AND w.state = 'good'"  # noqa: S608 - our own


def _statement(cells: Mapping[str, str], text: str) -> Statement[str]:
    return Statement(
        row=str,
        postgres=text.replace("{good}", _good(cells, "postgresql")),
        sqlite=text.replace("{good}", _good(cells, "sqlite")),
    )


def _names(cells: Mapping[str, str], before: str = "") -> str:
    return ", ".join(before + name for name in cells)


def _set(cells: Mapping[str, str], source: str) -> str:
    return ", ".join(f"{name} = {source}.{name}" for name in cells)


# What changed since it was checked is left alone: its version is another now. What the ministry has said before is kept
# beside a correction, as of a declaration that comes alone.
DECLARE: Final = _statement(
    {**DECLARED, **FITTING},
    f"""
    WITH good AS ({{good}})
    INSERT INTO residency_declaration AS d (
        data_set, year, resident, university, student_number, course, {_names(DECLARED)},
        version, note, decided_by, sent_at, sent_by, result_note
    )
    SELECT r.data_set, :year, r.id, r.university, r.student_number, r.course, {_names(DECLARED, "g.")},
        g.seen + 1, '', '', :now, :who, ''
    FROM good g JOIN residency_resident r ON r.data_set = :data_set AND r.id = g.resident
    WHERE r.university = :university AND r.course = g.of_course AND r.start_year = g.of_start_year
      AND (g.seen > 0 OR CAST(:opened AS boolean))
    ORDER BY r.id
    ON CONFLICT (data_set, year, resident) DO UPDATE SET {_set(DECLARED, "excluded")},
        version = excluded.version, sent_at = excluded.sent_at, sent_by = excluded.sent_by,
        corrected_at = CASE WHEN d.acceptance = 3 THEN excluded.sent_at ELSE d.corrected_at END,
        acceptance = NULL, result = NULL, result_note = ''
    WHERE d.version = excluded.version - 1
      AND (CAST(:opened AS boolean) AND d.acceptance IS NULL AND d.corrected_at IS NULL
        OR CAST(:correcting AS boolean)
          AND (d.acceptance = 3 OR d.acceptance IS NULL AND d.corrected_at IS NOT NULL))
    RETURNING resident
    """,  # noqa: S608 - our own text
)
ENTER: Final = _statement(
    RESULT,
    """
    WITH good AS ({good})
    UPDATE residency_declaration
    SET result = g.result, result_note = g.result_note, version = g.seen + 1
    FROM good g
    WHERE residency_declaration.data_set = :data_set AND residency_declaration.year = :year
      AND residency_declaration.resident = g.resident AND residency_declaration.version = g.seen
      AND residency_declaration.acceptance = 1
    RETURNING residency_declaration.resident
    """,
)

_GOOD_RESIDENTS: Final = f"SELECT w.resident FROM residency_upload_row w WHERE {_SPAN} AND w.state = 'good'"  # noqa: S608
LOCK: Final = Statement(
    row=str,
    postgres=f"""
        SELECT id FROM residency_resident WHERE data_set = :data_set AND id IN ({_GOOD_RESIDENTS})
        ORDER BY id FOR UPDATE
        """,  # noqa: S608 - our own text
    sqlite="SELECT id FROM residency_resident WHERE data_set = :data_set AND id = ''",
)
# IS TRUE keeps PostgreSQL from making a join of it: nobody has counted these rows yet, and a hash is right in any case.
_SETTLE: Final = """
    UPDATE residency_upload_row SET state = 'stored'
    WHERE data_set = :data_set AND upload = :upload AND state = 'good' AND line BETWEEN :first AND :last
      AND (resident IN ({done})) IS TRUE
    RETURNING resident
    """
_NOTE: Final = """
    INSERT INTO residency_change (data_set, resident, at, id, year, who, action, facts)
    SELECT w.data_set, w.resident, :now, :upload, :year, :who,
        CASE WHEN w.seen = 0 THEN :added ELSE :changed END, w.draft -> 'facts'
    FROM residency_upload_row w
    WHERE w.data_set = :data_set AND w.upload = :upload AND w.line BETWEEN :first AND :last
      AND (w.resident IN ({done})) IS TRUE
    """
_DONE: Final = {
    "postgres": "SELECT jsonb_array_elements_text(CAST(:done AS jsonb))",
    "sqlite": "SELECT value FROM json_each(:done)",
}
SETTLE: Final = Statement(row=str, **{engine: _SETTLE.format(done=done) for engine, done in _DONE.items()})
NOTE: Final = Statement(row=str, **{engine: _NOTE.format(done=done) for engine, done in _DONE.items()})

_STORE: Final = {
    UploadKind.DECLARATIONS: DECLARE,
    UploadKind.RESULTS: ENTER,
}


def lock(tx: Tx, upload: str, span: tuple[int, int]) -> None:
    """Let nobody change the residents of some rows until the end of the transaction; SQLite has one writer anyway."""
    tx.run(LOCK, upload=upload, first=span[0], last=span[1])


def store(tx: Tx, kind: UploadKind, upload: str, span: tuple[int, int], **args: object) -> list[str]:
    """Store the good rows of a span and tell which residents they were."""
    return tx.run(_STORE[kind], upload=upload, first=span[0], last=span[1], **args)


def settle(tx: Tx, upload: str, span: tuple[int, int], done: Sequence[str], **args: object) -> None:
    """Mark the rows whose residents were stored, and add a line to the history of each."""
    told = {"upload": upload, "first": span[0], "last": span[1], "done": msgspec.json.encode(done).decode()}
    tx.run(SETTLE, **told)
    tx.run(NOTE, **told, **args)
