"""What keeps the house as it was planned; every check is shown to bite on one bad example."""

import inspect
import tomllib
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

from nabz.kit.db import Statement, second_lock
from nabz.kit.db.rows import is_scoped
from nabz.kit.errors import catalogue
from nabz.kit.http import Routes
from tests import services
from tests.architecture import code, living, rows, slices, texts
from tests.architecture.tree import ROOT, Tree, domains, repository

Check = Callable[[Tree], Iterator[str]]

TABLE = 'bookings = Table("bookings", metadata, Column("data_set", Integer), Column("id", Text))\n'
HEADER = "file,compared,source,test\n"

# Each check with a tree that it must refuse.
CHECKS: list[tuple[Check, Tree]] = [
    (slices.slice_files_have_the_names_of_the_plan, {"src/nabz/access/helpers.py": ""}),
    (slices.slice_files_have_the_names_of_the_plan, {"src/nabz/access/notes.txt": ""}),
    (slices.slice_files_import_what_they_may, {"src/nabz/access/service.py": "from sqlalchemy import select\n"}),
    (slices.slice_files_import_what_they_may, {"src/nabz/access/model.py": "from nabz.access import store\n"}),
    (slices.slice_files_import_what_they_may, {"src/nabz/gateway/service.py": "from nabz.access import store\n"}),
    (slices.slice_files_import_what_they_may, {"src/nabz/access/store/find.py": "from nabz.access.wire import X\n"}),
    (slices.client_imports_what_it_may, {"src/nabz/client/session.py": "from nabz.access.service import enter\n"}),
    (code.only_kit_db_ends_a_transaction, {"src/nabz/access/service.py": "tx.connection.commit()\n"}),
    (code.only_kit_db_ends_a_transaction, {"src/nabz/access/store.py": "tx.execute('ROLLBACK')\n"}),
    (code.no_file_passes_the_wall, {"src/nabz/access/service.py": "\n" * 401}),
    (code.names_say_what_they_mean, {"src/nabz/kit/utils.py": ""}),
    (code.names_say_what_they_mean, {"src/nabz/access/service.py": "def process_user_info(): ...\n"}),
    (code.names_say_what_they_mean, {"src/nabz/access/service.py": "class TokenManager: ...\n"}),
    (
        code.statements_name_their_data_set,
        {
            "src/nabz/appointments/tables.py": TABLE,
            "src/nabz/appointments/store.py": "def find(tx):\n    return tx.execute(select(bookings))\n",
        },
    ),
    (
        code.statements_name_their_data_set,
        {
            "src/nabz/appointments/tables.py": TABLE,
            "src/nabz/appointments/store.py": 'FIND = Statement(postgres="SELECT id FROM bookings WHERE id = :id")\n',
        },
    ),
    (code.tests_have_names_that_are_sentences, {"tests/access/test_model.py": "def test_enter(): ...\n"}),
    (texts.letters_are_persian, {"src/nabz/web/templates/home.html": "\u0643\u062a\u0627\u0628"}),
    (texts.style_has_no_left_and_right, {"src/nabz/web/static/own.css": "p { margin-left: 1rem }"}),
    (texts.style_has_no_left_and_right, {"src/nabz/web/templates/home.html": '<p class="card ml-4">'}),
    (texts.style_has_no_left_and_right, {"frontend/css/own.css": ".x { @apply text-right; }"}),
    (texts.pages_ask_no_other_machine, {"src/nabz/web/templates/a.html": '<script src="https://cdn.example/x.js">'}),
    (
        texts.committed_files_know_no_machine,
        {"requirements/server.lock": "--index{}url https://pypi.example\n".format("-")},
    ),
    (texts.committed_files_know_no_machine, {"README.md": "cd {}root/nabz".format("/")}),
    (texts.samples_are_replayed, {"samples/ditas/get_token.response.json": "{}", texts.REPLAY: HEADER}),
    (
        texts.samples_are_replayed,
        {"samples/a.json": "{}", texts.REPLAY: HEADER + "a.json,exchange,guide 1,tests/contract/test_a.py::test_a\n"},
    ),
]


@pytest.fixture(scope="module")
def tree() -> Tree:
    return repository()


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _ in CHECKS), ids=lambda check: check.__name__)
def test_the_repository_keeps_the_rule(check: Check, tree: Tree) -> None:
    report(check(tree))


@pytest.mark.parametrize(("check", "bad"), CHECKS, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_refuses_its_bad_example(check: Check, bad: Tree) -> None:
    assert list(check(bad))


def test_every_rule_has_a_bad_example() -> None:
    written = {
        function
        for module in (slices, code, texts)
        for _, function in inspect.getmembers(module, inspect.isgeneratorfunction)
        if function.__module__ == module.__name__
        and list(inspect.signature(function).parameters) == ["tree"]
        and not function.__name__.startswith("_")
    }
    assert written == {check for check, _ in CHECKS}


def test_every_problem_has_a_code_and_both_texts() -> None:
    living.modules()
    report(living.problems_are_told_in_two_languages(kind for kind in catalogue() if _ours(kind.__module__)))


@pytest.mark.parametrize(
    "wrong",
    [{"code": "Slot taken"}, {"fa": "taken"}, {"en": ""}, {"fa": "{day} پر است"}, {"status": 200}],
    ids=["code", "Persian", "English", "facts", "status"],
)
def test_a_badly_told_problem_is_refused(wrong: dict[str, object]) -> None:
    good = {"code": "access.slot-taken", "fa": "پر است", "en": "It is taken", "status": 409}
    assert not list(living.problems_are_told_in_two_languages([_like(good)]))
    assert list(living.problems_are_told_in_two_languages([_like(good | wrong)]))


def test_two_problems_with_one_code_are_refused() -> None:
    kind = _like({"code": "access.slot-taken", "fa": "پر است", "en": "It is taken", "status": 409})
    assert list(living.problems_are_told_in_two_languages([kind, kind]))


def test_every_route_is_documented(tree: Tree) -> None:
    routes = {
        id(value): value for module in living.modules() for value in vars(module).values() if isinstance(value, Routes)
    }
    endpoints = [endpoint for each in routes.values() for endpoint in each.endpoints]
    report(living.routes_are_documented(endpoints, tree))


@pytest.mark.parametrize(
    "wrong", [{"summary": ""}, {"owner": ""}, {"samples": ()}, {"samples": ("samples/none.json",)}], ids=str
)
def test_an_undocumented_route_is_refused(wrong: dict[str, object]) -> None:
    good = {"method": "GET", "path": "/", "summary": "s", "owner": "o", "hidden": False, "samples": ("samples/a.json",)}
    assert not list(living.routes_are_documented([SimpleNamespace(**good)], ["samples/a.json"]))
    assert list(living.routes_are_documented([SimpleNamespace(**good | wrong)], ["samples/a.json"]))


def test_the_clients_half_stands_without_server_packages(tree: Tree) -> None:
    report(living.shared_half_stands_alone(tree))
    assert list(living.shared_half_stands_alone({"src/nabz/kit/errors.py": ""}, blocked=["enum"]))


def test_every_domain_is_in_the_contracts_of_the_layers(tree: Tree) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    containers = {name for contract in settings["contracts"] for name in contract.get("containers", [])}
    packages = {name for name in domains(tree) if f"src/nabz/{name}/__init__.py" in tree}
    assert {f"nabz.{name}" for name in packages} <= containers


def test_a_data_set_stands_first_in_every_key_of_its_rows() -> None:
    found = rows.tables(living.modules())
    report(fault for domain, tables in found.items() for fault in rows.data_set_stands_first(domain, tables))
    there = {table.name for tables in found.values() for table in tables if "data_set" in table.c}
    assert there >= rows.ABOUT_DATA_SETS


@pytest.mark.parametrize(
    ("domain", "parts"),
    [
        ("appointments", [Column("id", Text, primary_key=True)]),
        ("appointments", [Column("id", Text, primary_key=True), Column("data_set", Integer, primary_key=True)]),
        ("appointments", [Column("data_set", Integer, primary_key=True), Column("id", Text), Index("i", "id")]),
        ("appointments", [Column("data_set", Integer, primary_key=True), Column("id", Text), UniqueConstraint("id")]),
        ("access", [Column("id", Text, primary_key=True), Column("data_set", Integer)]),
    ],
)
def test_a_key_without_its_data_set_is_refused(domain: str, parts: list[Column[object]]) -> None:
    assert list(rows.data_set_stands_first(domain, [Table("slot", MetaData(), *parts)]))


def test_every_statement_of_the_program_names_its_data_set() -> None:
    written = list(rows.statements(living.modules()))
    assert len(written) > 20
    report(fault for name, statement in written for fault in rows.statement_names_its_data_set(name, statement))


def test_a_statement_without_its_data_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nabz.kit.db.rows.scoped_tables", lambda: {"slot"})
    good = Statement[object](row=str, postgres="SELECT id FROM slot WHERE data_set = :data_set")
    bad = Statement[object](row=str, postgres=good.postgres, sqlite=("SELECT id FROM slot",))
    assert not list(rows.statement_names_its_data_set("GOOD", good))
    assert list(rows.statement_names_its_data_set("BAD", bad))


def test_every_row_of_a_data_set_has_its_second_lock() -> None:
    found = rows.tables(living.modules())
    url = services.fresh_database("migrated", engine="postgres")
    report(rows.second_lock_is_on(url, {each.name for tables in found.values() for each in tables if is_scoped(each)}))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE unlocked (data_set int); CREATE TABLE locked (data_set int)")
        for command in second_lock("locked"):
            connection.execute(command.encode())
        assert len(list(rows.second_lock_is_on(url, {"locked", "unlocked"}))) == 1
        connection.execute("ALTER TABLE locked NO FORCE ROW LEVEL SECURITY")
        assert len(list(rows.second_lock_is_on(url, {"locked", "unlocked"}))) == 2
    services.drop_database(url)


def report(faults: Iterable[str]) -> None:
    found = list(faults)
    assert not found, "\n".join(["", *found])


def _like(facts: dict[str, object]) -> SimpleNamespace:
    return SimpleNamespace(__module__="nabz.access.errors", __qualname__="Example", **facts)


def _ours(module: str) -> bool:
    return module == "nabz" or module.startswith("nabz.")
