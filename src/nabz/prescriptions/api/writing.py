"""Creating, fetching, editing and deleting at their official addresses, in all generations (TAMIN-WIRE 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.api.door import official
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import doctor_code, number_of
from nabz.prescriptions.service import diagnoses, reading, writing
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.polling import Patience
from nabz.prescriptions.service.translating import Translations
from nabz.prescriptions.service.writing import Desk, must_be_writer
from nabz.prescriptions.wire.envelope import Resulting
from nabz.prescriptions.wire.writing import answers, details
from nabz.prescriptions.wire.writing.requests import Create, Edit, edited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import ItemDraft, Prescription

P: Final = "/interface/epresc/SendEpresc"
T: Final = "/api/SendEpresc"
OF: Final = "{headerID}/{docId}"
OF_BOTH: Final = "{headerID}/{docNationalCode}/{docId}"

FIRST: Final = (P, T)
LATER: Final = (f"{P}/v7", f"{P}/v2", "/api/v2/SendEpresc", f"{T}/v2", f"{T}/v7")

SAMPLES: Final = tuple(
    f"tamin/create_{kind}.request.json"
    for kind in (
        "drug",
        "lab",
        "visit",
        "dentistry",
        "nursing",
        "referral",
        "feedback",
        "hospital",
        "second_doctor",
    )
)


def _with_code(*paths: str) -> tuple[str, ...]:
    """Give addresses also with the physician's one-time code at their end, for which nobody asks since 1.9."""
    return tuple(each for path in paths for each in (path, f"{path}/{{otpCode}}"))


@official.op(
    "POST",
    LATER,
    operation="create",
    summary="Write a prescription",
    api="epresc",
    body=Create,
    answer=Resulting,
    refuse=answers.not_created,
    samples=(*SAMPLES, "tamin/create.response.json"),
)
async def create(sent: Sent) -> Resulting:
    """Raises the problems of errors.writing; the same prescription again is Duplicate."""
    return answers.created(await _create(sent))


@official.op(
    "POST",
    FIRST,
    operation="create",
    summary="Write a prescription (first generation)",
    api="epresc",
    body=Create,
    answer=Resulting,
    refuse=answers.not_created_first,
    generation=1,
    samples=(*SAMPLES, "tamin/create.response.json"),
)
async def create_first(sent: Sent) -> Resulting:
    """Raises what `create` raises."""
    return answers.created(await _create(sent))


async def _create(sent: Sent) -> Prescription:
    body: Create = sent.body
    told = body.draft()
    items = await translated(sent, told.items)
    draft = msgspec.structs.replace(told, items=tuple(items))
    one = await writing.create(Desk.of(sent.deps), sent.db, draft, sent.caller, sent.now, sent.key)
    sent.notes |= await diagnoses.check(sent.db, draft)
    return one


@official.op(
    "GET",
    (
        f"{P}/v2/{OF}",
        f"/api/v2/ep/{OF_BOTH}/detail",
        f"{T}/v2/{OF}",
        f"{P}/{OF}",
        f"{T}/{OF}",
        f"/api/ep/{OF_BOTH}/detail",
    ),
    operation="fetch",
    summary="The items of a physician's own prescription",
    api="epresc",
    answer=list[details.Detail],
    samples=("tamin/detail.response.json", "tamin/detail_lab.response.json", "tamin/detail.refused.response.json"),
)
async def fetch(sent: Sent) -> list[details.Detail]:
    """Another physician's is as if it did not exist. Raises NotThere, AskedTooOften."""
    await ask(sent)
    one = await _own(sent)
    keys = [(item.type, item.code) for item in one.items]
    written_on = jalali.compact(jalali.day_of(one.created_at))
    catalogue = sent.deps.own(Catalogue, Catalogue)
    return details.of(one, await catalogue.many(sent.db, keys, written_on, sent.now))


@official.op(
    "POST",
    _with_code(
        f"{P}/v2/edit/{OF}",
        f"/api/v2/ep/update/{OF_BOTH}",
        f"{T}/v2/edit/{OF}",
        f"{P}/edit/{OF}",
        f"{T}/edit/{OF}",
        f"/api/ep/update/{OF_BOTH}",
    ),
    operation="edit",
    summary="Put other items in the place of a prescription's: a bare array",
    api="epresc",
    body=Edit,
    answer=answers.Changed,
    refuse=answers.not_changed,
    samples=("tamin/edit.request.json", "tamin/edit.response.json"),
)
async def edit(sent: Sent) -> answers.Changed:
    """Raises NotThere, EditedOnce, ActedUpon, KindNotEditable, OtherSystemEdits, ItemNotThere, those of `create`."""
    told: Edit = sent.body
    one = await _own(sent)
    desk = Desk.of(sent.deps)
    items = await translated(sent, edited(told))
    done = await writing.edit(desk, sent.db, one.id, one.doctor, items, sent.caller, sent.now, sent.key)
    return answers.edited(done)


@official.op(
    "POST",
    _with_code(
        f"{P}/v2/remove/{OF}",
        f"/api/v2/ep/{OF_BOTH}",
        f"{T}/v2/remove/{OF}",
        f"{P}/remove/{OF}",
        f"{P}/delete/{OF}",
        f"{T}/remove/{OF}",
        f"{T}/delete/{OF}",
        f"/api/ep/{OF_BOTH}",
    ),
    operation="delete",
    summary="Delete a prescription, until the end of its day",
    api="epresc",
    answer=answers.Changed,
    refuse=answers.not_changed,
    samples=("tamin/delete.response.json",),
)
async def delete(sent: Sent) -> answers.Changed:
    """Raises NotThere, ActedUpon, TooLateToDelete; what is deleted already is deleted."""
    id_ = number_of(sent.path["headerID"])
    one = await sent.db.read(reading.by_id, id_)
    must_be_code(one, sent)
    await writing.delete(sent.db, id_, sent.path["docId"], sent.caller, sent.now)
    return answers.deleted(one)


async def translated(sent: Sent, items: Sequence[ItemDraft]) -> Sequence[ItemDraft]:
    """Give items by the catalogue's codes where they name the ministry's."""
    deps = sent.deps
    ours = deps.own(Translations, lambda: Translations(deps.own(Catalogue, Catalogue)))
    return await ours.translate(sent.db, items, sent.now)


async def ask(sent: Sent, name: str = "headerID") -> None:
    """Count who asks for one prescription again and again. Raises AskedTooOften."""
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, sent.path[name], sent.now)


async def _own(sent: Sent) -> Prescription:
    """Read the prescription of an address, if the physician of the address wrote it. Raises NotThere."""
    one = await reading.at(sent.db, number_of(sent.path["headerID"]))
    must_be_code(one, sent)
    must_be_writer(one, sent.path["docId"], sent.caller)
    return one


def must_be_code(one: Prescription, sent: Sent) -> None:
    """Refuse an address that names another physician's national code. Raises NotThere."""
    told = sent.path.get("docNationalCode")
    if told is not None and doctor_code(told) != one.doctor_code:
        raise NotThere
