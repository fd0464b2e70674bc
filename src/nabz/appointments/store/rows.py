"""How rows become values: the columns of slots and appointments in one order, for hand-written statements too."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.model import Agenda, Appointment, Slot
from nabz.appointments.tables import agendas, appointments, slots

if TYPE_CHECKING:
    from sqlalchemy import Row

SLOT_FIELDS: Final = Slot.__struct_fields__
APPOINTMENT_FIELDS: Final = Appointment.__struct_fields__
AGENDA_FIELDS: Final = Agenda.__struct_fields__

SLOT_COLUMNS: Final = [slots.c[name] for name in SLOT_FIELDS]
APPOINTMENT_COLUMNS: Final = [appointments.c[name] for name in APPOINTMENT_FIELDS]
AGENDA_COLUMNS: Final = [agendas.c[name] for name in AGENDA_FIELDS]

SLOT_TEXT: Final = ", ".join(f"s.{name}" for name in SLOT_FIELDS)


def slot(*cells: Any) -> Slot:  # noqa: ANN401 - cells of a row
    """Make a slot of cells in the order of its fields."""
    return Slot(**dict(zip(SLOT_FIELDS, cells, strict=True)))


def appointment(*cells: Any) -> Appointment:  # noqa: ANN401
    """Make an appointment of cells in the order of its fields."""
    return Appointment(**dict(zip(APPOINTMENT_FIELDS, cells, strict=True)))


def agenda(row: Row[Any]) -> Agenda:
    """Make an agenda of its row."""
    return Agenda(**{name: getattr(row, name) for name in AGENDA_FIELDS})


def cells_of(value: msgspec.Struct) -> dict[str, Any]:
    """A value's fields as the columns of its row."""
    return msgspec.structs.asdict(value)


def aware(value: datetime | str) -> datetime:
    """An instant that an expression gave as text, on SQLite."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
