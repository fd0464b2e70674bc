"""The project's own documents, drawn from their Markdown in the pages of the portal."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

import nabz

PACKAGE = Path(nabz.__file__).parent
HOME = "index"


class Document(msgspec.Struct, frozen=True):
    """One page of the documents."""

    title: str
    html: str
    persian: bool


class Entry(msgspec.Struct, frozen=True):
    """A line of the documents' contents."""

    path: str
    title: str
    depth: int


def folder() -> Path:
    """Where the documents lie: inside the wheel, or at the top of a checkout."""
    inside = PACKAGE / "docs"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "docs"


def picture(path: str) -> Path | None:
    """A picture of the documents, if there is one of this name."""
    found = (folder() / path).resolve()
    return found if found.suffix in {".png", ".svg"} and found.is_relative_to(folder()) and found.is_file() else None


def document(path: str) -> Document | None:
    """The page at an address (`guide/tokens`), if there is one."""
    source = _source(path)
    if source is None:
        return None
    at = source.relative_to(folder()).as_posix()
    tokens = _markdown().parse(source.read_text(encoding="utf-8"))
    title = at
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            text = _text(tokens[index + 1])
            token.attrSet("id", _slug(text))
            title = text if token.tag == "h1" and title == at else title
        for inner in token.children or []:
            _point(inner, at)
    html = _markdown().renderer.render(tokens, _markdown().options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')  # wider than its page, it has to scroll by keyboard too
    return Document(title, html, persian=bool(re.search("[آ-ی]", title)))


@cache
def contents() -> tuple[Entry, ...]:
    """All pages in the order of their folders."""
    found = []
    for source in sorted(folder().rglob("*.md"), key=_order):
        path = source.relative_to(folder()).with_suffix("").as_posix()
        heading = re.search(r"^# (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
        found.append(Entry(_address(path), heading.group(1).strip() if heading else path, path.count("/")))
    return tuple(found)


def _order(source: Path) -> tuple[str, bool, str]:
    inside = source.relative_to(folder())
    return inside.parent.as_posix(), inside.stem not in {HOME, "README"}, inside.name


def _source(path: str) -> Path | None:
    clean = path.strip("/") or HOME
    for name in (f"{clean}.md", f"{clean}/{HOME}.md", f"{clean}/README.md"):
        found = (folder() / name).resolve()
        if found.is_relative_to(folder()) and found.is_file():
            return found
    return None


def _point(token: Token, at: str) -> None:
    """Turn a link to another document's file into its address here."""
    name = {"link_open": "href", "image": "src"}.get(token.type)
    target = token.attrGet(name) if name else None
    if not name or not isinstance(target, str) or "://" in target or target.startswith(("/", "#", "mailto:")):
        return
    path, hash_, anchor = target.partition("#")
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(at), path))
    if inside.startswith(".."):
        return
    address = _address(inside.removesuffix(".md")) if inside.endswith(".md") else f"/docs/{inside}"
    token.attrSet(name, address + hash_ + anchor)


def _address(path: str) -> str:
    parts = [part for part in path.split("/") if part not in {HOME, "README"}]
    return "/docs/" + "".join(f"{part}/" for part in parts)


def _text(token: Token) -> str:
    return "".join(child.content for child in token.children or [])


def _slug(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text.lower()).strip("-")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
