"""The bare handlers of residency, under the same rules as the others (see limit.py)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nabz.access.store import pairs

if TYPE_CHECKING:
    from bench.limit import Limit, Postgres, Sqlite

SERVICE = "simad"
PERSON = (
    "student_number, national_code, course, start_year, status, duration, started, ended, first_name, last_name,"
    " father_name, is_irani, birth, email, mobile, address, gender, search"
)
DECLARED = "code, type, reason, duration, log_book, clinical, operation, ethics, started, ended, description"


def _told(names: str) -> str:
    return ", ".join(f"%({name})s" for name in names.split(", "))


def _set(names: str) -> str:
    return ", ".join(f"{name} = %({name})s" for name in names.split(", "))


RULES = "SELECT maintenance_until FROM residency_rules WHERE data_set = %(data_set)s"
LOCK = """SELECT * FROM residency_resident
          WHERE data_set = 0 AND university = %(university)s AND student_number = %(student_number)s FOR UPDATE"""
HOLDER = """SELECT id FROM residency_resident
            WHERE data_set = 0 AND national_code = %(national_code)s AND course = %(course)s
              AND start_year = %(start_year)s"""
STATUS = "SELECT active FROM residency_code WHERE data_set = 0 AND kind = 'status' AND code = %(status_code)s"
COURSE = "SELECT years FROM residency_code WHERE data_set = 0 AND kind = 'course' AND code = %(course)s"
YEAR = "SELECT * FROM residency_year WHERE data_set = 0 AND year = %(year)s"
FOUND = "SELECT * FROM residency_declaration WHERE data_set = 0 AND year = %(year)s AND resident = %(id)s"
# Our own texts, of constants alone.
CHANGE = f"""UPDATE residency_resident SET {_set(PERSON)}, version = version + 1, changed_at = %(now)s
             WHERE data_set = 0 AND id = %(id)s"""  # noqa: S608
ADD = f"""INSERT INTO residency_resident (data_set, id, university, {PERSON}, picture, version, changed_at)
          VALUES (0, %(id)s, %(university)s, {_told(PERSON)}, '', 1, %(now)s) ON CONFLICT DO NOTHING"""  # noqa: S608
DECLARE_AGAIN = f"""UPDATE residency_declaration
                    SET {_set(DECLARED)}, version = version + 1, sent_at = %(now)s, sent_by = 'bench'
                    WHERE data_set = 0 AND year = %(year)s AND resident = %(id)s"""  # noqa: S608
DECLARE = f"""INSERT INTO residency_declaration (data_set, year, resident, university, student_number, course,
                  {DECLARED}, version, note, decided_by, sent_at, sent_by, result_note)
              VALUES (0, %(year)s, %(id)s, %(university)s, %(student_number)s, %(course)s, {_told(DECLARED)},
                  1, '', '', %(now)s, 'bench', '') ON CONFLICT DO NOTHING"""  # noqa: S608
NOTE = """INSERT INTO residency_change (data_set, resident, at, id, year, who, action, facts)
          VALUES (0, %(id)s, %(now)s, %(change)s, %(year)s, 'bench', %(action)s, %(facts)s)"""
AUDIT = """INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
           VALUES (%(now)s, 'bench', 'residency', %(id)s, 0, '{"fields":[]}')"""

CELLS = (
    "number text, code integer, type integer, reason integer, duration integer, log_book boolean, clinical integer,"
    " operation integer, ethics integer, started date, ended date, description text"
)
_FROM = {
    "postgres": f"jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS g ({CELLS})",
    "sqlite": "json_each(%(rows)s) g",
}
_CELL = {"postgres": "g.{0}", "sqlite": "g.value ->> '{0}'"}
_FILE = (
    """INSERT INTO residency_declaration (data_set, year, resident, university, student_number, course, {names},
           version, note, decided_by, sent_at, sent_by, result_note)
       SELECT 0, %(year)s, r.id, r.university, r.student_number, r.course, {cells}, 1, '', '', %(now)s, 'bench', ''
       FROM {rows} JOIN residency_resident r
         ON r.data_set = 0 AND r.university = %(university)s AND r.student_number = {number}
       WHERE true ON CONFLICT DO NOTHING""",
    """INSERT INTO residency_change (data_set, resident, at, id, year, who, action, facts)
       SELECT 0, r.id, %(now)s, %(change)s, %(year)s, 'bench', 'declared', '{{}}'
       FROM {rows} JOIN residency_resident r
         ON r.data_set = 0 AND r.university = %(university)s AND r.student_number = {number}""",
)


def _file(engine: str) -> tuple[str, ...]:
    cell = _CELL[engine].format
    cells = ", ".join(map(cell, DECLARED.split(", ")))
    return tuple(text.format(names=DECLARED, cells=cells, rows=_FROM[engine], number=cell("number")) for text in _FILE)


def _named(text: str) -> str:
    return text.replace(" FOR UPDATE", "").replace("%(", ":").replace(")s", "")


class Texts(NamedTuple):
    """What is asked of a store."""

    bearer: Any
    rules: Any
    put: tuple[tuple[str, ...], ...]
    """Of a known resident, of a new one, of a known declaration, of a new one."""

    file: tuple[str, ...]


_PUT = (
    (LOCK, HOLDER, CHANGE, NOTE, AUDIT),
    (LOCK, HOLDER, STATUS, ADD, NOTE, AUDIT),
    (LOCK, FOUND, COURSE, YEAR, DECLARE_AGAIN, NOTE, AUDIT),
    (LOCK, FOUND, COURSE, YEAR, DECLARE, NOTE, AUDIT),
)
POSTGRES = Texts(pairs.BEARER.postgres, RULES, _PUT, (*_file("postgres"), AUDIT))
SQLITE = Texts(
    pairs.BEARER.sqlite[0],
    _named(RULES),
    tuple(tuple(map(_named, texts)) for texts in _PUT),
    tuple(map(_named, (*_file("sqlite"), AUDIT))),
)

_BOOLEANS = {"1": True, "0": False}


class Residency:
    """Residents and declarations behind the read of a token, each in one transaction; and a whole file in one."""

    def __init__(self, limit: Limit, store: Postgres | Sqlite) -> None:
        self._limit = limit
        self._store = store
        self._texts = store.residency
        change, add, declare_again, declare = self._texts.put
        self.paths = {
            "/simad-resident": self._putting(change),
            "/simad-resident-new": self._putting(add),
            "/simad-declare": self._putting(declare_again),
            "/simad-declare-new": self._putting(declare),
            "/simad-file": self.file,
        }

    def _putting(self, texts: tuple[str, ...]) -> Any:  # noqa: ANN401
        async def put(body: bytes, query: bytes) -> bytes:
            now = datetime.now(UTC)
            args = await self._gate(body, query, now)
            await self._store.several(texts, {**args, "now": now})
            self._limit.note(now, SERVICE, body, "c0")
            return b""

        return put

    async def file(self, body: bytes, query: bytes) -> bytes:
        """Read a file of declarations and store it."""
        now = datetime.now(UTC)
        university, year, change, id_ = query.decode().split(",")
        told = [_cells(row) for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))]
        rows = msgspec.json.encode(told).decode()
        args = {"rows": rows, "university": university, "year": int(year), "change": change, "id": id_, "now": now}
        await self._store.several(self._texts.file, args)
        return b"%d" % len(told)

    async def _gate(self, body: bytes, query: bytes, now: datetime) -> dict[str, Any]:
        grace = timedelta(seconds=10)
        told = {"digest": query.decode(), "now": now, "grace": now - grace, "grace_until": now + grace}
        await self._limit._once_a_second(self._texts.bearer, {**told, "role": "university"})  # noqa: SLF001 - one house
        await self._limit._once_a_second(self._texts.rules, {"data_set": 0})  # noqa: SLF001
        args: dict[str, Any] = msgspec.json.decode(body)
        return args


def _cells(row: dict[str, str]) -> dict[str, Any]:
    number = {name: int(row[name]) if row[name] else None for name in ("code", "type", "reason", "duration")}
    scores = {name: round(float(row[name]) * 100) for name in ("clinical", "operation", "ethics")}
    days = {"started": row["started"], "ended": row["ended"] or None}
    told = {"number": row["number"], "log_book": _BOOLEANS[row["log_book"]], "description": row["description"]}
    return {**number, **scores, **days, **told}
