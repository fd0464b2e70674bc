"""The hot statements of tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from nabz.access.model import Bearer, ClientSecret, Grant
from nabz.access.tables import grants, tokens
from nabz.kit.db import Statement, Tx

SECRETS_OF_CLIENT = Statement(
    row=ClientSecret,
    postgres="""
        SELECT c.id, c.client_id, c.organisation_id, s.data_set, s.digest, s.previous_digest, s.previous_until
        FROM access_client c JOIN access_client_secret s ON s.client = c.id
        WHERE c.client_id = :client_id AND c.active AND s.cut_at IS NULL
        """,
)

_GRANT = """
        INSERT INTO access_grant AS g
            (client, data_set, user_id, access_seed, access_until, refresh_seed, refresh_digest, refresh_until)
        SELECT c.id, s.data_set, u.id, :access_seed, :access_until, :refresh_seed, :refresh_digest, :refresh_until
        FROM access_user u JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        JOIN access_client c ON c.organisation_id = u.organisation_id AND c.active
        JOIN access_client_secret s ON s.client = c.id AND s.data_set = :data_set AND s.cut_at IS NULL
        WHERE c.id = :client AND u.id = :user_id AND u.status = 'active' AND u.password_hash = :password_hash{lock}
        ON CONFLICT (client, data_set, user_id) DO UPDATE SET
            access_seed = CASE WHEN g.access_until > :now THEN g.access_seed ELSE excluded.access_seed END,
            access_until = CASE WHEN g.access_until > :now THEN g.access_until ELSE excluded.access_until END,
            refresh_seed = CASE WHEN g.refresh_until > :now THEN g.refresh_seed ELSE excluded.refresh_seed END,
            refresh_digest = CASE WHEN g.refresh_until > :now THEN g.refresh_digest ELSE excluded.refresh_digest END,
            refresh_until = CASE WHEN g.refresh_until > :now THEN g.refresh_until ELSE excluded.refresh_until END
        RETURNING client, data_set, user_id, access_seed, access_until, refresh_seed
        """
_REFRESH = """
        UPDATE access_grant SET access_seed = :access_seed, access_until = :access_until
        WHERE refresh_digest = :refresh_digest AND refresh_until > :now
          AND client = :client AND data_set = :data_set
          AND EXISTS (
              SELECT 1 FROM access_user u JOIN access_organisation o ON o.id = u.organisation_id AND o.active
              WHERE u.id = user_id AND u.status = 'active')
        RETURNING client, data_set, user_id, access_seed, access_until, refresh_seed
        """
_KEEP = """
        INSERT INTO access_token (digest, client, data_set, user_id, until)
        SELECT :access_digest, client, data_set, user_id, access_until FROM {grants}
        WHERE {found_by}access_seed = :access_seed ON CONFLICT (digest) DO NOTHING
        """


def _granting(text: str, found_by: str, lock: str = "") -> Statement[Grant]:
    """A statement that changes the grant, and keeps the digest of its access token if that is the new one."""
    return Statement(
        row=_grant,
        postgres=f"WITH granted AS ({text.format(lock=lock)}), kept AS ({_KEEP.format(grants='granted', found_by='')})"  # noqa: S608 - our own text
        " SELECT * FROM granted",
        sqlite=(text.format(lock=""), _KEEP.format(grants="access_grant", found_by=f"{found_by} AND ")),
    )


def _grant(
    _client: str, _data_set: int, _user_id: str, access_seed: str, access_until: datetime, refresh_seed: str
) -> Grant:
    return Grant(access_seed, access_until, refresh_seed)


GRANT = _granting(_GRANT, "client = :client AND data_set = :data_set AND user_id = :user_id", lock=" FOR SHARE OF s, u")
"""A live token is handed out again, what has run out is replaced; the password must still be the one checked."""

REFRESH = _granting(_REFRESH, "refresh_digest = :refresh_digest")
"""The tokens before live to their own end, so that processes that refresh at once do not cut each other off."""

BEARER = Statement(
    row=Bearer,
    postgres="""
        SELECT c.id, c.client_id, c.organisation_id, u.id, u.username, t.data_set, t.until
        FROM access_token t
        JOIN access_client c ON c.id = t.client
        JOIN access_client_secret s ON s.client = t.client AND s.data_set = t.data_set
        JOIN access_user u ON u.id = t.user_id
        JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        WHERE t.digest = :digest AND t.until > :now AND c.active AND s.cut_at IS NULL AND u.status = 'active'
        """,
)

_REVOKED = """
        FROM access_grant g WHERE g.refresh_digest = :refresh_digest OR EXISTS (
            SELECT 1 FROM access_token t WHERE t.digest = :access_digest
            AND t.client = g.client AND t.data_set = g.data_set AND t.user_id = g.user_id)
        """
REVOKE = Statement(
    row=str,
    postgres=f"""
        DELETE FROM access_grant WHERE (client, data_set, user_id) IN (
            SELECT g.client, g.data_set, g.user_id {_REVOKED}) RETURNING client
        """,  # noqa: S608 - our own text
)
"""With the grant go its tokens."""


def prune(tx: Tx, now: datetime) -> int:
    """Delete what has run out."""
    gone = tx.execute(delete(tokens).where(tokens.c.until < now)).rowcount
    return gone + tx.execute(delete(grants).where(grants.c.refresh_until < now, grants.c.access_until < now)).rowcount
