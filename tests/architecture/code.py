"""Rules about Python code: transactions, data sets, names, length."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Tree, domain_and_file, python

WALL = 400
FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "base", "manager", "handler", "processor", "data", "info"}
ENDING = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|START TRANSACTION)\b")
# Where such a word does say something: a level of the log, a password that too many have.
# Names that others have fixed: of a logger, of a guess that is too common, of asyncio.
TRADE = {
    ("src/nabz/kit/log.py", "info"),
    ("src/nabz/access/errors.py", "PasswordTooCommon"),
    ("src/nabz/kit/http/protocol.py", "data_received"),
}
# Who may call, and the terminologies: one for all data sets. There the column is a fact like any other.
FOR_ALL_DATA_SETS = {"access", "gateway", "onboarding", "notify", "terminology"}


def only_kit_db_ends_a_transaction(tree: Tree) -> Iterator[str]:
    ending = {"commit", "rollback", "begin", "begin_nested", "savepoint"}
    for path, module in python(tree):
        if path.startswith("src/nabz/kit/db"):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ending:
                yield f"{path}:{node.lineno}: .{node.func.attr}() belongs to kit/db"
            if isinstance(node, ast.Constant) and ENDING.match(str(node.value)):
                yield f"{path}:{node.lineno}: the SQL of transactions belongs to kit/db"


def no_file_passes_the_wall(tree: Tree) -> Iterator[str]:
    written = (".py", ".html", ".css", ".js", ".mjs", ".sh")
    for path, text in tree.items():
        foreign = "/static/swagger/" in path or ".min." in path
        if path.endswith(written) and not foreign and (lines := text.count("\n")) > WALL:
            yield f"{path}: {lines} lines, the wall is {WALL}: split it by use case"


def names_say_what_they_mean(tree: Tree) -> Iterator[str]:
    for path, module in python(tree, "src/nabz/", "tests/", "bench/"):
        parts = path.removesuffix(".py").split("/")
        names = [(1, part) for part in parts if part != "data"]
        if path.startswith("src/"):
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            names += [(node.lineno, node.name) for node in ast.walk(module) if isinstance(node, kinds)]
        for line, name in names:
            if (path, name) not in TRADE and (words := FORBIDDEN & words_of(name)):
                yield f"{path}:{line}: {name}: the word {', '.join(sorted(words))} says nothing"


def words_of(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name; a data set is one word, and so is the base of an address."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if apart == "do_it":
        return {"info"}
    for one in ("data_set", "data_sets", "base_url"):
        apart = apart.replace(one, one.replace("_", ""))
    return set(apart.split("_"))


def statements_name_their_data_set(tree: Tree) -> Iterator[str]:
    """Each function or statement that names a table with a data set must name the data set too.

    The unit is what stands at the top level of a module, or a method: a helper that takes a half-made statement
    takes the data set with it.
    """
    tables = dict(_scoped_tables(tree))
    if not tables:
        return
    in_sql = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:{'|'.join(set(tables.values()))})\b", re.IGNORECASE)
    for path, module in python(tree):
        found = domain_and_file(path)
        if found is None or found[1] == "tables":
            continue
        for unit in _units(module):
            named = {node.id for node in ast.walk(unit) if isinstance(node, ast.Name)}
            named |= {node.attr for node in ast.walk(unit) if isinstance(node, ast.Attribute)}
            sql = [node.value for node in ast.walk(unit) if isinstance(node, ast.Constant)]
            texts = [text for text in sql if isinstance(text, str)]
            touches = named & {name for domain, name in tables if domain == found[0]}
            silent = [text for text in texts if in_sql.search(text) and "data_set" not in text]
            if (touches and "data_set" not in named) or silent:
                yield f"{path}:{unit.lineno}: a statement on a table with data sets does not name its data set"


def _scoped_tables(tree: Tree) -> Iterator[tuple[tuple[str, str], str]]:
    """((domain, variable), SQL name) of every Table(...) that has a column data_set."""
    for path, module in python(tree):
        found = domain_and_file(path)
        if found is None or found[1] != "tables" or found[0] in FOR_ALL_DATA_SETS:
            continue
        for node in module.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                first = node.value.args[0] if node.value.args else None
                if isinstance(target, ast.Name) and isinstance(first, ast.Constant) and "data_set" in ast.dump(node):
                    yield (found[0], target.id), str(first.value)


def _units(module: ast.Module) -> Iterator[ast.stmt]:
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from node.body
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def tests_have_names_that_are_sentences(tree: Tree) -> Iterator[str]:
    for path, module in python(tree, "tests/"):
        if not path.rsplit("/", 1)[-1].startswith("test_"):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and re.fullmatch(
                r"test(_[^_]+){1,2}", node.name
            ):
                yield f"{path}:{node.lineno}: {node.name}: a sentence, please"
