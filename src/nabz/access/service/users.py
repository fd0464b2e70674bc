"""People: invited, changed, disabled, enabled, and their passwords."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from nabz.access.errors import (
    NameMissing,
    NotYourself,
    UnknownDataSet,
    UnknownOrganisation,
    UnknownUser,
    UserNotActive,
    WrongPassword,
)
from nabz.access.model import (
    DEMO,
    PRODUCTION,
    SHUT,
    Account,
    Deed,
    LinkPurpose,
    Person,
    Role,
    User,
    UserStatus,
    check_change_of_roles,
    good_email,
    good_username,
    may_administer,
)
from nabz.access.service import letters
from nabz.access.service import links as ways
from nabz.access.service.letters import Posting
from nabz.access.service.reach import administered
from nabz.access.store import clients, links, organisations, sessions
from nabz.access.store import users as store
from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring
from nabz.kit.errors import NotAllowed
from nabz.kit.persian import fold
from nabz.kit.reader import LARGEST_NATURAL

LONGEST_NAME = 200


class Invitation(msgspec.Struct, frozen=True):
    """Who is to be invited."""

    username: str
    email: str
    display_name: str
    organisation_id: str
    roles: frozenset[Role]
    data_set: int


def invite(
    tx: Tx, keys: Keyring, by: Person, id_: str, whom: Invitation, posting: Posting, hours: int, now: datetime
) -> User:
    """Make an account and send the link by which its owner chooses a password.

    Raises BadUsername, BadEmail, NameMissing, UnknownOrganisation, RoleNotFitting, UsernameTaken,
    UnknownDataSet.
    """
    organisation = organisations.get(tx, whom.organisation_id)
    if not may_administer(by, organisation.id):
        raise UnknownOrganisation
    check_change_of_roles(by, organisation.kind, (), whom.roles)
    user = User(
        id=id_,
        username=good_username(whom.username),
        email=good_email(whom.email),
        display_name=good_name(whom.display_name),
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        organisation_kind=organisation.kind,
        status=UserStatus.INVITED,
        # What a manager may see is what those may see whom he invites.
        data_set=_known_data_set(tx, whom.data_set) if Role.OPERATOR in by.roles else by.data_set,
        second_factor=False,
        created_at=now,
        roles=whom.roles,
    )
    store.add(tx, user)
    _send_invitation(tx, keys, user, posting, hours, now)
    audit.record(tx, now, by.user_id, "access.user-invited", id_, on_behalf_of=by.acting_for, roles=sorted(whom.roles))
    return user


def send_link(tx: Tx, keys: Keyring, by: Person, user_id: str, posting: Posting, hours: int, now: datetime) -> User:
    """Send an invitation once more, or the way to a new password. Raises UnknownUser, NotAllowed, UserNotActive."""
    user = administered(tx, by, user_id)
    if user.status in SHUT:
        raise UserNotActive
    if user.status is UserStatus.INVITED:
        _send_invitation(tx, keys, user, posting, hours, now)
    else:
        ways.send_reset(tx, keys, user.id, user.username, user.email, posting, now)
    audit.record(tx, now, by.user_id, "access.link-sent", user_id, on_behalf_of=by.acting_for, status=user.status.value)
    return user


def set_roles(tx: Tx, by: Person, user_id: str, roles: Iterable[Role], now: datetime) -> None:
    """Give and take roles. Raises UnknownUser, NotAllowed, RoleNotFitting, NotYourself."""
    store.locked_account(tx, user_id)
    user = administered(tx, by, user_id)
    new = frozenset(roles)
    check_change_of_roles(by, user.organisation_kind, user.roles, new)
    if user_id == by.user_id and (user.roles - new) & {Role.OPERATOR, Role.MANAGER}:
        raise NotYourself
    if new == user.roles:
        return
    store.set_roles(tx, user_id, new)
    given, taken = sorted(new - user.roles), sorted(user.roles - new)
    audit.record(tx, now, by.user_id, "access.roles-set", user_id, on_behalf_of=by.acting_for, given=given, taken=taken)


def disable(tx: Tx, by: Person, user_id: str, now: datetime) -> None:
    """Shut an account: sessions, links and tokens end at once. Raises UnknownUser, NotAllowed, NotYourself.

    What an operator has shut no manager opens again; nor does a manager's own shutting take that lock away.
    """
    store.locked_account(tx, user_id)
    user = administered(tx, by, user_id)
    if user.id == by.user_id:
        raise NotYourself
    new = UserStatus.LOCKED if Role.OPERATOR in by.roles else UserStatus.DISABLED
    if user.status is UserStatus.LOCKED or not store.set_status(tx, user_id, new):
        return
    _end_everything(tx, user_id)
    audit.record(tx, now, by.user_id, "access.user-disabled", user_id, on_behalf_of=by.acting_for)


def enable(tx: Tx, by: Person, user_id: str, now: datetime) -> None:
    """Open a disabled account again, as it was before.

    Raises UnknownUser, and NotAllowed for a manager where an operator has shut it.
    """
    account = store.locked_account(tx, user_id)  # first: what is read from here on stays so
    user = administered(tx, by, user_id)
    if user.status not in SHUT or account is None:
        return
    if user.status is UserStatus.LOCKED and Role.OPERATOR not in by.roles:
        raise NotAllowed
    store.set_status(tx, user_id, UserStatus.ACTIVE if account.password_hash else UserStatus.INVITED)
    audit.record(tx, now, by.user_id, "access.user-enabled", user_id, on_behalf_of=by.acting_for)


def end_sessions(tx: Tx, by: Person, user_id: str, now: datetime) -> int:
    """Log somebody out everywhere, programs too; tell how many sessions there were. Raises UnknownUser, NotAllowed."""
    user = administered(tx, by, user_id)
    ended = sessions.end_all(tx, user.id)
    clients.end_grants(tx, user.id)
    audit.record(tx, now, by.user_id, "access.all-sessions-ended", user_id, on_behalf_of=by.acting_for, sessions=ended)
    return ended


def rename(tx: Tx, by: Person, display_name: str, now: datetime) -> None:
    """Write one's own name anew. Raises NameMissing."""
    store.rename(tx, by.user_id, good_name(display_name))
    audit.record(tx, now, by.user_id, "access.renamed", by.user_id, on_behalf_of=by.acting_for)


def change_password(tx: Tx, by: Person, checked: Account, new_hash: str, letter_id: str, now: datetime) -> None:
    """Put a new password in the place of the one that was just checked; other sessions and tokens end.

    Raises WrongPassword.
    """
    old_hash = checked.password_hash or ""
    if checked.id != by.user_id or not store.change_password(tx, by.user_id, old_hash, new_hash):
        raise WrongPassword
    _end_everything(tx, by.user_id, keep=by.session_digest)
    if checked.email:
        fa, en = f"گذرواژهٔ حساب {checked.username} عوض شد.", f"The password of {checked.username} was changed."
        letters.notice(tx, letter_id, checked.email, fa, en, now)
    audit.record(tx, now, by.user_id, "access.password-changed", by.user_id, on_behalf_of=by.acting_for)


def see(tx: Tx, by: Person, user_id: str) -> User:
    """Read a person whom somebody administers. Raises UnknownUser, NotAllowed."""
    return administered(tx, by, user_id)


def search(
    tx: Tx,
    by: Person,
    text: str = "",
    *,
    organisation_id: str | None = None,
    role: Role | None = None,
    status: UserStatus | None = None,
    after: str = "",
    limit: int = store.PAGE,
) -> list[User]:
    """List the people whom somebody administers."""
    within = organisation_id if Role.OPERATOR in by.roles else by.organisation_id
    return store.search(
        tx, fold(text).strip(), organisation_id=within, role=role, status=status, after=after, limit=limit
    )


def history(tx: Tx, by: Person, user_id: str) -> list[Deed]:
    """Read what was done with an account, newest first. Raises UnknownUser, NotAllowed."""
    administered(tx, by, user_id)
    rows = audit.history(tx, user_id)
    names = store.names_of(tx, [id_ for row in rows for id_ in (row.who, row.on_behalf_of) if id_])
    return [
        Deed(
            at=row.at,
            who=names.get(row.who, row.who),
            on_behalf_of=names.get(row.on_behalf_of, row.on_behalf_of),
            action=row.action,
            facts=row.facts,
        )
        for row in rows
    ]


def good_name(text: str) -> str:
    """Give a name as it is shown. Raises NameMissing, TextTooLong."""
    name = " ".join(fold(text).split())
    if not name or len(name) > LONGEST_NAME:
        raise NameMissing
    return name


def data_sets(tx: Tx) -> list[int]:
    """List the data sets in which somebody works."""
    return store.data_sets(tx)


def _known_data_set(tx: Tx, data_set: int) -> int:
    # The range first: a database takes no greater number even to look for it.
    there = 0 <= data_set <= LARGEST_NATURAL and (data_set in {PRODUCTION, DEMO} or store.has_data_set(tx, data_set))
    if not there:
        raise UnknownDataSet
    return data_set


def _end_everything(tx: Tx, user_id: str, keep: str | None = None) -> None:
    """End what an account had opened, but for the session that is kept."""
    sessions.end_all(tx, user_id, keep=keep)
    links.end_all(tx, user_id)
    clients.end_grants(tx, user_id)


def _send_invitation(tx: Tx, keys: Keyring, user: User, posting: Posting, hours: int, now: datetime) -> None:
    until = now + timedelta(hours=hours)
    links.put(tx, ways.digest_of(keys, posting.token), user.id, LinkPurpose.INVITE, until)
    if user.email:
        letters.invitation(tx, user.email, user.display_name, user.username, posting, hours, now)


def active_with_role(tx: Tx, username: str, roles: Iterable[Role]) -> str | None:
    """Give the id of somebody who is active and holds one of some roles. Raises UnknownUser."""
    id_ = id_of(tx, username)
    return id_ if id_ in store.active_with_role(tx, roles) else None


def addresses_with_role(tx: Tx, role: Role) -> dict[str, str]:
    """Tell the mail addresses of the active people who hold a role and have one."""
    return {id_: address for id_, (_, address) in store.active_with_role(tx, [role]).items() if address}


def addresses_of(tx: Tx, user_ids: list[str]) -> dict[str, str]:
    """Tell the mail addresses of those of some people who are active and have one."""
    return store.addresses_of(tx, user_ids)


def id_of(tx: Tx, username: str) -> str:
    """Find a person by user name. Raises UnknownUser."""
    account = store.by_username(tx, username)
    if account is None:
        raise UnknownUser
    return account.id
