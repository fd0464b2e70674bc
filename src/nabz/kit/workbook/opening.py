"""A workbook's package: its sheets, its strings, which of its formats are dates.

We read it ourselves: what others offer keeps something of each row, or loses itself in a file that means harm.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

import msgspec

from nabz.kit.workbook.problems import WorkbookRefused, refused
from nabz.kit.workbook.zipped import check_bomb, check_zip

MOST_BYTES: Final = 1 << 30
LONGEST_TITLE: Final = 200
LONGEST_CELL: Final = 40_000
_MOST_STRINGS: Final = 4_000_000
_MOST_LETTERS: Final = 1 << 26
MOST_OF_PART: Final = 1 << 20
MOST_ELEMENTS: Final = 10_000
"""What tells of a workbook is small: its list of sheets, its styles, how its parts go together."""

_BLOCK: Final = 1 << 16
_ROOT: Final = "_rels/.rels"
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of the formats for dates and times that need not be written out, those of East Asia among them."""

_DATE_LETTERS: Final = re.compile("[dmyhs]", re.IGNORECASE)
_NO_FORMAT: Final = re.compile(r'"[^"]*"|\\.|_.|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', re.IGNORECASE)
_FAULTS: Final = (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, EOFError, NotImplementedError)

_STYLES: Final = frozenset(("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"))

Attributes = dict[str, str]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet by its name, and its part of the package."""

    name: str
    part: str


class Strings:
    """The strings that the cells share, all in one piece."""

    def __init__(self) -> None:
        self._pool = bytearray()
        self._ends = array("Q", [0])

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise KeyError(number)
        return self._pool[self._ends[number] : self._ends[number + 1]].decode()

    def add(self, text: str) -> None:
        self._pool += text.encode()
        self._ends.append(len(self._pool))
        if len(self._ends) > _MOST_STRINGS or len(self._pool) > _MOST_LETTERS:
            raise refused(
                "متن‌های فایل اکسل بیش از اندازه است؛ آن را به صورت CSV بفرستید",
                "the workbook holds too much text: send it as CSV",
            )


class Workbook:
    """An opened workbook; nothing of it is kept open between two readings."""

    def __init__(self, path: Path) -> None:
        self._path = path
        infos = check_zip(path)
        check_bomb(infos, MOST_BYTES)
        self._sizes = {one.filename: one.file_size for one in infos}
        with faults():
            self._read_parts()

    def _read_parts(self) -> None:
        root = self._related("", "officeDocument")
        main = next(iter(root.values()))
        parts = self._related(main, "worksheet")
        self.sheets = [
            Sheet(attributes.get("name", ""), parts[part])
            for _, attributes in self._starts(main, "sheet")
            if (part := _local(attributes, "id")) in parts
        ]
        core = next(iter(self._related("", "core-properties").values()), "")
        self.title = self._title(core) if core else ""
        strings, styles = (next(iter(self._related(main, kind).values()), "") for kind in ("sharedStrings", "styles"))
        self.strings = self._strings(strings) if strings else Strings()
        self.dates = self._dates(styles) if styles else frozenset[str]()

    def size(self, part: str) -> int:
        """Give how many bytes a part has."""
        return max(self._sizes.get(part, 1), 1)

    @contextmanager
    def open(self, part: str) -> Iterator[IO[bytes]]:
        """Open a part for reading. Raises WorkbookRefused when the package is damaged."""
        with faults(), zipfile.ZipFile(self._path) as package, package.open(part) as stream:
            yield stream

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Give the parts of a kind that a part names, by the marks that it gives them."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels") if part else _ROOT
        return {
            attributes["Id"]: posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            for _, attributes in self._starts(relations, "Relationship")
            if attributes.get("Type", "").endswith(f"/{kind}")
        }

    def _starts(self, part: str, *names: str) -> list[tuple[str, Attributes]]:
        """Give the elements of some names that a small part holds, in their order."""
        reader = _NamesReader(frozenset(names))
        self._read_small(part, parser_of(reader.start))
        return reader.found

    def _read_small(self, part: str, parser: expat.XMLParserType) -> None:
        with self.open(part) as stream:
            for count in fed(parser, stream):
                if count > MOST_OF_PART:
                    raise _too_large()

    def _title(self, part: str) -> str:
        reader = _TitleReader()
        self._read_small(part, parser_of(reader.start, reader.end, reader.text))
        return reader.title.strip()

    def _strings(self, part: str) -> Strings:
        reader = _StringReader()
        with self.open(part) as stream:
            for _ in fed(parser_of(reader.start, reader.end, reader.text), stream):
                pass
        return reader.strings

    def _dates(self, part: str) -> frozenset[str]:
        """Give the numbers of the styles that show a number as a date."""
        own: set[str] = set()
        styles: list[str] = []
        inside = False
        for name, attributes in self._starts(part, "numFmt", "xf", *_STYLES):
            if name == "numFmt" and _shows_date(attributes.get("formatCode", "")):
                own.add(attributes["numFmtId"])
            elif name in _STYLES:
                inside = name == "cellXfs"
            elif name == "xf" and inside:
                styles.append(attributes.get("numFmtId", "0"))
        return frozenset(str(number) for number, style in enumerate(styles) if style in own or _is_date(style))


def _shows_date(code: str) -> bool:
    """Tell whether a format shows a number as a date: by its letters, but those in brackets and quotes."""
    return bool(_DATE_LETTERS.search(_NO_FORMAT.sub("", code.partition(";")[0])))


def _is_date(style: str) -> bool:
    return style.isdecimal() and int(style) in _DATES


class _NamesReader:
    def __init__(self, names: frozenset[str]) -> None:
        self.found: list[tuple[str, Attributes]] = []
        self._names = names

    def start(self, name: str, attributes: Attributes) -> None:
        name = bare(name)
        if name in self._names:
            self.found.append((name, attributes))
            if len(self.found) > MOST_ELEMENTS:
                raise _too_large()


class _StringReader:
    def __init__(self) -> None:
        self.strings = Strings()
        self._texts = Texts()

    def start(self, name: str, _attributes: Attributes) -> None:
        self._texts.start(bare(name))

    def end(self, name: str) -> None:
        name = bare(name)
        self._texts.end(name)
        if name == "si":
            self.strings.add(self._texts.taken())

    def text(self, text: str) -> None:
        self._texts.text(text)


class _TitleReader:
    def __init__(self) -> None:
        self.title = ""
        self._inside = False

    def start(self, name: str, _attributes: Attributes) -> None:
        self._inside = bare(name) == "title"

    def end(self, _name: str) -> None:
        self._inside = False

    def text(self, text: str) -> None:
        if self._inside and len(self.title) < LONGEST_TITLE:
            self.title += text


class Texts:
    """The text of a cell as its pieces come in, without the signs that tell how it is spoken."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = self._spoken = False
        self._length = 0

    def start(self, name: str) -> None:
        if name in {"t", "v"}:
            self._open = not self._spoken
        elif name == "rPh":
            self._spoken = True

    def end(self, name: str) -> None:
        if name in {"t", "v"}:
            self._open = False
        elif name == "rPh":
            self._spoken = False

    def text(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise refused("متن خانه‌ای بیش از اندازه است", "a cell holds too much text")

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text


def parser_of(
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> expat.XMLParserType:
    """Give a parser that takes no definitions, so that no text can swell up."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_definitions
    return parser


def fed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[int]:
    """Feed a parser block by block; give how many bytes it has had."""
    count = 0
    while block := stream.read(_BLOCK):
        parser.Parse(block)
        count += len(block)
        yield count
    parser.Parse(b"", True)  # noqa: FBT003 - it takes no names
    yield count


def bare(name: str) -> str:
    """Give the name of an element without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def _local(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if key.endswith(f":{name}")), "")


def _too_large() -> WorkbookRefused:
    return refused(
        "فهرست برگه‌ها یا قالب‌های فایل اکسل بیش از اندازه است؛ آن را به صورت CSV بفرستید",
        "the list of sheets or of formats of the workbook is too large: send it as CSV",
    )


def _refuse_definitions(*_definition: object) -> None:
    raise refused("فایل اکسل خراب است", "the workbook is damaged")


@contextmanager
def faults() -> Iterator[None]:
    """Turn what a damaged package leads to into one problem."""
    try:
        yield
    except _FAULTS as fault:
        raise refused("فایل اکسل خراب است", "the workbook is damaged") from fault
