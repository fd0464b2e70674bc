"""The SQL of people, their passwords and their roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import convert
from sqlalchemy import RowMapping, Select, case, delete, exists, func, insert, or_, select, update

from nabz.access.errors import UnknownUser, UsernameTaken
from nabz.access.model import SHUT, Account, OrganisationKind, Role, User, UserStatus, folded_username
from nabz.access.tables import organisations, roles, secrets, users
from nabz.kit.db import Tx, unique

PAGE = 50

_OF_ORGANISATION = users.join(organisations, organisations.c.id == users.c.organisation_id)
_ACCOUNT = select(
    users.c.id,
    users.c.username,
    users.c.email,
    # A closed organisation closes its people, without touching their rows.
    case((organisations.c.active, users.c.status), else_=UserStatus.DISABLED.value).label("status"),
    users.c.password_hash,
    users.c.totp_sealed,
    users.c.totp_step,
).select_from(_OF_ORGANISATION)

ROLES = (
    select(func.aggregate_strings(roles.c.role, ","))
    .where(roles.c.user_id == users.c.id)
    .correlate(users)
    .scalar_subquery()
)
"""The roles of the user of the enclosing query, as one text."""

_USER = select(
    users.c.id,
    users.c.username,
    users.c.email,
    users.c.display_name,
    users.c.organisation_id,
    organisations.c.name.label("organisation_name"),
    organisations.c.kind.label("organisation_kind"),
    users.c.status,
    users.c.data_set,
    users.c.totp_sealed.is_not(None).label("second_factor"),
    users.c.created_at,
    ROLES.label("roles"),
).select_from(_OF_ORGANISATION)


def roles_in(text: str | None) -> frozenset[Role]:
    """Read what ROLES gives."""
    return frozenset(Role(role) for role in text.split(",")) if text else frozenset()


def add(tx: Tx, new: User, password_hash: str | None = None) -> None:
    """Insert a person with roles. Raises UsernameTaken."""
    row = {
        "id": new.id,
        "username": new.username,
        "email": new.email,
        "display_name": new.display_name,
        "organisation_id": new.organisation_id,
        "password_hash": password_hash,
        "status": new.status.value,
        "data_set": new.data_set,
        "totp_step": 0,
        "created_at": new.created_at,
    }
    with unique(UsernameTaken()):
        tx.execute(insert(users), row)
    _add_roles(tx, new.id, new.roles)


def by_username(tx: Tx, username: str) -> Account | None:
    """Read what decides about a sign-in, in any spelling of the name."""
    return _account(tx, _ACCOUNT.where(users.c.username == folded_username(username)))


def account(tx: Tx, id_: str) -> Account | None:
    """Read what decides about a sign-in."""
    return _account(tx, _ACCOUNT.where(users.c.id == id_))


def locked_account(tx: Tx, id_: str) -> Account | None:
    """Read the same and hold the person's row: what is decided about it goes one after the other."""
    tx.execute(select(users.c.id).where(users.c.id == id_).with_for_update())
    return account(tx, id_)


def by_name_or_email(tx: Tx, text: str, limit: int) -> list[Account]:
    """Find whom a forgotten password may be about; several people may share an address."""
    name = folded_username(text)
    query = _ACCOUNT.where(or_(users.c.username == name, users.c.email == name))
    return [
        convert(row, Account, from_attributes=True) for row in tx.execute(query.order_by(users.c.username).limit(limit))
    ]


def get(tx: Tx, id_: str) -> User:
    """Read a person. Raises UnknownUser."""
    row = tx.execute(_USER.where(users.c.id == id_)).mappings().first()
    if row is None:
        raise UnknownUser
    return _user(row)


def search(
    tx: Tx,
    text: str = "",
    *,
    organisation_id: str | None = None,
    role: Role | None = None,
    status: UserStatus | None = None,
    after: str = "",
    limit: int = PAGE,
) -> list[User]:
    """List people by user name, after a given one."""
    query = _USER.where(users.c.username > after).order_by(users.c.username).limit(limit)
    if text:
        like = [column.icontains(text, autoescape=True) for column in (users.c.username, users.c.display_name)]
        query = query.where(or_(*like, users.c.email == text.lower()))
    if organisation_id is not None:
        query = query.where(users.c.organisation_id == organisation_id)
    if role is not None:
        holders = select(roles.c.user_id).where(roles.c.role == role.value)
        query = query.where(users.c.id.in_(holders))
    if status is not None:
        query = query.where(users.c.status == status.value)
    return [_user(row) for row in tx.execute(query).mappings()]


def names_of(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Read the names that go with some ids."""
    query = select(users.c.id, users.c.display_name).where(users.c.id.in_(sorted(frozenset(ids))))
    return {row.id: row.display_name for row in tx.execute(query)}


def addresses_of(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """Read the mail addresses of those of some people who are active and have one."""
    wanted = (users.c.id.in_(sorted(frozenset(ids))), users.c.status == UserStatus.ACTIVE, users.c.email.is_not(None))
    return {row.id: row.email for row in tx.execute(select(users.c.id, users.c.email).where(*wanted))}


def active_with_role(tx: Tx, asked: Iterable[Role]) -> dict[str, tuple[str, str]]:
    """Read user name and mail address ('' without one) of the active people who hold one of some roles, by id."""
    holders = select(roles.c.user_id).where(roles.c.role.in_([role.value for role in asked]))
    wanted = (users.c.id.in_(holders), users.c.status == UserStatus.ACTIVE)
    query = select(users.c.id, users.c.username, users.c.email).where(*wanted)
    return {row.id: (row.username, row.email or "") for row in tx.execute(query)}


def data_sets(tx: Tx) -> list[int]:
    """List the data sets in which somebody works."""
    return [row.data_set for row in tx.execute(select(users.c.data_set).distinct().order_by(users.c.data_set))]


def has_data_set(tx: Tx, data_set: int) -> bool:
    """Tell whether some person or client system is in a data set."""
    of_people = exists().where(users.c.data_set == data_set)
    of_clients = exists().where(secrets.c.data_set == data_set)
    return bool(tx.execute(select(or_(of_people, of_clients))).scalar())


def rename(tx: Tx, id_: str, display_name: str) -> None:
    """Write a person's name anew."""
    tx.execute(update(users).where(users.c.id == id_).values(display_name=display_name))


def set_roles(tx: Tx, id_: str, new: Iterable[Role]) -> None:
    """Write a person's roles anew; the person's row is held."""
    tx.execute(delete(roles).where(roles.c.user_id == id_))
    _add_roles(tx, id_, new)


def set_status(tx: Tx, id_: str, new: UserStatus) -> bool:
    """Tell whether the status has changed."""
    query = update(users).where(users.c.id == id_, users.c.status != new.value)
    return tx.execute(query.values(status=new.value)).rowcount == 1


def set_first_password(tx: Tx, id_: str, password_hash: str) -> bool:
    """Set a password by a link, which also opens an account that was waiting for one; not a disabled one."""
    query = update(users).where(users.c.id == id_, users.c.status.not_in([status.value for status in SHUT]))
    return tx.execute(query.values(password_hash=password_hash, status=UserStatus.ACTIVE.value)).rowcount == 1


def change_password(tx: Tx, id_: str, old_hash: str, new_hash: str) -> bool:
    """Put a new password in the place of the one that was checked, and of no other."""
    query = update(users).where(
        users.c.id == id_, users.c.password_hash == old_hash, users.c.status == UserStatus.ACTIVE.value
    )
    return tx.execute(query.values(password_hash=new_hash)).rowcount == 1


def set_second_factor(tx: Tx, id_: str, totp_sealed: str, totp_step: int) -> bool:
    """Switch the second factor on where it was off."""
    query = update(users).where(users.c.id == id_, users.c.totp_sealed.is_(None))
    return tx.execute(query.values(totp_sealed=totp_sealed, totp_step=totp_step)).rowcount == 1


def clear_second_factor(tx: Tx, id_: str) -> bool:
    """Switch the second factor off; the last step stays, so that no old code comes back to life."""
    query = update(users).where(users.c.id == id_, users.c.totp_sealed.is_not(None))
    return tx.execute(query.values(totp_sealed=None)).rowcount == 1


def use_step(tx: Tx, id_: str, step: int) -> bool:
    """Use up the codes of a step and of all before it; tell whether they were still to be had."""
    query = update(users).where(users.c.id == id_, users.c.totp_step < step)
    return tx.execute(query.values(totp_step=step)).rowcount == 1


def _add_roles(tx: Tx, id_: str, new: Iterable[Role]) -> None:
    rows = [{"user_id": id_, "role": role.value} for role in sorted(frozenset(new))]
    if rows:
        tx.execute(insert(roles), rows)


def _account(tx: Tx, query: Select[Any]) -> Account | None:
    row = tx.execute(query).first()
    return None if row is None else convert(row, Account, from_attributes=True)


def _user(row: RowMapping) -> User:
    read = {
        "organisation_kind": OrganisationKind(row["organisation_kind"]),
        "status": UserStatus(row["status"]),
        "roles": roles_in(row["roles"]),
    }
    return User(**{**row, **read})
