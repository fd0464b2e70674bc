"""One table of states: which deed is possible where, and who may do it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from nabz.prescriptions.model.values import Item, Kind, Prescription, State


class Deed(StrEnum):
    """What may be done to a prescription."""

    EDIT = "edit"
    DELETE = "delete"
    DELIVER = "deliver"
    TAKE_BACK = "take-back"
    RETURN = "return"
    USE = "use"
    """A visit of a referral takes place."""

    ANSWER = "answer"
    """A referral is answered."""


class Actor(StrEnum):
    """Who does it."""

    WRITER = "writer"
    """The physician who wrote it."""

    CENTRE = "centre"
    """A pharmacy or paraclinic centre of the right kind."""

    SECOND = "second-physician"
    """The physician a patient was referred to."""


TABLE: Final[dict[tuple[State, Deed], tuple[Actor, ...]]] = {
    (State.OPEN, Deed.EDIT): (Actor.WRITER,),
    (State.OPEN, Deed.DELETE): (Actor.WRITER,),
    (State.OPEN, Deed.DELIVER): (Actor.CENTRE,),
    (State.OPEN, Deed.RETURN): (Actor.CENTRE,),
    (State.OPEN, Deed.USE): (Actor.SECOND,),
    (State.OPEN, Deed.ANSWER): (Actor.SECOND,),
    (State.PART, Deed.DELIVER): (Actor.CENTRE,),
    (State.PART, Deed.TAKE_BACK): (Actor.CENTRE,),
    (State.PART, Deed.USE): (Actor.SECOND,),
    (State.PART, Deed.ANSWER): (Actor.SECOND,),
    (State.DONE, Deed.TAKE_BACK): (Actor.CENTRE,),
    (State.DONE, Deed.ANSWER): (Actor.SECOND,),
    (State.RETURNED, Deed.EDIT): (Actor.WRITER,),
    (State.RETURNED, Deed.DELETE): (Actor.WRITER,),
}
"""Where nothing stands, nothing may be done."""

ACTIVE: Final = frozenset({State.OPEN, State.PART})
"""What centres see."""


def allowed(state: State, deed: Deed, actor: Actor) -> bool:
    """Tell whether somebody may do this now."""
    return actor in TABLE.get((state, deed), ())


def has_expired(one: Prescription, day: str) -> bool:
    """Tell whether a prescription has run out on a day."""
    return bool(one.expires) and one.expires < day


def state_of_item(item: Item) -> State:
    """Tell where an item stands by what is left of it."""
    if item.state in {State.DELETED, State.RETURNED}:
        return item.state
    if item.remaining == 0:
        return State.DONE
    return State.PART if item.remaining < item.whole else State.OPEN


def state_of(one: Prescription) -> State:
    """Tell where a prescription stands by its items."""
    if one.state in {State.DELETED, State.RETURNED}:
        return one.state
    if one.kind == Kind.HOSPITAL:
        return State.OPEN
    if one.kind == Kind.REFERRAL:
        most = sum(each.quantity for each in one.referrals)
        return State.OPEN if not one.referral_used else State.PART if one.referral_used < most else State.DONE
    if not one.items:
        return State.DONE  # a visit, a feedback: nothing is left to be given
    states = {state_of_item(item) for item in one.items}
    if states == {State.DONE}:
        return State.DONE
    return State.OPEN if states == {State.OPEN} else State.PART
