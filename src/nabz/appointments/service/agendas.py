"""What an agenda says, filled up from the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.appointments.model import number_of
from nabz.registries.model import provider_id_of_key
from nabz.registries.service import facilities, practitioners

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda
    from nabz.kit.db import Tx

OF_FACILITY = {
    "facility_name": "name",
    "facility_type": "type",
    "type_title": "type_title",
    "province": "province",
    "province_title": "province_title",
    "city": "city",
    "city_title": "city_title",
    "town": "town",
    "town_title": "town_title",
    "address": "address",
    "latitude": "latitude",
    "longitude": "longitude",
}
OF_PRACTITIONER = {
    "first_name": "first_name",
    "last_name": "last_name",
    "specialty": "specialty",
    "specialty_title": "specialty_title",
}


def complete(tx: Tx, told: Agenda) -> Agenda:
    """Fill what the message left out from the registries; what it says itself stands."""
    facility = facilities.find(tx, told.facility)
    practitioner = practitioners.find(tx, provider_id_of_key(told.provider))
    filled = {
        ours: getattr(known, theirs)
        for known, fields in ((facility, OF_FACILITY), (practitioner, OF_PRACTITIONER))
        if known is not None
        for ours, theirs in fields.items()
        if getattr(told, ours) in {"", None}
    }
    whole = msgspec.structs.replace(told, **filled)
    return msgspec.structs.replace(whole, id=number_of(whole))
