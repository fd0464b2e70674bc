"""The civil registry's inquiry, behind the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.operations import Operations
from nabz.registries.api.asking import remote_of, samples, store_of, understanding
from nabz.registries.errors import BadPersonId, SourceAway
from nabz.registries.model import PersonIdType, read_person_id
from nabz.registries.service import sources
from nabz.registries.wire import identity as wire

if TYPE_CHECKING:
    from nabz.kit.operations import Asked

identity = Operations("sabtahval/gwsabt", "ثبت احوال: استعلام هویت", owner="registries")


@identity.add(
    "getEstelam3",
    summary="Who a person is, by national code and birth date",
    body=wire.IdentityRequest,
    answer=wire.IdentityAnswer,
    samples=samples("getEstelam3", "error"),
)
async def inquire(asked: Asked) -> wire.IdentityAnswer:
    """Answer the identity inquiry; what the registry refuses, it refuses by a message."""
    told: wire.PersonInformation = asked.body.personInformation
    with understanding():
        birth = told.birth()
    try:
        id_ = read_person_id(PersonIdType.NATIONAL_CODE, told.nin or "")
        person = await sources.identity(store_of(asked), remote_of(asked.deps), id_, birth, asked.now)
    except BadPersonId:
        return wire.IdentityAnswer.refusing(wire.CODE_WRONG)
    except SourceAway:
        return wire.IdentityAnswer.refusing(wire.NOT_REACHABLE)
    return wire.IdentityAnswer.of(person)
