"""Who works where at what, filled up from the registries and the terminologies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.api.codes import title_of
from nabz.appointments.errors import FieldMissing
from nabz.appointments.model import Agenda
from nabz.appointments.service import agendas
from nabz.appointments.wire.official.values import Coded
from nabz.appointments.wire.own.persons import provider
from nabz.kit.persian import fold
from nabz.registries.errors import BadProviderId
from nabz.registries.model import provider_id_of_key
from nabz.registries.service import practitioners

if TYPE_CHECKING:
    from nabz.appointments.wire.own.publishing import ToldAgenda
    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked

SPECIALTIES: Final = "thritaEHR.specialty"
SERVICES: Final = "RVU3"


async def agenda_of(asked: Asked, facility: str, told: ToldAgenda) -> Agenda:
    """Put an agenda together. Raises FieldMissing, BadProviderId, CodeUnknown."""
    if not told.service.strip():
        raise FieldMissing(field="service")
    specialty, specialty_title = await title_of(asked, SPECIALTIES, Coded(Coded_string=told.specialty), "specialty")
    service, service_title = await title_of(asked, SERVICES, Coded(Coded_string=told.service), "service")
    agenda = Agenda(
        facility=facility,
        provider=provider(told.provider),
        first_name=fold(told.first_name).strip(),
        last_name=fold(told.last_name).strip(),
        specialty=specialty,
        specialty_title=specialty_title,
        service=service,
        service_title=service_title,
        internal_id=told.internal_id.strip(),
        internal_address=fold(told.internal_address).strip(),
        department=fold(told.department).strip(),
    )
    return await asked.deps.db.within(asked.data_set).read(_complete, agenda)


def _complete(tx: Tx, told: Agenda) -> Agenda:
    """Fill up an agenda; one whom the register does not know may have one. Raises BadProviderId."""
    known = practitioners.find(tx, provider_id_of_key(told.provider))
    if known is not None and not known.active:
        raise BadProviderId
    return agendas.complete(tx, told)
