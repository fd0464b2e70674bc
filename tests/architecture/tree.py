"""A tree of files as a check sees it: the repository's own, or a small bad one made up for the check's test."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Tree = Mapping[str, str]
"""Path from the repository's root, with slashes, to text."""

NOT_DOMAINS = {"kit", "web", "cli", "client", "testing", "migrations"}


class Files(dict[str, str]):
    """A tree that does not print itself whole when a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} files>"


def repository() -> Tree:
    """Every text file that git has or would take."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    found = Files()
    for name in listed.stdout.decode().split("\0"):
        if name and (path := ROOT / name).is_file():
            raw = path.read_bytes()
            if b"\0" not in raw[:8000]:
                found[name] = raw.decode("utf-8", errors="replace")
    return found


def python(tree: Tree, *folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The parsed Python files under the folders."""
    for path, text in tree.items():
        if path.endswith(".py") and path.startswith(folders or ("src/nabz/",)):
            yield path, parsed(text)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def domain_and_file(path: str) -> tuple[str, str] | None:
    """("access", "service") for src/nabz/access/service/enter.py and for src/nabz/access/service.py; None elsewhere."""
    parts = path.removeprefix("src/nabz/").split("/")
    if not path.startswith("src/nabz/") or len(parts) < 2 or parts[0] in NOT_DOMAINS:
        return None
    return parts[0], parts[1].removesuffix(".py")


def domains(tree: Tree) -> set[str]:
    return {found[0] for path in tree if (found := domain_and_file(path))}


def line_of(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
