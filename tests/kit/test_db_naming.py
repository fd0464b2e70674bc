"""Which statements name their data set: read as text, without a database."""

import pytest

from nabz.kit.db.naming import read

SCOPED = {"slot", "person"}

NAMED = """
SELECT id FROM slot WHERE data_set = :data_set AND id = :id;
SELECT s.id FROM slot s JOIN person AS p ON p.data_set = s.data_set WHERE s.data_set = :data_set::int AND (a OR
    b);
SELECT s.id FROM slot s LEFT JOIN person p ON p.data_set = s.data_set WHERE (s.data_set = :data_set AND s.n = 1);
SELECT 1 FROM slot JOIN person USING (data_set, id) WHERE slot.data_set = :data_set;
SELECT 1 FROM slot, person p WHERE :data_set = slot.data_set AND p.data_set = slot.data_set FOR UPDATE OF slot;
SELECT p.id FROM person p CROSS JOIN LATERAL (SELECT s.id FROM slot s WHERE s.data_set = p.data_set LIMIT 1) n
    WHERE p.data_set = :data_set;
SELECT 1 FROM unnest(:a::text[]) WITH ORDINALITY AS g(id, n) JOIN slot s ON s.data_set = :data_set AND s.id =
    g.id;
SELECT count(*) FILTER (WHERE x > 1), CASE WHEN a OR b THEN 1 END FROM slot WHERE data_set = :data_set AND d IS
    DISTINCT FROM :d AND x BETWEEN 1 AND 2;
SELECT id FROM slot WHERE data_set = :data_set UNION ALL (SELECT id FROM person WHERE data_set = :data_set);
WITH RECURSIVE up AS (SELECT data_set, id, parent FROM slot WHERE data_set = :data_set UNION ALL SELECT
    s.data_set, s.id, s.parent FROM slot s JOIN up ON s.data_set = up.data_set AND s.id = up.parent) SELECT id
    FROM up;
INSERT INTO slot AS s (data_set, id) VALUES (:data_set, :id), (:data_set::int, 'x') ON CONFLICT (data_set, id)
    DO UPDATE SET n = s.n + 1 WHERE s.n < 5 RETURNING id;
INSERT OR IGNORE INTO slot (data_set, id) SELECT :data_set, value ->> '$.id' FROM json_each(:rows) WHERE true;
WITH taken AS (UPDATE slot SET holder = :who WHERE data_set = :data_set AND holder IS NULL RETURNING data_set,
    id), told AS (INSERT INTO outbox (id) SELECT :message FROM taken) INSERT INTO person (data_set, id) SELECT
    data_set, id FROM taken RETURNING id;
WITH x AS MATERIALIZED (SELECT data_set, id FROM slot WHERE data_set = :data_set FOR UPDATE SKIP LOCKED) UPDATE
    slot s SET n = 1 FROM x WHERE s.data_set = x.data_set AND s.id = x.id RETURNING s.id;
DELETE FROM slot USING person p WHERE slot.data_set = :data_set AND p.data_set = slot.data_set;
SELECT 'slot', slot_kind FROM access -- slot;
ANALYZE slot;
CREATE TABLE slot_2026 PARTITION OF slot FOR VALUES FROM (1) TO (2)
"""

FORGOTTEN = """
SELECT id FROM slot WHERE id = :id;
SELECT id FROM slot WHERE data_set = :data_set OR id = :id;
SELECT id FROM slot WHERE data_set = :other;
SELECT id FROM slot WHERE data_set = 1;
SELECT id FROM slot WHERE data_set <> :data_set;
SELECT id FROM slot WHERE NOT (data_set = :data_set);
SELECT id FROM slot WHERE coalesce((data_set = :data_set), true);
SELECT CASE WHEN x AND data_set = :data_set AND y THEN 1 END FROM slot;
SELECT count(*) FILTER (WHERE data_set = :data_set) FROM slot;
SELECT 1 FROM slot s JOIN person p ON p.id = s.person WHERE s.data_set = :data_set;
SELECT 1 FROM slot s JOIN person p ON p.data_set = s.data_set;
SELECT 1 FROM slot s LEFT JOIN person p ON s.data_set = :data_set AND p.data_set = :data_set;
SELECT 1 FROM slot s FULL JOIN person p ON s.data_set = :data_set AND p.data_set = s.data_set;
SELECT 1 FROM slot s JOIN access_user u ON s.data_set = u.data_set;
SELECT 1 FROM (person p JOIN slot s ON s.id = p.id) WHERE p.data_set = :data_set;
SELECT 1 FROM slot s WHERE s.data_set = :data_set AND EXISTS (SELECT 1 FROM person p WHERE p.id = s.id);
SELECT id FROM slot WHERE data_set = :data_set UNION SELECT id FROM person;
WITH x AS (SELECT id FROM public.slot) SELECT 1;
WITH g AS (SELECT data_set FROM access_grant) SELECT 1 FROM slot s JOIN g ON s.data_set = g.data_set;
INSERT INTO slot (id) VALUES (:id);
INSERT INTO slot VALUES (:data_set, :id);
INSERT INTO slot DEFAULT VALUES;
INSERT INTO slot (data_set, id) VALUES (:data_set, :id), (1, :id);
INSERT INTO slot (data_set, id) SELECT 1, id FROM slot WHERE data_set = :data_set;
INSERT INTO slot (data_set, id) SELECT g.data_set, g.id FROM json_to_recordset(:rows) AS g(data_set int, id
    text);
UPDATE slot SET data_set = :data_set WHERE data_set = :data_set;
UPDATE OR IGNORE slot SET n = 1;
DELETE FROM person USING slot WHERE slot.data_set = :data_set;
TRUNCATE slot;
TABLE slot
"""


@pytest.mark.parametrize("statement", NAMED.split(";"))
def test_a_statement_that_names_its_data_set_passes(statement: str) -> None:
    assert read(statement, SCOPED)[0] == []


@pytest.mark.parametrize("statement", FORGOTTEN.split(";"))
def test_a_statement_that_forgets_its_data_set_is_seen(statement: str) -> None:
    assert read(statement, SCOPED)[0]
