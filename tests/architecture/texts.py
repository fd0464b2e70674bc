"""Rules about letters: Persian ones, style sheets, templates, and what must not be in a committed file."""

import csv
import re
from collections.abc import Iterator

from tests.architecture.tree import Tree, line_of

CODE = (".py", ".html", ".js", ".mjs", ".css", ".toml", ".yml", ".txt", ".xml", ".sql")
# Built or foreign files, and official texts that are kept word for word.
EXEMPT = re.compile(r"^samples/|/data/|/static/swagger/|\.min\.|^frontend/package-lock|\.lock$|^docs/.*\.json$")


def letters_are_persian(tree: Tree) -> Iterator[str]:
    """No Arabic yeh or kaf: who needs one in code writes its escape."""
    arabic = re.compile("[\u064a\u0643]")
    for path, text in tree.items():
        if path.endswith(CODE) and not EXEMPT.search(path):
            for match in arabic.finditer(text):
                yield f"{path}:{line_of(text, match)}: an Arabic letter U+{ord(match[0]):04X}"


def style_has_no_left_and_right(tree: Tree) -> Iterator[str]:
    """Logical sides only (inline-start, ms-, text-start), so that one page serves both directions."""
    css = re.compile(
        r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)\b"
        r"|border-(?:top|bottom)-(?:left|right)-radius|(?:left|right)\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
    )
    classes = re.compile(
        r"(?<![\w-])-?(?:ml|mr|pl|pr|left|right|border-l|border-r|rounded-l|rounded-r|rounded-tl|rounded-tr"
        r"|rounded-bl|rounded-br|text-left|text-right|float-left|float-right)(?:-[\w./\[\]]+)?(?=[\s\"':]|$)"
    )
    attribute = re.compile(r"\bclass=\"([^\"]*)\"|\bstyle=\"([^\"]*)\"")
    for path, text in tree.items():
        if EXEMPT.search(path):
            continue
        if path.endswith(".css") and not text.startswith("/*! tailwindcss"):
            for match in css.finditer(text):
                yield f"{path}:{line_of(text, match)}: {match[0]}"
            for rule in re.finditer(r"@apply ([^;]*)", text):
                if found := classes.search(rule[1]):
                    yield f"{path}:{line_of(text, rule)}: {found[0]}"
        if path.endswith(".html"):
            for match in attribute.finditer(text):
                found = classes.search(match[1]) if match[1] else css.search(match[2] or "")
                if found:
                    yield f"{path}:{line_of(text, match)}: {found[0]}"


def pages_ask_no_other_machine(tree: Tree) -> Iterator[str]:
    """Scripts, styles, fonts and pictures come from us; a link that a person clicks may lead away."""
    asking = re.compile(
        r"<(?:script|img|iframe|link|source|audio|video)\b[^>]*\b(?:src|href|srcset)\s*=\s*[\"'](?:https?:)?//[^>]*>"
        r"|@import\s+(?:url\()?[\"']?(?:https?:)?//|url\([\"']?(?:https?:)?//",
        re.IGNORECASE,
    )
    for path, text in tree.items():
        if path.startswith("src/") and path.endswith((".html", ".css")) and "/static/swagger/" not in path:
            for match in asking.finditer(text):
                yield f"{path}:{line_of(text, match)}: {match[0][:80]}"


def committed_files_know_no_machine(tree: Tree) -> Iterator[str]:
    """No address of a package index and no path of one machine."""
    machine = re.compile(
        r"index[-]url|find[-]links|\"resolved\":\s*\"http|registry\s*[:=]\s*\"?http|://[^\s\"]*/(?:simple|packages)/"
        r"|(?:^|[^\w.])/(?:work|farm|root|home/\w+|opt/\w+)/",
        re.MULTILINE,
    )
    for path, text in tree.items():
        if path.endswith(".svg") or "/static/swagger/" in path or path == "tests/architecture/texts.py":
            continue
        for match in machine.finditer(text):
            yield f"{path}:{line_of(text, match)}: {match[0].strip()}"


REPLAY = "samples/REPLAY.csv"
COMPARED = {"exchange", "shape", "no pair"}


def samples_are_replayed(tree: Tree) -> Iterator[str]:
    """Every official sample has a row that says what is compared, where it comes from, and which test does it."""
    samples = {path for path in tree if path.startswith("samples/") and path not in {REPLAY, "samples/README.md"}}
    if not samples and REPLAY not in tree:
        return
    rows = list(csv.DictReader(tree.get(REPLAY, "").splitlines()))
    named = {f"samples/{row['file']}": row for row in rows if "file" in row}
    for path in sorted(samples - named.keys()):
        yield f"{path}: no row in {REPLAY}"
    for path, row in named.items():
        file, _, function = (row.get("test") or "").partition("::")
        if path not in samples:
            yield f"{REPLAY}: {path} does not exist"
        if row.get("compared") not in COMPARED:
            yield f"{REPLAY}: {path}: compared is one of {', '.join(sorted(COMPARED))}, not {row.get('compared')!r}"
        if not row.get("source"):
            yield f"{REPLAY}: {path}: which document, which section?"
        if row.get("compared") != "no pair" and (file not in tree or f"def {function}" not in tree[file]):
            yield f"{REPLAY}: {path}: there is no test {row.get('test')!r}"
