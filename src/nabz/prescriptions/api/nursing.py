"""Nursing at its official addresses (TAMIN-WIRE 5.1, #30 and #31)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.looking import note_looks
from nabz.prescriptions.api.referral import asked_for, details_of, today
from nabz.prescriptions.service import nursing
from nabz.prescriptions.wire import nursing as wire
from nabz.prescriptions.wire.envelope import Resulting, resulting
from nabz.prescriptions.wire.referral import Listed, NoteHead, listed, note_head

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent

P: Final = "/interface/epresc/SendEpresc"
OF: Final = "{siamId}/{nationalCode}"


@official.op(
    "GET",
    (
        f"{P}/v7/cartableNurse/getAll/{OF}",
        f"/api/v7/cartable-nurse/get-all/{OF}",
        f"{P}/v2/cartableNurse/getAll/{OF}",
        f"/ep/api/v7/cartable-nurse/get-all/{OF}",
        f"/api/v2/cartable-nurse/get-all/{OF}",
    ),
    operation="nursing-cartable",
    summary="What waits for a centre's nurses, by patient",
    api="epresc",
    answer=Listed[NoteHead],
    samples=("tamin/nursing_cartable.response.json",),
)
async def cartable(sent: Sent) -> Listed[NoteHead]:
    """Raises PatientWrong, CentreNotYours."""
    siam, patient = sent.path["siamId"], await asked_for(sent)
    found = await sent.db.read(nursing.cartable, siam, patient, today(sent), sent.caller)
    await note_looks(sent, [patient], siam)
    return listed([note_head(one, await details_of(sent, one)) for one in found])


@official.op(
    "POST",
    (
        f"{P}/v7/cartableNurse/saveEprsc",
        "/ep/api/v7/cartable-nurse/save",
        "/api/v7/cartable-nurse/save",
        f"{P}/v2/cartableNurse/saveEprsc",
        "/api/v2/cartable-nurse/save",
    ),
    operation="nursing-save",
    summary="Note what a nurse has done; the same again is the same answer",
    api="epresc",
    body=wire.Save,
    answer=Resulting,
    refuse=resulting,
    samples=("tamin/nursing_save.request.json", "tamin/nursing_save.response.json"),
)
async def save(sent: Sent) -> Resulting:
    """Raises SiamMissing, CentreNotYours, NurseWrong, NothingDone, NursingNotThere, NursingDone."""
    body: wire.Save = sent.body
    nurse, siam = body.nurseNationalCode or "", body.siamId or ""
    done = await sent.db.write(nursing.do, siam, body.ids(), nurse, today(sent), sent.caller, sent.now)
    return wire.saved(done)
