"""The sheet of a delivery as it was typed, read into what the counter asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit.persian import ascii_digits, mobile
from nabz.prescriptions.model.dispensing import Request, Wanted
from nabz.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.prescriptions.model import Item, Prescription
    from nabz.prescriptions.model.catalogue import Key, Service

DRUG: Final = "01"
LONGEST: Final = 12
MOST_BARCODES: Final = 200


class Line(NamedTuple):
    """One drug of the sheet: what was written, and what the catalogue says of it and of others in its place."""

    item: Item
    service: Service | None
    others: list[Service]

    @property
    def most(self) -> int:
        """Tell how many may be given at one time."""
        return min(self.item.remaining, self.item.quantity)


def lines_of(one: Prescription, shelf: dict[Key, Service], others: dict[str, list[Service]]) -> list[Line]:
    """List what is left to be given."""
    return [
        Line(item, shelf.get((DRUG, item.code)), [each for each in others.get(item.code, []) if each.code != item.code])
        for item in one.items
        if item.type == DRUG and item.remaining
    ]


def blank(lines: Iterable[Line], mobile: str, key: str) -> Filled:
    """Begin with all that may be given now, at the tariff."""
    values: dict[str, object] = {"mobile": mobile, "key": key}
    for line in lines:
        number = line.item.id
        values[f"quantity_{number}"] = line.most if line.service is not None else 0
        values[f"price_{number}"] = line.service.price if line.service is not None else ""
        values[f"code_{number}"] = line.item.code
    return Filled(values)


class Typed(NamedTuple):
    """What a sheet asks for, or what cannot be read of it."""

    request: Request
    unread: tuple[str, ...]
    """The fields that hold no number."""


def read(sent: dict[str, str], lines: Iterable[Line], centre: str, one: Prescription) -> Typed:
    """Read a sheet; a line of which nothing is given is left out."""
    wanted, unread = [], []
    for line in lines:
        number = line.item.id
        quantity, price = (whole(sent.get(f"{name}_{number}", "")) for name in ("quantity", "price"))
        unread += [f"{name}_{number}" for name, value in (("quantity", quantity), ("price", price)) if value is None]
        code = sent.get(f"code_{number}", "").strip()
        if quantity:
            wanted.append(
                Wanted(
                    item=number,
                    quantity=quantity,
                    code="" if code == line.item.code else code,
                    asked=price or 0,
                    barcodes=tuple(ascii_digits(sent.get(f"barcodes_{number}", "")).split()[:MOST_BARCODES]),
                )
            )
    request = Request(
        centre=centre,
        prescription=one.id,
        lines=tuple(wanted),
        patient=one.patient_code,
        mobile=sent.get("mobile", "").strip()[:20],
        once=ascii_digits(sent.get("once", "")).strip()[:20],
    )
    return Typed(request, tuple(unread))


FIELDS: Final = ("quantity", "price", "code", "barcodes")


def fields_of(lines: Iterable[Line]) -> list[str]:
    """List the fields of a sheet in their order."""
    return [*(f"{name}_{line.item.id}" for line in lines for name in FIELDS), "mobile", "once"]


def is_no_mobile(text: str) -> bool:
    """Tell whether something was typed that is no number of a mobile."""
    return bool(text.strip()) and mobile(text) is None


def whole(text: str) -> int | None:
    """Read a whole number as people write it; nothing is none of it, and what is no number is None."""
    digits = ascii_digits(text).strip().replace("٬", "").replace(",", "")
    if not digits:
        return 0
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST else None
