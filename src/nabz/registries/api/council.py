"""The medical council's inquiry, behind the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.operations import Operations
from nabz.registries.api.asking import remote_of, samples, store_of, understanding
from nabz.registries.model import ProviderIdType, read_provider_id
from nabz.registries.service import sources
from nabz.registries.wire import council as wire

if TYPE_CHECKING:
    from nabz.kit.operations import Asked

council = Operations("nezampezeshki/gwnezampezeshki", "نظام پزشکی: استعلام عضو", owner="registries")


@council.add(
    "GetMemberInfoByMcCodeNumericTypeEn",
    summary="Who a physician is, by council number",
    body=wire.CouncilRequest,
    answer=wire.CouncilAnswer,
    samples=samples("GetMemberInfoByMcCodeNumericTypeEn", "error"),
)
async def member(asked: Asked) -> wire.CouncilAnswer:
    """Answer the council's inquiry; other types than MD are not known. Raises SourceAway."""
    body: wire.CouncilRequest = asked.body
    with understanding():
        id_ = read_provider_id(ProviderIdType.MED, body.mcCodeNumeric)
    if not body.is_physician:
        return wire.CouncilAnswer.of(None)
    return wire.CouncilAnswer.of(await sources.council(store_of(asked), remote_of(asked.deps), id_, asked.now))
