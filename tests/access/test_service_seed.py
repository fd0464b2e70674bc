"""The demo's people."""

from nabz.access import seed
from nabz.access.model import Role
from nabz.access.service import sign_in
from nabz.access.service.passwords import Passwords
from nabz.access.store import users
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring


async def test_the_demo_has_a_person_for_every_role_who_can_sign_in(
    db: Database, keys: Keyring, clock: FixedClock
) -> None:
    made = await seed.demo(db, keys, clock.now())
    assert {each["role"] for each in made.portal.values()} == {role.value for role in Role}
    assert {role.value for role in Role} <= set(made.portal)
    assert all(each.keys() == {"role", "username", "password", "path"} for each in made.portal.values())
    passwords = Passwords(keys)
    for role in (Role.OPERATOR, Role.VENDOR):
        told = made.portal[role]
        account = await sign_in.check_password(
            db, keys, passwords, told["username"], told["password"], "192.0.2.7", clock.now()
        )
        assert account.id == made.user_ids[role]
        user = await db.read(users.get, account.id)
        assert (set(user.roles), user.data_set) == ({role}, 1)
    vendor = await db.read(users.get, made.user_ids["vendor"])
    assert vendor.organisation_id == made.vendor_organisation_id


async def test_seeding_again_changes_nothing(db: Database, keys: Keyring, clock: FixedClock) -> None:
    first = await seed.demo(db, keys, clock.now())
    before = await db.read(users.search)
    clock.advance(3600)
    assert await seed.demo(db, keys, clock.now()) == first
    assert await db.read(users.search) == before
