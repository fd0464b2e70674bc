"""Rules about Python code: transactions, data sets, names, length."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Tree, domain_and_file, python

WALL = 400
FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "base", "manager", "handler", "processor", "data", "info"}
ENDING = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|START TRANSACTION)\b")
VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
# Where such a word does say something: a level of the log, a password that too many have.
# Names that others have fixed: of a logger, of a guess that is too common, of asyncio.
TRADE = {
    ("src/nabz/kit/log.py", "info"),
    ("src/nabz/access/errors/accounts.py", "PasswordTooCommon"),
    ("src/nabz/kit/http/protocol.py", "data_received"),
}
# Who may call, and the terminologies: one for all data sets. There the column is a fact like any other.
FOR_ALL_DATA_SETS = {"access", "gateway", "onboarding", "notify", "terminology"}


def only_kit_db_ends_a_transaction(tree: Tree) -> Iterator[str]:
    ending = {"commit", "rollback", "begin", "begin_nested", "savepoint"}
    for path, module in python(tree):
        if path.startswith("src/nabz/kit/db"):
            continue
        found = domain_and_file(path)
        sql = found is None or found[1] in {"store", "seed", "tables"}  # a calendar says BEGIN too
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ending:
                if node.func.attr == "begin" and node.args:
                    continue  # a use case of that name; a transaction is begun with nothing
                yield f"{path}:{node.lineno}: .{node.func.attr}() belongs to kit/db"
            if sql and isinstance(node, ast.Constant) and ENDING.match(str(node.value)):
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
    """What runs a statement on a table with data sets, and what is written as text, must name the data set.

    A coarse look at the sources, for what no test runs. Exactly it is known when the statement is compiled or first
    used (kit/db/naming.py), and of those that stand in a module in tests/architecture/rows.py. Who hands the open
    transaction on may have the data set named there.
    """
    tables = dict(_scoped_tables(tree))
    if not tables:
        return
    in_sql = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:{'|'.join(set(tables.values()))})\b", re.IGNORECASE)
    for path, module in python(tree):
        found = domain_and_file(path)
        if found is None or found[1] not in {"store", "seed"}:
            continue
        for unit in _units(module):
            named = {node.id for node in ast.walk(unit) if isinstance(node, ast.Name)}
            named |= {node.attr for node in ast.walk(unit) if isinstance(node, ast.Attribute)}
            touches = named & {name for domain, name in tables if domain == found[0]} and _runs_alone(unit)
            silent = [text for text in _whole_texts(unit) if in_sql.search(text) and "data_set" not in text]
            if (touches and "data_set" not in named) or silent:
                yield f"{path}:{unit.lineno}: a statement on a table with data sets does not name its data set"


def _whole_texts(unit: ast.stmt) -> list[str]:
    """The statements written in one piece; those put together are known when the program is imported."""
    pieces = {id(piece) for node in ast.walk(unit) if isinstance(node, ast.JoinedStr) for piece in node.values}
    texts = [node for node in ast.walk(unit) if isinstance(node, ast.Constant) and id(node) not in pieces]
    return [str(text.value) for text in texts if VERB.match(str(text.value))]


def _runs_alone(unit: ast.stmt) -> bool:
    """Whether it runs a statement itself and gives nobody else its transaction."""
    calls = [node for node in ast.walk(unit) if isinstance(node, ast.Call)]
    handed = any(isinstance(arg, ast.Name) and arg.id == "tx" for call in calls for arg in call.args)
    return not handed and any(isinstance(call.func, ast.Attribute) and call.func.attr == "execute" for call in calls)


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
