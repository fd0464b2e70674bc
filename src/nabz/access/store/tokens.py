"""The hot statements of tokens."""

from __future__ import annotations

from nabz.access.model import Bearer, ClientSecret, Grant
from nabz.kit.db import Statement

SECRETS_OF_CLIENT = Statement(
    row=ClientSecret,
    postgres="""
        SELECT c.id, c.client_id, c.organisation_id, s.data_set, s.digest, s.previous_digest, s.previous_until
        FROM access_client c JOIN access_client_secret s ON s.client = c.id
        WHERE c.client_id = :client_id AND c.active AND s.cut_at IS NULL
        """,
)

GRANT = Statement(
    row=Grant,
    postgres="""
        INSERT INTO access_grant AS g
            (client, data_set, user_id, access_seed, access_digest, access_until,
             refresh_seed, refresh_digest, refresh_until)
        SELECT c.id, :data_set, u.id, :access_seed, :access_digest, :access_until,
               :refresh_seed, :refresh_digest, :refresh_until
        FROM access_user u JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        JOIN access_client c ON c.organisation_id = u.organisation_id AND c.active
        JOIN access_client_secret s ON s.client = c.id AND s.data_set = :data_set AND s.cut_at IS NULL
        WHERE c.id = :client AND u.id = :user_id AND u.status = 'active' AND u.password_hash = :password_hash
        ON CONFLICT (client, data_set, user_id) DO UPDATE SET
            access_seed = CASE WHEN g.access_until > :now THEN g.access_seed ELSE excluded.access_seed END,
            access_digest = CASE WHEN g.access_until > :now THEN g.access_digest ELSE excluded.access_digest END,
            access_until = CASE WHEN g.access_until > :now THEN g.access_until ELSE excluded.access_until END,
            refresh_seed = CASE WHEN g.refresh_until > :now THEN g.refresh_seed ELSE excluded.refresh_seed END,
            refresh_digest = CASE WHEN g.refresh_until > :now THEN g.refresh_digest ELSE excluded.refresh_digest END,
            refresh_until = CASE WHEN g.refresh_until > :now THEN g.refresh_until ELSE excluded.refresh_until END
        RETURNING access_seed, access_until, refresh_seed
        """,
)
"""A live token is handed out again, what has run out is replaced; the password must still be the one checked."""

REFRESH = Statement(
    row=Grant,
    postgres="""
        UPDATE access_grant SET
            previous_digest = access_digest, previous_until = access_until,
            access_seed = :access_seed, access_digest = :access_digest, access_until = :access_until
        WHERE refresh_digest = :refresh_digest AND refresh_until > :now
          AND client = :client AND data_set = :data_set
          AND EXISTS (
              SELECT 1 FROM access_user u JOIN access_organisation o ON o.id = u.organisation_id AND o.active
              WHERE u.id = user_id AND u.status = 'active')
        RETURNING access_seed, access_until, refresh_seed
        """,
)
"""The token before lives to its own end, so that two processes that refresh at once do not cut each other off."""

_BEARER = """
        SELECT c.id, c.client_id, c.organisation_id, u.id, u.username, g.data_set, {until}
        FROM access_grant g
        JOIN access_client c ON c.id = g.client
        JOIN access_client_secret s ON s.client = g.client AND s.data_set = g.data_set
        JOIN access_user u ON u.id = g.user_id
        JOIN access_organisation o ON o.id = u.organisation_id AND o.active
        WHERE {digest} = :digest AND {until} > :now
          AND c.active AND s.cut_at IS NULL AND u.status = 'active'
        """

BEARER = Statement(
    row=Bearer,
    postgres=_BEARER.format(digest="g.access_digest", until="g.access_until")
    + "UNION ALL"
    + _BEARER.format(digest="g.previous_digest", until="g.previous_until"),
)

REVOKE = Statement(
    row=str,
    postgres="""
        UPDATE access_grant SET access_until = :now, previous_until = :now, refresh_until = :now
        WHERE access_digest = :access_digest OR refresh_digest = :refresh_digest OR previous_digest = :access_digest
        RETURNING client
        """,
)
