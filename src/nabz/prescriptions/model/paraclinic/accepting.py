"""Accepting a prescription in part or whole, and telling beforehand what stands against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.errors import paraclinic as wrong
from nabz.prescriptions.model import told
from nabz.prescriptions.model.catalogue import Key, Service, code_of, spellings
from nabz.prescriptions.model.money import MOST_SUM, line_of, priced
from nabz.prescriptions.model.paraclinic.values import Acceptance, Offer, Scene, Wanted
from nabz.prescriptions.model.rules import MOST_ITEMS, PARACLINIC_TYPES, PHYSIO
from nabz.prescriptions.model.states import ACTIVE, Actor, Deed, allowed, has_expired, state_of, state_of_item
from nabz.prescriptions.model.values import CentreKind, Delivery, Item, Line, Prescription, State

MOST_RIAL: Final = 10**12
LARGEST_COUNT: Final = 100_000
LASTS: Final = timedelta(days=3)


def wanted_keys(one: Prescription, asked: Acceptance) -> list[Key]:
    """Name what the catalogue is asked for."""
    type_ = _type(one, asked)
    codes = {item.code for item in one.items if item.type == type_}
    return [(type_, code) for line in asked.lines for code in codes if code in spellings(line.service)]


def offers(one: Prescription, types: frozenset[str], scene: Scene) -> list[Offer]:
    """Tell what of a prescription is left for a centre, each service once, in the order it was written in."""
    found: dict[Key, list[Item]] = {}
    for item in one.items:
        if item.type in types and item.state is not State.DELETED and item.remaining:
            found.setdefault((item.type, item.code), []).append(item)
    return [_offer(items, scene) for items in found.values()]


def _offer(items: list[Item], scene: Scene) -> Offer:
    item, left = items[0], sum(each.remaining for each in items)
    service = scene.services.get((item.type, item.code))
    whole = sum(each.whole for each in items)
    problems = tuple(_against(items, service, scene))
    most = min(service.most, whole) if service is not None and service.most else whole
    return Offer(item.type, item.code, item.name, whole, left, most, service, problems)


def _against(items: list[Item], service: Service | None, scene: Scene) -> list[wrong.ParaclinicProblem]:
    """Tell what stands against giving a service today, however many of it."""
    found: list[wrong.ParaclinicProblem] = []
    code = items[0].code
    first = min(each.day for each in items)
    if first > scene.day:
        found.append(wrong.NotYet(service=code, day=first))
    if service is None:
        found.append(wrong.NoTariff(service=code))
    elif service.sex and scene.sex and service.sex != scene.sex:
        found.append(wrong.OtherSex(service=code))
    return found


def soon_over(one: Prescription, day: str) -> bool:
    """Tell whether a prescription runs out within days."""
    last = jalali.compact(jalali.of_date(jalali.parse(day).to_gregorian() + LASTS))
    return bool(one.expires) and one.expires <= last


def accept(one: Prescription, asked: Acceptance, scene: Scene) -> tuple[Prescription, Delivery]:
    """Give the lines that are asked for, all or none.

    Raises what `check_message` raises, NotActive, RanOut, the problems of lines (several at once as SeveralRefused).
    """
    check_message(one, asked)
    _check_standing(one, scene)
    type_ = _type(one, asked)
    problems: list[wrong.ParaclinicProblem] = []
    items = {item.id: item for item in one.items}
    lines: list[Line] = []
    for wanted in asked.lines:
        try:
            given = _given(one, wanted, type_, scene)
        except wrong.ParaclinicProblem as problem:
            problems.append(problem)
            continue
        lines += given
        for line in given:
            items[line.item] = taken(items[line.item], line.quantity, 1)
    if problems:
        raise problems[0] if len(problems) == 1 else wrong.SeveralRefused(problems)
    delivery = Delivery(
        id=scene.number,
        prescription=one.id,
        centre=asked.centre.id,
        kind=CentreKind.PARACLINIC,
        patient=one.patient,
        doctor=one.doctor,
        day=scene.day,
        at=scene.at,
        lines=tuple(lines),
        type=type_,
        source=one.source,
        mobile=asked.mobile,
        user=scene.user,
        technician=asked.technician,
    )
    return with_items(one, items), delivery


def _type(one: Prescription, asked: Acceptance) -> str:
    if asked.type or not asked.lines:
        return asked.type
    codes = spellings(asked.lines[0].service)
    return next((item.type for item in one.items if item.code in codes), "")


def check_message(one: Prescription, asked: Acceptance) -> None:
    """See that the message itself is right, whatever was given before.

    Raises NoLines, TooManyLines, TypeUnknown, NotParaclinic, NotPhysio, OtherDoctor, LineTwice.
    """
    type_ = _type(one, asked)
    if not asked.lines:
        raise wrong.NoLines
    if len(asked.lines) > MOST_ITEMS:
        raise wrong.TooManyLines(most=MOST_ITEMS)
    if type_ not in PARACLINIC_TYPES:
        raise wrong.TypeUnknown
    if type_ not in asked.centre.types:
        raise wrong.NotParaclinic(type=type_)
    if asked.physio and type_ != PHYSIO:
        raise wrong.NotPhysio
    if asked.doctor and asked.doctor != one.doctor:
        raise wrong.OtherDoctor
    twice = [code for code, count in Counter(code_of(line.service) for line in asked.lines).items() if count > 1]
    if twice:
        raise wrong.LineTwice(service=twice[0])


def _check_standing(one: Prescription, scene: Scene) -> None:
    if not allowed(one.state, Deed.DELIVER, Actor.CENTRE):
        raise wrong.NotActive
    if has_expired(one, scene.day):
        raise wrong.RanOut(day=one.expires)


def _given(one: Prescription, wanted: Wanted, type_: str, scene: Scene) -> list[Line]:
    """Give one line of the message: of the first item that has some left, then of the next of the same service."""
    codes = spellings(wanted.service)
    items = [
        item for item in one.items if item.type == type_ and item.code in codes and item.state is not State.DELETED
    ]
    if not items:
        raise wrong.NotPrescribed(service=wanted.service[:40])
    code = items[0].code
    if not 0 < wanted.quantity <= LARGEST_COUNT:
        raise wrong.CountWrong(service=code)
    due = [item for item in items if item.day <= scene.day]
    service = scene.services.get((type_, code))
    if problems := _against(due or items, service, scene):
        raise problems[0]
    if service is None:  # told above
        raise wrong.NoTariff(service=code)
    left = sum(item.remaining for item in due)
    if wanted.quantity > left:
        raise wrong.MoreThanLeft(service=code, left=left)
    if service.most and wanted.quantity > service.most:
        raise wrong.MoreThanAllowed(service=code, most=service.most)
    blank = _blank(one, wanted, service)
    lines, rest = [], wanted.quantity
    for item in due:
        if count := min(rest, item.remaining):
            lines.append(line_of(msgspec.structs.replace(blank, item=item.id, name=item.name, quantity=count)))
            rest -= count
    return lines


def _blank(one: Prescription, wanted: Wanted, service: Service) -> Line:
    """Give the prices of a line without its count. Raises NoSecondTariff, PriceWrong."""
    if wanted.k2 and not service.k2_price:
        raise wrong.NoSecondTariff(service=service.code)
    tech = service.tech_price if wanted.tech is None else wanted.tech
    if wanted.price * wanted.quantity > MOST_SUM:
        raise wrong.PriceWrong(service=service.code)
    if not 0 <= wanted.price <= MOST_RIAL or not 0 <= tech <= service.tech_price:
        raise wrong.PriceWrong(service=service.code)
    return priced(service, insured=one.insured, asked=wanted.price, k2=wanted.k2, tech=tech)


def taken(item: Item, count: int, times: int) -> Item:
    """Take so many of an item, or give them back."""
    new = msgspec.structs.replace(
        item, remaining=item.remaining - count, delivered=max(0, item.delivered + times), state=State.OPEN
    )
    return msgspec.structs.replace(new, state=state_of_item(new))


def with_items(one: Prescription, items: Mapping[int, Item]) -> Prescription:
    """Give a prescription with its items as they are now."""
    new = msgspec.structs.replace(one, items=tuple(items[item.id] for item in one.items))
    return msgspec.structs.replace(new, state=state_of(new))


def is_again(made: Delivery, one: Prescription, asked: Acceptance, at: datetime) -> bool:
    """Tell whether a delivery is what this message has made a moment ago."""
    lines = [
        told.ToldLine(code=line.service, quantity=line.quantity, price=line.price, k2=line.k2, tech=line.tech)
        for line in asked.lines
    ]
    message = told.Told(
        centre=asked.centre.id, prescription=one.id, lines=tuple(lines), at=at, technician=asked.technician
    )
    return told.is_again(made, message)


def is_active(one: Prescription, day: str) -> bool:
    """Tell whether centres still see a prescription."""
    return one.state in ACTIVE and not has_expired(one, day)
