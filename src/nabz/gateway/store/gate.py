"""The hot statements of a call: its package, its quota, its line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nabz.gateway.model import Package
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Callable


def _package(
    pid: str,
    client: str,
    service_id: str,
    operations: Any,  # noqa: ANN401
    per_day: int | None,
    per_second: int | None,
    active: Any,  # noqa: ANN401
) -> Package:
    if isinstance(operations, str):  # SQLite keeps JSON as text
        operations = msgspec.json.decode(operations)
    return Package(
        pid=pid,
        client=client,
        service_id=service_id,
        operations=operations,
        per_day=per_day,
        per_second=per_second,
        active=bool(active),
    )


row: Callable[..., Package] = _package

PACKAGE = Statement(
    row=row,
    postgres="""
        SELECT p.pid, p.client, p.service_id, p.operations, p.per_day, p.per_second, p.active AND s.active
        FROM gateway_package p JOIN gateway_service s ON s.id = p.service_id
        WHERE p.pid = :pid
        """,
)

NETWORKS = Statement(
    row=str, postgres="SELECT network FROM gateway_announced_network WHERE client = :client ORDER BY network"
)

LEASE = Statement(
    row=int,
    postgres="""
        INSERT INTO gateway_quota AS q (pid, operation, day, used, leased)
        VALUES (:pid, :operation, :day, :block, :block)
        ON CONFLICT (pid, operation, day) DO UPDATE SET
            leased = CASE WHEN q.used + :block > :per_day THEN :per_day - q.used ELSE :block END,
            used = CASE WHEN q.used + :block > :per_day THEN :per_day ELSE q.used + :block END
        WHERE q.used < :per_day
        RETURNING leased
        """,
)
"""A block of the day's calls. The condition is looked at again on the row as it is then: no row means spent."""

GIVE_BACK = Statement(
    row=int,
    postgres="""
        UPDATE gateway_quota SET used = CASE WHEN used > :left THEN used - :left ELSE 0 END
        WHERE pid = :pid AND operation = :operation AND day = :day RETURNING used
        """,
)

_COLUMNS = (
    "request_id, at, client, user_id, pid, service_id, operation, ip, data_set, status, provider_status,"
    " millis, bytes_in, bytes_out, tracking, note"
)
_FIELDS = [name.strip() for name in _COLUMNS.split(",")]
_SQLITE_FIELDS = ", ".join(f"value ->> '$.{name}'" for name in _FIELDS)

LOG = Statement(
    row=str,
    postgres=f"""
        WITH given AS (
            SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g(
                request_id text, at timestamptz, client text, user_id text, pid text, service_id text, operation text,
                ip text, data_set int, status int, provider_status int, millis float8, bytes_in int, bytes_out int,
                tracking text, note text, request_body text, answer_body text)
        ), bodies AS (
            INSERT INTO gateway_traffic_body (request_id, at, request, answer)
            SELECT request_id, at, request_body, answer_body FROM given WHERE request_body IS NOT NULL
            ON CONFLICT DO NOTHING
        )
        INSERT INTO gateway_traffic ({_COLUMNS}) SELECT {_COLUMNS} FROM given ON CONFLICT DO NOTHING
        """,  # noqa: S608 - only our own column names
    sqlite=(
        f"""
        INSERT OR IGNORE INTO gateway_traffic ({_COLUMNS}) SELECT {_SQLITE_FIELDS} FROM json_each(:rows)
        """,  # noqa: S608
        """
        INSERT OR IGNORE INTO gateway_traffic_body (request_id, at, request, answer)
        SELECT value ->> '$.request_id', value ->> '$.at', value ->> '$.request_body', value ->> '$.answer_body'
        FROM json_each(:rows) WHERE value ->> '$.request_body' IS NOT NULL
        """,
    ),
)
"""A bundle of calls in one statement."""
