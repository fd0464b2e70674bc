"""Section 3: only real JPEGs are kept, painted anew, whole or not at all."""

import asyncio
import io
import json
import struct
import threading
import zipfile
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from PIL import Image

from nabz.residency.errors.faults import guid_of
from nabz.residency.service import pictures
from tests.residency.office import IMAGE, NOT_FOUND, Office, a_picture, base64_of

PICTURE = guid_of("picture", "Image")
GPS = 0x8825


async def kept(simad: Office, student: str) -> pictures.Painted:
    """The picture of a resident as it is kept."""
    one = await simad.resident(student)
    found = await simad.db.read(pictures.show, one.id)
    assert found is not None
    assert found.digest == one.picture == sha256(found.content).hexdigest()
    return found


def with_place() -> bytes:
    """A picture in which a camera has noted where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "a camera of ours"
    exif.get_ifd(GPS)[2] = (35.0, 41.0, 21.0)
    return a_picture(exif=exif, comment=b"taken at home")


def of_size(width: int, height: int) -> bytes:
    """A picture that says to have another size than it has."""
    plain = a_picture()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def zip_bomb() -> bytes:
    """Ten megabytes of nothing in a few kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("face.jpg", bytes(10_000_000))
    return out.getvalue()


BAD = {
    "a PNG": a_picture(format_="PNG"),
    "a GIF": a_picture(format_="GIF"),
    "a zip bomb": zip_bomb(),
    "a zip bomb that begins as a JPEG": b"\xff\xd8\xff\xe0" + zip_bomb(),
    "half a JPEG": a_picture((400, 400))[:-900],
    "the signature alone": b"\xff\xd8\xff",
    "25 million points": of_size(5000, 5000),
    "4 billion points": of_size(65_000, 65_000),
    "no points": of_size(0, 0),
    "a stamp": a_picture((59, 200)),
    "more than a megabyte": a_picture() + bytes(1 << 20),
    "a page": b"<html>",
}


async def test_what_is_no_good_picture_is_refused_and_the_one_before_stays(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    await simad.put(IMAGE, {"StudentNumber": student, "Image": base64_of(a_picture())})
    before = await kept(simad, student)
    texts = set()
    for name, content in BAD.items():
        told = await simad.told(IMAGE, {"StudentNumber": student, "Image": base64_of(content)})
        assert told.keys() == {PICTURE}, name
        texts.add(told[PICTURE])
    assert len(texts) == 5, texts
    assert await kept(simad, student) == before
    assert [line.action for line in await simad.history(student)] == ["resident-added", "picture-put"]


async def test_a_picture_is_painted_anew_without_what_a_camera_notes(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    sent = with_place()
    assert b"Exif" in sent
    assert b"taken at home" in sent
    await simad.put(IMAGE, {"StudentNumber": student, "Image": base64_of(sent)})
    found = await kept(simad, student)
    for trace in (b"Exif", b"camera", b"taken at home"):
        assert trace not in found.content
    with Image.open(io.BytesIO(found.content)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (120, 160), {})
    await simad.put(IMAGE, {"StudentNumber": student, "Image": base64_of(a_picture((2400, 1200)))})
    with Image.open(io.BytesIO((await kept(simad, student)).content)) as picture:
        assert picture.size == (1200, 600)
    lines = await simad.history(student)
    assert [line.action for line in lines] == ["resident-added", "picture-put", "picture-put"]
    assert lines[2].facts["picture"] == [found.digest, (await simad.resident(student)).picture]


async def test_a_picture_comes_in_base64_of_all_forms_in_bytes_or_as_a_file(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    content = a_picture(shade=3, quality=30)
    plain = base64_of(content)
    assert set(plain) & set("+/")
    folded = "\r\n".join(plain[at : at + 76] for at in range(0, len(plain), 76))
    address = plain.replace("+", "-").replace("/", "_").rstrip("=")
    forms = (plain, folded, address, plain.rstrip("="), f"data:image/jpeg;base64,{plain}", f" {plain} ", list(content))
    for form in forms:
        await simad.put(IMAGE, {"studentnumber": int(student), "IMAGE": form})
    await simad.put(IMAGE, json.dumps({"StudentNumber": student, "Image": plain}).replace("/", "\\/"))
    bound = "----simad"
    body = (
        f'--{bound}\r\ncontent-disposition: form-data; name="studentNumber"\r\n\r\n{student}\r\n'
        f'--{bound}\r\ncontent-disposition: form-data; name="Image"; filename="a.jpg"\r\n\r\n'
    ).encode()
    whole = body + content + f"\r\n--{bound}--\r\n".encode()
    sent = {"content-type": f"multipart/form-data; boundary={bound}"}
    answer = await simad.post(IMAGE, whole, **sent)
    assert answer.status_code == 200, answer.text
    assert len(await simad.history(student)) == 2, "the same picture changes nothing"
    assert (await simad.post(IMAGE, whole[:-20], **sent)).status_code == 400
    for wrong, rule in (
        ("?", "unreadable"),
        ("/9j", "picture"),
        ("/9j/4", "unreadable"),
        (7, "unreadable"),
        ([256], "unreadable"),
        ({"a": 1}, "unreadable"),
        (None, "required"),
        ("", "required"),
        ("data:image/jpeg;base64,", "required"),
    ):
        told = await simad.told(IMAGE, {"StudentNumber": student, "Image": wrong})
        assert told.keys() == {guid_of(rule, "Image")}, wrong
    assert (await simad.told(IMAGE, {})).keys() == {guid_of("required", "Image"), guid_of("required", "StudentNumber")}
    assert (await simad.told(IMAGE, {"StudentNumber": "nobody", "Image": plain})).keys() == {NOT_FOUND}


async def test_a_picture_that_is_too_large_is_told_so_and_a_flood_is_not_read(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    headers = {"token": await simad.token()}
    for size, status in ((1_060_000, 400), (1_200_000, 400), (5_000_000, 400), (9_000_000, 413)):
        file = {"Image": ("a.jpg", a_picture() + bytes(size))}
        answers = [
            await simad.client.post(IMAGE, data={"StudentNumber": student}, files=file, headers=headers),
            await simad.client.post(
                IMAGE, json={"StudentNumber": student, "Image": base64_of(bytes(size))}, headers=headers
            ),
        ]
        for answer in answers:
            assert answer.status_code == status, size
            assert ("تصویر بزرگ‌تر از یک مگابایت است" in answer.text) == (status == 400)
            assert (PICTURE in answer.text) == (status == 400)


async def test_two_pictures_at_most_are_painted_at_once(simad: Office) -> None:
    students = [(await simad.registered())["StudentNumber"] for _ in range(6)]
    before = set(threading.enumerate())
    await asyncio.gather(
        *(simad.put(IMAGE, {"StudentNumber": each, "Image": base64_of(a_picture((900, 900)))}) for each in students)
    )
    assert any(each.name.startswith("picture") for each in threading.enumerate())
    assert sum(each.name.startswith("picture") for each in set(threading.enumerate()) - before) <= 2


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_two_hundred_megabytes_are_refused_before_they_are_read(kind: str, simad: Office) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3200):
            read += 65_536
            yield b'--x\r\n{"Image": "' + b"/" * 65_520

    headers = {"token": await simad.token(), "content-type": kind}
    at_once = await simad.client.post(IMAGE, content=endless(), headers={**headers, "content-length": "209715200"})
    assert (at_once.status_code, at_once.json()["status"], read) == (413, 413, 0)
    if kind == "application/json":
        later = await simad.client.post(IMAGE, content=endless(), headers=headers)
        assert later.status_code == 413
        assert read < 12_000_000, "some of it is let go by, so that the answer is heard"


async def test_whoever_reads_a_picture_while_it_is_replaced_has_one_of_both_whole(simad: Office) -> None:
    student = (await simad.registered())["StudentNumber"]
    both = [base64_of(a_picture((300, 300), shade=shade)) for shade in (10, 240)]
    await simad.put(IMAGE, {"StudentNumber": student, "Image": both[0]})
    id_ = (await simad.resident(student)).id
    over = False

    async def replace() -> None:
        nonlocal over
        for number in range(10):
            await simad.put(IMAGE, {"StudentNumber": student, "Image": both[(number + 1) % 2]})
        over = True

    async def look() -> set[str]:
        seen = set()
        while not over:
            found = await simad.db.read(pictures.show, id_)
            assert found is not None
            assert found.digest == sha256(found.content).hexdigest()
            seen.add(found.digest)
            await asyncio.sleep(0)
        return seen

    _, *seen = await asyncio.gather(replace(), look(), look())
    assert len(set.union(*seen)) == 2
    assert len(await simad.history(student)) == 12
