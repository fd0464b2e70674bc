"""Whom somebody may administer."""

from __future__ import annotations

from nabz.access.errors import UnknownUser
from nabz.access.model import Person, Role, User, may_administer
from nabz.access.store import users
from nabz.kit.db import Tx
from nabz.kit.errors import NotAllowed


def administered(tx: Tx, by: Person, user_id: str) -> User:
    """Read a person whom somebody administers; of others he does not even learn that they are there.

    Raises UnknownUser, and NotAllowed for an operator in a manager's organisation.
    """
    user = users.get(tx, user_id)
    if not may_administer(by, user.organisation_id):
        raise UnknownUser
    if Role.OPERATOR in user.roles and Role.OPERATOR not in by.roles:
        raise NotAllowed
    return user


def operated(tx: Tx, by: Person, user_id: str) -> User:
    """Read a person for a deed that is an operator's alone. Raises UnknownUser, NotAllowed."""
    if Role.OPERATOR not in by.roles:
        raise NotAllowed
    return users.get(tx, user_id)
