"""The slice: which files a domain may have, and what each of them may import."""

import ast
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from tests.architecture.tree import NOT_DOMAINS, Tree, domain_and_file, python

FOLDERS = {"data", "templates"}

PURE = {"errors", "jalali", "persian", "reader", "ids", "digest"}
SERVER = {"starlette", "sqlalchemy", "psycopg", "jinja2", "uvicorn", "alembic", "structlog", "prometheus_client"}
ALL = frozenset({"*"})
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class May:
    """What a file of a slice may import; the standard library is free to all but __init__."""

    own: AbstractSet[str] = NONE  # files of the same domain
    kit: AbstractSet[str] = NONE  # "pure": what has no I/O and no server package
    outside: AbstractSet[str] = NONE
    lower: Literal["", "values", "services", "seeds"] = ""  # of lower domains, each with what stands before it
    web: bool = False


EDGES = {"api", "pages", "tasks"}
INNER = {"__init__", "errors", "model", "wire", "tables", "store"}
BELOW_EDGES = {"service", "model", "errors", "wire", "files", "print", "remote", "seed", "tasks"}
MAY = {
    "__init__": May(),
    "errors": May(kit={"errors"}),
    "model": May(own={"errors"}, kit={"pure"}, outside={"msgspec"}),
    "wire": May(own={"model", "errors"}, kit={"pure"}, outside={"msgspec"}, lower="values"),
    "tables": May(own={"model"}, kit={"db"}, outside={"sqlalchemy"}),
    "store": May(own={"tables", "model", "errors"}, kit={"db", "pure"}, outside={"sqlalchemy", "msgspec"}),
    "service": May(own={"store", "model", "errors"}, kit=ALL, outside=ALL, lower="services"),
    "remote": May(own={"wire", "model", "errors"}, kit=ALL, outside=ALL, lower="services"),
    "files": May(own={"wire", "model", "errors"}, kit=ALL, outside=ALL, lower="values"),
    "print": May(own={"model", "errors"}, kit=ALL, outside=ALL, lower="values", web=True),
    "seed": May(own=BELOW_EDGES | {"store", "tables"}, kit=ALL, outside=ALL, lower="seeds"),
    "tasks": May(own=BELOW_EDGES, kit=ALL, outside=ALL, lower="services"),
    "api": May(own=BELOW_EDGES, kit=ALL, outside=ALL, lower="services", web=True),
    "pages": May(own=BELOW_EDGES, kit=ALL, outside=ALL, lower="services", web=True),
}
# Of the parties that "*" lets in, these stay out: the SQL belongs to the store, the web to the edges.
NEVER = {
    "service": SERVER,
    "remote": SERVER,
    "files": SERVER,
    "print": {"sqlalchemy", "psycopg"},
    "seed": {"sqlalchemy", "starlette"},
    "tasks": {"sqlalchemy", "psycopg", "starlette"},
    "api": {"sqlalchemy", "psycopg"},
    "pages": {"sqlalchemy", "psycopg"},
}
# What a domain shows of itself to a higher one.
SHOWN: dict[str, set[str]] = {
    "": set(),
    "values": {"model", "errors"},
    "services": {"model", "errors", "service"},
    "seeds": {"model", "errors", "service", "seed"},
}


def slice_files_have_the_names_of_the_plan(tree: Tree) -> Iterator[str]:
    for path in tree:
        found = domain_and_file(path)
        if found is None:
            continue
        domain, name = found
        inside = path.removeprefix(f"src/nabz/{domain}/")
        if name in FOLDERS and "/" in inside:
            continue
        if name not in MAY or not path.endswith(".py"):
            yield f"{path}: no slice has a file of this name; ask where it belongs"


def slice_files_import_what_they_may(tree: Tree) -> Iterator[str]:
    for path, module in python(tree):
        found = domain_and_file(path)
        if found is None or found[1] not in MAY:
            continue
        domain, name = found
        for line, imported in imports(module, path):
            if fault := _refused(domain, name, imported):
                yield f"{path}:{line}: {name} may not import {imported}: {fault}"


def _refused(domain: str, name: str, imported: str) -> str:
    """Why this file may not import that; nothing when it may."""
    top, part, file, *_ = [*imported.split("."), "", ""]
    may = MAY[name]
    if top in sys.stdlib_module_names:
        allowed, why = name != "__init__", "a domain's __init__ is a docstring"
    elif top != "nabz":
        allowed, why = bool({"*", top} & may.outside) and top not in NEVER.get(name, set()), "not on this file's list"
    elif part == "kit":
        kit = may.kit | (PURE if "pure" in may.kit else set())
        allowed, why = bool({"*", file} & kit) and (file != "http" or name in EDGES), "not this part of kit"
    elif part == "web":
        allowed, why = may.web, "only edges know the web"
    elif part in {"", "__version__"}:
        allowed, why = name not in INNER, "the version is for the edges"
    elif part == "settings":
        allowed, why = name not in INNER, "settings end at the services"
    elif part == domain:
        allowed, why = file in {"", name} | may.own, "not in this direction"
    elif part in NOT_DOMAINS or part == "app":
        allowed, why = False, "a slice does not know who puts it together"
    else:
        allowed, why = file in SHOWN[may.lower], "domains talk through the service of a lower one"
    return "" if allowed else why


def client_imports_what_it_may(tree: Tree) -> Iterator[str]:
    allowed = {"msgspec", "httpx2", "stamina", "nabz"}
    for path, module in python(tree, "src/nabz/client/"):
        for line, imported in imports(module, path):
            top, *rest = imported.split(".")
            shared = rest[:1] == ["client"] or rest[1:2] in (["wire"], ["model"], ["errors"])
            pure = rest[:1] == ["kit"] and rest[1:2] and rest[1] in PURE
            if top not in sys.stdlib_module_names and (top not in allowed or (top == "nabz" and not (shared or pure))):
                yield f"{path}:{line}: the client may not import {imported}"


def imports(module: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    """Every import with its line, as nabz.domain.file where it is ours; those for the type checker alone count too."""
    package = path.removeprefix("src/").removesuffix(".py").split("/")[:-1]
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            if base == "__future__":
                continue
            for alias in node.names:
                # `from nabz.access import service` names a file; `from nabz.kit.db import Tx` does not.
                yield node.lineno, f"{base}.{alias.name}" if base.split(".")[0] == "nabz" else base
