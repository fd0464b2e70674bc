"""Each hot statement on both engines, beside a few lines of Python that say what it must do."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from nabz.access.store import tokens
from nabz.gateway.model import Package
from nabz.gateway.store import gate, services
from nabz.kit.db import Statement
from tests.gateway.conftest import PID, House
from tests.gateway.customers import add_other_customer, add_outside, add_person, change, rows

DAYS = ("2026-11-22", "2026-11-23")


async def test_a_lease_and_what_is_given_back_keep_the_account_of_the_day(house: House) -> None:
    used: dict[tuple[str, str], int] = {}
    draw = random.Random(405)
    for _ in range(300):
        key = draw.choice(("Echo", "Text")), draw.choice(DAYS)
        named = {"pid": PID, "operation": key[0], "day": key[1]}
        before = used.get(key, 0)
        if draw.random() < 0.7:
            per_day = draw.choice((5, 40, 1000))
            block = draw.randint(1, min(30, per_day))
            found = await house.db.write_one(gate.LEASE, **named, block=block, per_day=per_day)
            granted = max(0, min(block, per_day - before))
            assert sum(found) == granted
            assert bool(found) is (granted > 0), "no row means spent, and nothing else does"
            used[key] = before + granted
        elif key in used:
            left = draw.randint(1, 20)
            assert await house.db.write_one(gate.GIVE_BACK, **named, left=left) == [max(0, before - left)]
            used[key] = max(0, before - left)
        else:
            assert await house.db.write_one(gate.GIVE_BACK, **named, left=1) == []
    kept = {(row["operation"], row["day"]): row["used"] for row in await rows(house, "SELECT * FROM gateway_quota")}
    assert kept == used


@dataclass
class Row:
    """One grant as the rules want it; `given` are all access tokens it ever gave out."""

    access: tuple[str, datetime]
    refresh: tuple[str, datetime]
    given: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Grants:
    """The rules of section 2 over a plain dictionary."""

    by_user: dict[str, Row] = field(default_factory=dict)

    def grant(self, user: str, new: Row, now: datetime) -> Row:
        row = self.by_user.setdefault(user, new)
        row.access = row.access if row.access[1] > now else new.access
        row.refresh = row.refresh if row.refresh[1] > now else new.refresh
        row.given.update([row.access])
        return row

    def refresh(self, seed: str, access: tuple[str, datetime], now: datetime) -> Row | None:
        for row in self.by_user.values():
            if row.refresh[0] == seed and row.refresh[1] > now:
                row.access = access
                row.given.update([access])
                return row
        return None

    def bearer(self, seed: str, now: datetime) -> str | None:
        return next((user for user, row in self.by_user.items() if row.given.get(seed, now) > now), None)

    def revoke(self, seed: str) -> int:
        hit = [user for user, row in self.by_user.items() if seed in {row.refresh[0], *row.given}]
        for user in hit:
            del self.by_user[user]
        return len(hit)


async def test_grants_refreshes_and_revocations_follow_the_rules_of_the_guide(house: House) -> None:
    await add_person(house, "second")
    users = {"u1": "", "id-second": ""}
    for user in users:
        (row,) = await rows(house, "SELECT password_hash FROM access_user WHERE id = :user", user=user)
        users[user] = row["password_hash"]
    rules, draw, seeds = Grants(), random.Random(763), ["never"]
    now = house.clock.now()
    client = {"client": "c1", "data_set": 1}
    for number in range(250):
        now += timedelta(seconds=draw.choice((0, 1, 120, 900)))
        access, renewal = (f"a{number}", now + timedelta(seconds=900)), (f"r{number}", now + timedelta(hours=1))
        given = {"access_seed": access[0], "access_digest": access[0], "access_until": access[1]}
        fresh = {"refresh_seed": renewal[0], "refresh_digest": renewal[0], "refresh_until": renewal[1]}
        known = draw.choice(seeds[-6:])
        match draw.choice(("grant", "grant", "refresh", "bearer", "bearer", "revoke")):
            case "grant":
                user = draw.choice(list(users))
                who = {"user_id": user, "password_hash": users[user]}
                (got,) = await house.db.write_one(tokens.GRANT, **client, **who, **given, **fresh, now=now)
                wanted = rules.grant(user, Row(access, renewal), now)
                assert (got.access_seed, got.access_until, got.refresh_seed) == (*wanted.access, wanted.refresh[0])
                seeds += [access[0], renewal[0]]
            case "refresh":
                found = await house.db.write_one(tokens.REFRESH, refresh_digest=known, **client, **given, now=now)
                ruled = rules.refresh(known, access, now)
                assert [each.access_seed for each in found] == ([ruled.access[0]] if ruled else [])
                seeds.append(access[0])
            case "bearer":
                read = await house.db.read_one(tokens.BEARER, digest=known, now=now)
                ruling = rules.bearer(known, now)
                assert [each.user_id for each in read] == ([ruling] if ruling else [])
            case "revoke" if draw.random() < 0.5:
                gone = {"access_digest": known, "refresh_digest": known}
                assert len(await house.db.write_one(tokens.REVOKE, **gone)) == rules.revoke(known)


async def count(house: House, statement: Statement[Any], **args: object) -> int:
    run = house.db.write_one if statement.writes else house.db.read_one
    return len(await run(statement, **args))


GRANTED = {"access_seed": "a", "access_digest": "a", "refresh_seed": "r", "refresh_digest": "r"}


async def test_no_token_statement_knows_who_is_shut_out(house: House) -> None:
    await add_other_customer(house)
    now = house.clock.now()
    later = {"access_until": now + timedelta(1), "refresh_until": now + timedelta(1), "now": now}
    (row,) = await rows(house, "SELECT password_hash FROM access_user WHERE id = 'u1'")
    who = {"client": "c1", "data_set": 1, "user_id": "u1", "password_hash": row["password_hash"]}
    for wrong in ({"client": "c2"}, {"user_id": "id-zagros"}, {"password_hash": "old"}, {"client": "none"}):
        assert await count(house, tokens.GRANT, **{**who, **wrong}, **GRANTED, **later) == 0, wrong
    assert await count(house, tokens.GRANT, **who, **GRANTED, **later) == 1
    fresh = {"access_seed": "b", "access_digest": "b", "access_until": now + timedelta(1), "now": now}
    theirs: dict[str, object] = {"refresh_digest": "r", "client": "c1", "data_set": 1}
    others: tuple[dict[str, object], ...] = ({"client": "c2"}, {"data_set": 0}, {"refresh_digest": "a"})
    for other in others:
        assert await count(house, tokens.REFRESH, **{**theirs, **other}, **fresh) == 0, other
    shut = {
        "UPDATE access_user SET status = :s WHERE id = 'u1'": ("disabled", "active"),
        "UPDATE access_organisation SET active = :s WHERE id = 'o1'": (False, True),
        "UPDATE access_client SET active = :s WHERE id = 'c1'": (False, True),
        "UPDATE access_client_secret SET cut_at = :s WHERE client = 'c1'": (now, None),
    }
    for statement, (out, again) in shut.items():
        await change(house, statement, s=out)
        assert await count(house, tokens.BEARER, digest="a", now=now) == 0, statement
        assert await count(house, tokens.GRANT, **who, **GRANTED, **later) == 0, statement
        if "client" not in statement:
            assert await count(house, tokens.REFRESH, **theirs, **fresh) == 0, statement
        else:
            assert await count(house, tokens.SECRETS_OF_CLIENT, client_id="acmeClient") == 0, statement
        await change(house, statement, s=again)
        assert await count(house, tokens.BEARER, digest="a", now=now) == 1, statement
    assert await count(house, tokens.SECRETS_OF_CLIENT, client_id="acmeClient") == 1
    assert await count(house, tokens.SECRETS_OF_CLIENT, client_id="ACMECLIENT") == 0


async def test_a_package_is_read_whole_and_is_off_with_its_service(house: House) -> None:
    await add_outside(house, per_day=7, per_second=3, operations=["getdrug", "جستجو"])
    (found,) = await house.db.read_one(gate.PACKAGE, pid="8" * 24)
    assert found == Package(
        pid="8" * 24,
        client="c1",
        service_id="salamat/gwdaroo",
        operations=["getdrug", "جستجو"],
        per_day=7,
        per_second=3,
    )
    await change(house, "UPDATE gateway_service SET active = :no WHERE id = 'salamat/gwdaroo'", no=False)
    assert [each.active for each in await house.db.read_one(gate.PACKAGE, pid="8" * 24)] == [False]
    assert [each.active for each in await house.db.read_one(gate.PACKAGE, pid=PID)] == [True]
    assert await house.db.read_one(gate.PACKAGE, pid="0" * 24) == []
    assert await house.db.read_one(gate.NETWORKS, client="c1") == ["127.0.0.0/8"]
    assert await house.db.read_one(gate.NETWORKS, client="c2") == []


@pytest.mark.parametrize(
    "statement", [tokens.GRANT, tokens.REFRESH, tokens.REVOKE, gate.LEASE, gate.LOG, services.ENSURE]
)
def test_a_writing_statement_cannot_be_run_as_a_look_up(statement: Statement[Any]) -> None:
    with pytest.raises(ValueError, match="writes"):
        statement.only_reads()
