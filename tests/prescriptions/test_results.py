"""What may stand in a result, and what is kept of files: by their content, and nothing that runs or hides."""

import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from nabz.prescriptions.errors import results as wrong
from nabz.prescriptions.model.results import FileSent, Numeric, Sent, checked
from nabz.prescriptions.service.results.pictures import keep


def pdf(change: Any = None) -> bytes:
    """A PDF of one blank page, changed as told."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change is not None:
        change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def picture(kind: str, **more: Any) -> bytes:
    """A picture of 40 by 20 points, wider than high."""
    painted = BytesIO()
    Image.new("RGB", (40, 20), (10, 20, 200)).save(painted, kind, **more)
    return painted.getvalue()


def test_low_and_high_values_are_flagged_where_their_limits_tell() -> None:
    """A laboratory's own flag stays; a word has none."""
    numbers = (
        Numeric("Glucose", "۵۵", "mg/dL", "70", "100"),
        Numeric("Glucose", "101", "mg/dL", "70", "100"),
        Numeric("Glucose", "70", "mg/dL", "70", "100"),
        Numeric("HBsAg", "منفی", range="منفی"),
        Numeric("K", "7.9", "mmol/L", "3.5", "5.1", flag="hh"),
    )
    assert [each.flag for each in checked(Sent(numbers=numbers)).numbers] == ["L", "H", "N", "", "HH"]


@pytest.mark.parametrize(
    "sent",
    [
        Sent(numbers=(Numeric("", "1"),)),
        Sent(numbers=(Numeric("a", ""),)),
        Sent(numbers=(Numeric("a", "1", low="x"),)),
        Sent(numbers=(Numeric("a", "1", low="5", high="4"),)),
        Sent(numbers=(Numeric("a", "1", flag="?"),)),
        Sent(text="x" * 50_001),
        Sent(text="a\0"),
    ],
)
def test_numbers_and_texts_that_say_nothing_are_refused(sent: Sent) -> None:
    """The field is named."""
    with pytest.raises(wrong.ResultForm):
        checked(sent)


def test_a_result_needs_a_number_a_text_or_a_file() -> None:
    """A title alone is no result."""
    with pytest.raises(wrong.ResultEmpty):
        checked(Sent(title="CBC"))


def test_pictures_are_kept_upright_and_without_what_a_camera_notes() -> None:
    """Place, texts and comments are gone, and what they said of the direction is done."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SECRET-CAMERA"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET-AUTHOR")
    sent = [
        FileSent("a.jpg", picture("JPEG", exif=exif, comment=b"SECRET-COMMENT")),
        FileSent("b.pdf", picture("PNG", pnginfo=texts)),
    ]
    kept, contents = keep(sent)
    assert [each.type for each in kept] == ["image/jpeg", "image/png"]
    assert not any(b"SECRET" in each or b"Exif" in each for each in contents)
    with Image.open(BytesIO(contents[0])) as upright:
        assert upright.size == (20, 40)


def test_a_plain_pdf_is_kept_byte_by_byte() -> None:
    """Its own compressed streams are no offence."""
    plain = pdf()
    (kept,), (content,) = keep([FileSent("r.pdf", plain)])
    assert (kept.type, kept.size, content) == ("application/pdf", len(plain), plain)


def doing(kind: str) -> Any:
    """Let a PDF do something when it is opened."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject(kind)})

    return change


ACTIVE = {
    "a script": pdf(doing("/JavaScript")),
    "a launch": pdf(doing("/Launch")),
    "an attachment": pdf(doing("/EmbeddedFile")),
    "a script whose name is escaped": pdf(doing("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript"),
    "a lock": pdf().replace(b"/Root", b"/Encrypt 9 0 R /Root"),
}


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_pdf_that_does_something_is_refused(content: bytes) -> None:
    """Whatever it calls itself."""
    with pytest.raises(wrong.PdfActive):
        keep([FileSent("r.pdf", content)])


def test_a_script_in_compressed_objects_is_found() -> None:
    """Objects may be kept in a stream; one that cannot be unpacked is not believed."""
    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>")
    for stream in (packed, packed[:-8]):
        hidden = b"9 0 obj << /Type /ObjStm /Filter /FlateDecode /N 1 >> stream\n" + stream + b"\nendstream endobj\n"
        with pytest.raises(wrong.PdfActive):
            keep([FileSent("r.pdf", pdf().replace(b"%%EOF", hidden + b"startxref\n0\n%%EOF"))])


BROKEN = {
    "a PDF without its end": (pdf()[:-60], wrong.PdfBroken),
    "a picture without its end": (picture("PNG")[:-30], wrong.PictureBroken),
    "a picture in name only": (b"\xff\xd8\xff" + bytes(200), wrong.PictureBroken),
    "a program": (b"MZ" + bytes(200), wrong.FileKindRefused),
    "a page": (b"<html><script>1</script>", wrong.FileKindRefused),
    "nothing": (b"", wrong.FileKindRefused),
}


@pytest.mark.parametrize(("content", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_whole_file_of_its_kind_is_refused(content: bytes, problem: Any) -> None:
    """The name says PDF; the content decides."""
    with pytest.raises(problem):
        keep([FileSent("r.pdf", content)])


def test_a_picture_that_would_fill_the_memory_is_not_opened() -> None:
    """Its head alone is looked at: 8,000 by 8,000 points in 8 kB, and 100 million."""
    for side in (8000, 10_000, 20_000):
        painted = BytesIO()
        Image.new("1", (side, side)).save(painted, "PNG")
        assert len(painted.getvalue()) < 100_000
        with pytest.raises(wrong.PictureTooLarge):
            keep([FileSent("bomb.png", painted.getvalue())])
