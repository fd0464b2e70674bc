"""Rules about the imported program: its problems, its routes, and what the client's half drags in."""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from string import Formatter
from types import ModuleType
from typing import Any

import nabz
from tests.architecture.slices import PURE, SERVER
from tests.architecture.tree import ROOT, Tree, domain_and_file


def modules() -> list[ModuleType]:
    """Every module of the package, imported."""
    found = pkgutil.walk_packages(nabz.__path__, "nabz.")
    return [importlib.import_module(each.name) for each in found if not each.name.endswith("__main__")]


def problems_are_told_in_two_languages(kinds: Iterable[Any]) -> Iterator[str]:
    """A code of its own, `area.fact-in-words`, a sentence in Persian and one in English, with the same facts."""
    seen: dict[str, str] = {}
    for kind in kinds:
        name = f"{kind.__module__}.{kind.__qualname__}"
        if not re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", kind.code):
            yield f"{name}: the code {kind.code!r} is not area.fact-in-words"
        if kind.code in seen:
            yield f"{name}: {seen[kind.code]} has the code {kind.code} already"
        seen[kind.code] = name
        if not re.search("[\u0600-\u06ff]", kind.fa):
            yield f"{name}: no Persian text"
        if not re.search("[A-Za-z]", kind.en):
            yield f"{name}: no English text"
        if _facts(kind.fa) - _facts(kind.en) or not 400 <= kind.status < 600:
            yield f"{name}: the Persian text has facts that the English lacks, or the status is none of an error"


def _facts(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def routes_are_documented(endpoints: Iterable[Any], samples: Iterable[str]) -> Iterator[str]:
    """A summary, an owner, and for what machines call a sample that exists."""
    there = set(samples)
    for endpoint in endpoints:
        name = f"{endpoint.method} {endpoint.path}"
        if not endpoint.summary or not endpoint.owner:
            yield f"{name}: no summary or no owner"
        if not endpoint.samples and not endpoint.hidden:
            yield f"{name}: no sample"
        yield from (f"{name}: no file {path}" for path in endpoint.samples if path not in there)


def shared_half_stands_alone(tree: Tree, blocked: Iterable[str] = SERVER) -> Iterator[str]:
    """What the client shares with the server is imported by a Python that has no server package."""
    shared = [
        path.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in tree
        if path.endswith(".py")
        and (
            path.startswith(("src/nabz/client/", *(f"src/nabz/kit/{part}" for part in PURE)))
            or ((found := domain_and_file(path)) and found[1] in {"wire", "model", "errors"})
        )
    ]
    code = (
        "import sys, importlib\n"
        f"sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        f"sys.modules.update(dict.fromkeys({sorted(blocked)!r}))\n"
        f"for name in {shared!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"without the server's packages: {done.stderr.strip().splitlines()[-1]}"
