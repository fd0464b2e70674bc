"""Sections 2 and 3: residents and their pictures."""

from __future__ import annotations

from nabz.kit.ids import new_id
from nabz.kit.persian import ascii_digits
from nabz.residency.api.bodies import message, picture, wrong_picture
from nabz.residency.api.door import Sent, simad
from nabz.residency.errors import PictureRefused, Refused, ResidentNotFound
from nabz.residency.errors.faults import fault
from nabz.residency.model.rules import resident_faults
from nabz.residency.service import pictures, residents
from nabz.residency.wire.requests import ImageSent, ResidentSent


@simad.op(
    "POST",
    "/api2/Residents/AddOrUpdate",
    operation="Residents/AddOrUpdate",
    summary="Register a resident, or change one by the student number",
    body=ResidentSent,
    samples=("Residents_AddOrUpdate.proposed.request.json", "Residents_AddOrUpdate.error.json"),
)
async def put_resident(sent: Sent) -> None:
    """Register a resident, or change one (2)."""
    draft, read = (await message(sent.call, ResidentSent)).draft()
    if read.faults:
        raise Refused(*read.merged(resident_faults(residents.tidy(draft), sent.now)))
    await residents.send(sent.db, draft, sent.caller, new_id(), sent.now)


@simad.op(
    "POST",
    "/api2/Residents/UploadImage",
    operation="Residents/UploadImage",
    summary="Send the picture of a resident, in the place of the one before",
    body=ImageSent,
    keeps_bodies=False,
    kinds=("json", "parts"),
    samples=("Residents_UploadImage.proposed.request.json",),
)
async def upload_image(sent: Sent) -> None:
    """Put the picture of a resident (3)."""
    number, content = await picture(sent.call)
    student = ascii_digits(number)
    # Who is not there is told before the work of painting.
    if await sent.db.read(residents.find, sent.caller.university, student) is None:
        raise Refused(fault("resident-not-found", "StudentNumber"))
    try:
        painted = await pictures.Easels.of(sent.deps).paint(content)
        await sent.db.write(pictures.put, student, painted, sent.caller, sent.now)
    except PictureRefused as wrong:
        raise wrong_picture(wrong) from wrong
    except ResidentNotFound as gone:
        raise Refused(fault("resident-not-found", "StudentNumber")) from gone
