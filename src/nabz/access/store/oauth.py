"""The SQL of Tamin's sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import convert
from sqlalchemy import delete, insert, select, update

from nabz.access.model import SessionKind
from nabz.access.model.oauth import ALL_APIS, Entered, Family, apis_named
from nabz.access.tables import clients, oauth_codes, oauth_entries, oauth_sessions, secrets
from nabz.kit.db import Statement, Tx

_OPEN = """
        INSERT INTO access_oauth_session AS s (id, kind, client, data_set, user_id, audience, created_at, until)
        VALUES (:id, :kind, :client, :data_set, :user_id, '', :now, :until)
        """
_OPEN_CLIENT = Statement(
    row=str,
    postgres=f"""{_OPEN}
        ON CONFLICT (client, data_set) WHERE kind = 'client' DO UPDATE SET
            id = CASE WHEN s.until > :now THEN s.id ELSE excluded.id END,
            until = CASE WHEN s.until > excluded.until THEN s.until ELSE excluded.until END
        RETURNING id
        """,
)
_OPEN_USER = Statement(
    row=str,
    postgres=f"""{_OPEN}
        ON CONFLICT (client, data_set, user_id) WHERE kind = 'user' DO UPDATE SET
            id = excluded.id, created_at = excluded.created_at, until = excluded.until
            WHERE s.until <= :now
        RETURNING id
        """,
)
"""Nothing comes back while the session before lives: the condition is looked at on the locked row."""


def _entered(*cells: Any) -> Entered:  # noqa: ANN401 - the cells of a row
    apis = cells[-1]
    whole = (*cells[:-1], ALL_APIS if apis is None else apis_named(apis))
    return Entered(*whole)


ENTERED = Statement(
    row=_entered,
    postgres="""
        SELECT c.id, c.client_id, s.data_set, s.user_id, coalesce(u.username, ''),
            coalesce(u.organisation_id, c.organisation_id), coalesce(i.national_code, ''), s.id, g.apis
        FROM access_oauth_session s
        JOIN access_client c ON c.id = s.client AND c.active
        LEFT JOIN access_user u ON u.id = s.user_id
        LEFT JOIN access_identity i ON i.user_id = s.user_id
        LEFT JOIN access_api_grant g ON g.client = s.client AND g.data_set = s.data_set
        JOIN access_organisation o ON o.id = coalesce(u.organisation_id, c.organisation_id) AND o.active
        WHERE s.id = :id AND s.until > :now AND (s.user_id IS NULL OR u.status = 'active')
            AND NOT EXISTS (
                SELECT 1 FROM access_client_secret k
                WHERE k.client = s.client AND k.data_set = s.data_set AND k.cut_at IS NOT NULL)
        """,
)


def secret_stands(tx: Tx, client: str, data_set: int) -> bool:
    """Tell whether a client still may enter a data set with its secret, and hold the secret so until the end."""
    query = (
        select(secrets.c.client)
        .join(clients, clients.c.id == secrets.c.client)
        .where(secrets.c.client == client, secrets.c.data_set == data_set, secrets.c.cut_at.is_(None), clients.c.active)
        .with_for_update(read=True, of=secrets)
    )
    return tx.execute(query).first() is not None


def open_of_client(tx: Tx, id_: str, client: str, data_set: int, now: datetime, until: datetime) -> str:
    """Open the session of a system, or prolong the one that lives; give its id."""
    kind = SessionKind.CLIENT.value
    given = {"id": id_, "kind": kind, "client": client, "data_set": data_set, "user_id": None}
    return tx.run(_OPEN_CLIENT, now=now, until=until, **given)[0]


def open_of_user(tx: Tx, id_: str, client: str, data_set: int, user_id: str, now: datetime, until: datetime) -> bool:
    """Open the one session of a system and a person, unless there is a live one."""
    kind = SessionKind.USER.value
    given = {"id": id_, "kind": kind, "client": client, "data_set": data_set, "user_id": user_id}
    return bool(tx.run(_OPEN_USER, now=now, until=until, **given))


def open_of_code(tx: Tx, family: Family, browser: str, now: datetime) -> None:
    """Open one of a person's sessions from his browser."""
    row = {
        "id": family.session,
        "kind": SessionKind.CODE.value,
        "client": family.client,
        "data_set": family.data_set,
        "user_id": family.user_id,
        "audience": family.audience,
        "browser": browser,
        "created_at": now,
        "until": family.until,
    }
    tx.execute(insert(oauth_sessions), row)


def prolong(tx: Tx, id_: str, until: datetime) -> None:
    """Let a session live longer."""
    tx.execute(update(oauth_sessions).where(oauth_sessions.c.id == id_).values(until=until))


def locked(tx: Tx, id_: str) -> Family | None:
    """Read the session behind refresh tokens and hold its row: what happens to a family happens one by one."""
    query = select(
        oauth_sessions.c.id.label("session"),
        oauth_sessions.c.client,
        oauth_sessions.c.data_set,
        oauth_sessions.c.user_id,
        oauth_sessions.c.audience,
        oauth_sessions.c.until,
    ).where(oauth_sessions.c.id == id_, oauth_sessions.c.kind == SessionKind.CODE.value)
    row = tx.execute(query.with_for_update()).first()
    return None if row is None else convert(row, Family, from_attributes=True)


def end(tx: Tx, id_: str, now: datetime) -> str | None:
    """End a session, and with it its refresh tokens; tell whose it was if it lived."""
    query = delete(oauth_sessions).where(oauth_sessions.c.id == id_, oauth_sessions.c.until > now)
    row = tx.execute(query.returning(oauth_sessions.c.user_id, oauth_sessions.c.client)).first()
    return None if row is None else row.user_id or row.client


def end_of_browser(tx: Tx, browser: str) -> list[tuple[str, str]]:
    """End what a browser has opened: codes first, then sessions, of which the ids and owners are told."""
    tx.execute(delete(oauth_codes).where(oauth_codes.c.browser == browser))
    query = delete(oauth_sessions).where(oauth_sessions.c.browser == browser)
    rows = tx.execute(query.returning(oauth_sessions.c.id, oauth_sessions.c.user_id))
    return [(row.id, row.user_id) for row in rows]


def prune(tx: Tx, now: datetime, codes_before: datetime) -> int:
    """Delete what has run out; a used code stays as long as what was got with it may live."""
    gone = tx.execute(delete(oauth_sessions).where(oauth_sessions.c.until <= now)).rowcount
    gone += tx.execute(delete(oauth_entries).where(oauth_entries.c.until <= now)).rowcount
    return gone + tx.execute(delete(oauth_codes).where(oauth_codes.c.until <= codes_before)).rowcount


def end_of_user(tx: Tx, user_id: str) -> int:
    """End every session that a person has, and the codes that would open another."""
    tx.execute(delete(oauth_entries).where(oauth_entries.c.user_id == user_id))
    tx.execute(delete(oauth_codes).where(oauth_codes.c.user_id == user_id))
    return tx.execute(delete(oauth_sessions).where(oauth_sessions.c.user_id == user_id)).rowcount


def end_of_client(tx: Tx, client: str, data_set: int) -> int:
    """End every session of a client system in a data set, and the codes that would open another."""
    ours = oauth_codes.c.client == client, oauth_codes.c.data_set == data_set
    tx.execute(delete(oauth_codes).where(*ours))
    query = delete(oauth_sessions).where(oauth_sessions.c.client == client, oauth_sessions.c.data_set == data_set)
    return tx.execute(query).rowcount
