"""Pictures painted anew: whole or not at all, upright, and with their points alone."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFile, _imaging

from nabz.kit.pictures import PictureBroken, PictureTooLarge, repainted

MOST = 1_000_000
ORIENTATION = 0x0112


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (80, 40), **more: Any) -> bytes:
    """A picture, red at its left and blue at its right."""
    found = Image.new("RGB", size, (250, 0, 0))
    found.paste((0, 0, 250), (size[0] // 2, 0, *size))
    painted = BytesIO()
    found.convert(mode).save(painted, kind, **more)
    return painted.getvalue()


def opened(content: bytes) -> Image.Image:
    found = Image.open(BytesIO(content))
    found.load()
    return found


def test_a_picture_is_turned_upright_and_its_notes_are_dropped() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010E] = 6, "SECRET"  # turned a quarter
    painted, width, height = repainted(picture("JPEG", exif=exif), "JPEG", most_points=MOST)
    found = opened(painted)
    assert (width, height) == found.size == (40, 80)
    assert not found.getexif()
    assert b"SECRET" not in painted
    above = found.getpixel((20, 10))
    assert isinstance(above, tuple)
    assert above[0] > 200 > above[2]


def test_what_stands_behind_the_end_of_a_picture_is_left_out() -> None:
    content = picture("JPEG")
    more = content + b"PK\x03\x04<script>" * 99
    assert repainted(more, "JPEG", most_points=MOST) == repainted(content, "JPEG", most_points=MOST)


def test_the_colours_of_a_printing_house_become_those_of_a_screen() -> None:
    painted, *_ = repainted(picture("JPEG", "CMYK"), "JPEG", most_points=MOST)
    assert opened(painted).mode == "RGB"
    grey, *_ = repainted(picture("JPEG", "L"), "JPEG", most_points=MOST)
    assert opened(grey).mode == "L"


def test_a_picture_that_has_lost_its_end_is_broken() -> None:
    photograph, drawing = picture("JPEG", size=(200, 100)), picture("PNG", size=(200, 100))
    for cut in (1, 2, 40, 400, 1200):
        with pytest.raises(PictureBroken):
            repainted(photograph[:-cut], "JPEG", most_points=MOST)
    for cut in (40, 200):
        with pytest.raises(PictureBroken):
            repainted(drawing[:-cut], "PNG", most_points=MOST)


def test_half_a_picture_is_broken_even_where_others_let_it_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as after the first page that is made a PDF
    with pytest.raises(PictureBroken):
        repainted(picture("JPEG", size=(200, 100))[:-400], "JPEG", most_points=MOST)


def test_a_large_picture_never_stands_whole_in_the_memory() -> None:
    sent = picture("JPEG", "CMYK", (4000, 4000))  # 64 MB of points
    _imaging.reset_stats()
    painted, *sides = repainted(sent, "JPEG", most_points=16_000_000, longest_side=1000)
    assert _imaging.get_stats()["allocated_blocks"] <= 3, "blocks of 16 MB"
    assert sides == [1000, 1000]
    red, blue = opened(painted).getpixel((200, 500)), opened(painted).getpixel((800, 500))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > red[2]
    assert blue[2] > 200 > blue[0]


def test_a_picture_of_another_format_or_too_many_points_is_refused() -> None:
    for content in (picture("PNG"), picture("GIF", "P"), b"", b"\xff\xd8\xff" + bytes(99)):
        with pytest.raises(PictureBroken):
            repainted(content, "JPEG", most_points=MOST)
    with pytest.raises(PictureTooLarge):
        repainted(picture("JPEG"), "JPEG", most_points=80 * 40 - 1)
    with pytest.raises(PictureTooLarge):
        repainted(picture("PNG", "1", (14_000, 14_000)), "PNG", most_points=MOST)


def test_a_large_picture_is_made_smaller_and_a_small_one_stays() -> None:
    for size, kept in (((800, 400), (100, 50)), ((40, 90), (40, 90)), ((30, 200), (15, 100))):
        painted, *sides = repainted(picture("JPEG", size=size), "JPEG", most_points=MOST, longest_side=100)
        assert tuple(sides) == opened(painted).size == kept
