"""Who works where at what: what the wizard offers to choose from, and the agenda that comes of the choice."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.errors import CodeUnknown
from nabz.appointments.model import Agenda
from nabz.appointments.pages.desk.plan import Mistakes, Plan
from nabz.appointments.service import agendas, desk
from nabz.kit.errors import Problem
from nabz.registries.errors import BadProviderId
from nabz.registries.model import Practitioner, provider_id_of_key
from nabz.registries.service import practitioners
from nabz.terminology.errors import UnknownCode, UnknownTerminology
from nabz.terminology.service import reading

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.terminology.model import Concept

SPECIALTIES: Final = "thritaEHR.specialty"
SERVICES: Final = "RVU3"
VISIT: Final = "970015"
"""The visit of a specialist, as the guide's samples have it."""

MOST: Final = 500


def usual(tx: Tx, facility: str, plan: Plan) -> Plan:
    """Fill in what a provider does at this centre already, or else his specialty and a plain visit."""
    before = next((one for one in desk.providers(tx, facility) if one.provider == plan.provider), None)
    if before is not None:
        told = {"specialty": before.specialty, "service": before.service, "department": before.department}
        return msgspec.structs.replace(plan, **told)
    member = _member(tx, plan.provider)
    return msgspec.structs.replace(plan, specialty=member.specialty, service=VISIT)


def around(tx: Tx, provider: str) -> dict[str, Any]:
    """Read what stands around the form: the provider, and the codes to choose from."""
    return {
        "member": _member(tx, provider),
        "specialties": _codes(tx, SPECIALTIES),
        "services": _codes(tx, SERVICES),
    }


def agenda_of(tx: Tx, facility: str, plan: Plan) -> Agenda:
    """Put an agenda together. Raises Mistakes."""
    member = _member(tx, plan.provider)
    try:
        specialty = _title(tx, SPECIALTIES, plan.specialty) if plan.specialty.strip() else ""
    except Problem as problem:
        raise Mistakes({"specialty": problem}) from None
    try:
        service = _title(tx, SERVICES, plan.service)
    except Problem as problem:
        raise Mistakes({"service": problem}) from None
    told = Agenda(
        facility=facility,
        provider=member.id.key,
        specialty=plan.specialty.strip(),
        specialty_title=specialty,
        service=plan.service.strip(),
        service_title=service,
        department=plan.department.strip(),
    )
    return agendas.complete(tx, told)


def _member(tx: Tx, provider: str) -> Practitioner:
    """Find a practitioner who may work. Raises BadProviderId."""
    found = practitioners.find(tx, provider_id_of_key(provider))
    if found is None or not found.active:
        raise BadProviderId
    return found


def _codes(tx: Tx, id_: str) -> list[Concept]:
    with suppress(UnknownTerminology):
        t = reading.one(tx, id_)
        return reading.page(tx, t, t.last, limit=MOST) if t.last else []
    return []


def _title(tx: Tx, id_: str, code: str) -> str:
    """Name a code; a terminology that is not loaded is not asked. Raises CodeUnknown."""
    try:
        t = reading.one(tx, id_)
        return reading.concept(tx, t, code, t.last).value if t.last else ""
    except UnknownTerminology:
        return ""
    except UnknownCode:
        raise CodeUnknown(code=code.strip()[:40], terminology=id_) from None
