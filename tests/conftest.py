"""What every test may ask for by name, and what a run as a whole must be: no skips, no kind missing, loopback only."""

import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, open_database
from tests import services
from tests.program import Program
from tests.services import ENGINES, Engine

pytest_plugins = ["tests.browser"]

# ---------------------------------------------------------------- kinds of test, and what each may cost

# Seconds of all workers together. A report, not a failure: machines differ. The sum stays under 15 minutes.
BUDGETS = {
    "checks": 40,
    "rules": 60,
    "usecases": 170,
    "wire": 180,
    "races": 90,
    "kill": 60,
    "fuzz": 100,
    "browser": 180,  # last: Playwright leaves an event loop behind that async tests cannot share
}
KIND_BY_FOLDER = {"journeys": "browser", "fuzz": "fuzz", "soak": "fuzz", "contract": "wire"}
KIND_BY_FILE = {
    "test_architecture": "checks",
    "test_migrations": "checks",
    "test_model": "rules",
    "test_service": "usecases",
    "test_store": "usecases",
    "test_statements": "usecases",
    "test_wire": "wire",
    "test_api": "wire",
    "test_pages": "wire",
    "test_cli": "wire",
    "test_races": "races",
    "test_kill": "kill",
    "test_fuzz": "fuzz",
    "test_journey": "browser",
}
# For the other files: the dearest thing that a test asks for.
KIND_BY_FIXTURE = {
    "chromium": "browser",
    "served": "wire",
    "site": "wire",
    "serve": "wire",
    "engine": "usecases",
    "db_url": "usecases",
    "durable_db_url": "kill",
}


def kind_of(item: pytest.Item) -> str:
    """The kind of a test: its marker, else its file's or folder's name, else what it asks for."""
    marked = [marker.name for marker in item.iter_markers() if marker.name in BUDGETS]
    if marked:
        return marked[0]
    for start, kind in KIND_BY_FILE.items():
        if item.path.stem == start or item.path.stem.startswith(f"{start}_"):
            return kind
    for parent in item.path.parents:
        if parent.name in KIND_BY_FOLDER:
            return KIND_BY_FOLDER[parent.name]
    asked = getattr(item, "fixturenames", ())
    return next((kind for name, kind in KIND_BY_FIXTURE.items() if name in asked), "rules")


class Ledger:
    """Counts what ran, and holds the rules that only a whole run can break."""

    def __init__(self, *, full: bool) -> None:
        self._full = full
        self._tests: dict[str, int] = defaultdict(int)
        self._seconds: dict[str, float] = defaultdict(float)
        self._faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        kind = str(dict(report.user_properties).get("kind", "rules"))
        self._seconds[kind] += report.duration
        self._tests[kind] += report.when == "call"
        if report.skipped or hasattr(report, "wasxfail"):
            self._faults.append(f"{report.nodeid} was skipped or expected to fail: mend it or take it out")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._faults.append(f"{report.nodeid} was skipped whole: mend it or take it out")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        missing = [kind for kind in BUDGETS if not self._tests[kind]]
        if self._full and missing:
            self._faults.append(f"a full run has tests of every kind, this one has none of: {', '.join(missing)}")
        if self._faults and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        say = terminalreporter.write_line
        say(f"{'kind':10}{'tests':>7}{'seconds':>10}{'budget':>8}")
        for kind, budget in BUDGETS.items():
            if self._tests[kind] or self._full:
                over = "  over its budget" if self._seconds[kind] > budget else ""
                say(f"{kind:10}{self._tests[kind]:7}{self._seconds[kind]:10.1f}{budget:8}{over}")
        for fault in self._faults:
            say(f"REFUSED: {fault}", red=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nabz")
    group.addoption("--full", action="store_true", help="the whole suite: every kind of test must be there")
    group.addoption("--soak", type=int, default=0, metavar="SECONDS", help="run tests/soak for so long")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if collection_path.name == "soak" and not config.getoption("soak") else None


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(refuse_other_machines)
    # The same examples every time; what is new is looked for by `make soak`.
    hypothesis.settings.register_profile("steady", deadline=None, database=None, derandomize=True)
    hypothesis.settings.register_profile("soak", deadline=None, database=None, max_examples=10_000)
    hypothesis.settings.load_profile("soak" if config.getoption("soak") else "steady")
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    full = bool(config.getoption("full"))
    if full:
        try:
            services.needed(services.find_postgres, "postgresql")
            services.needed(services.find_chromium, "chromium")
        except services.MissingError as missing:
            raise pytest.UsageError(str(missing)) from missing
    services.begin_run()
    config.add_cleanup(services.end_run)
    config.pluginmanager.register(Ledger(full=full), "nabz-ledger")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = list(BUDGETS)
    for item in items:
        item.user_properties.append(("kind", kind_of(item)))
    items.sort(key=lambda item: order.index(str(dict(item.user_properties)["kind"])))


# ---------------------------------------------------------------- loopback only


def refuse_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: Python's sockets reach this machine only."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise PermissionError(f"tests speak to this machine only, not to {address[0]}")
    elif event == "socket.getaddrinfo" and arguments[0] is not None:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
        if not _is_loopback(host):
            raise PermissionError(f"tests look up no names of other machines: {host}")


def _is_loopback(host: str) -> bool:
    return host in {"", "localhost", "::1", "0.0.0.0", "::"} or host.startswith(("127.", "::ffff:127."))


# ---------------------------------------------------------------- time and databases


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FixedClock:
    """Ten o'clock in Tehran on 1 Azar 1405, until a test moves it."""
    return FixedClock(datetime(2026, 11, 22, 6, 30, tzinfo=UTC))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def db_url(engine: Engine) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    url = services.fresh_database("migrated", engine=engine)
    yield url
    services.drop_database(url)


@pytest.fixture
def durable_db_url(engine: Engine) -> Iterator[str]:
    """The same on a PostgreSQL that waits for the disk: for tests that kill."""
    url = services.fresh_database("migrated", engine=engine, durable=True)
    yield url
    services.drop_database(url)


@pytest.fixture
async def db(db_url: str) -> AsyncIterator[Database]:
    # As with PostgreSQL: commits are real, the disk is not waited for.
    database = open_database(db_url, **({"fsync": False} if db_url.startswith("sqlite") else {}))
    await database.start()
    yield database
    await database.stop()


# ---------------------------------------------------------------- the real program


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start the program for this test alone: serve("--workers", "2", engine="postgres", durable=True, VARIABLE="x")."""
    started: list[Program] = []
    databases: list[str] = []

    def start(
        *options: str, engine: Engine = "sqlite", durable: bool = False, demo: bool = True, **variables: str
    ) -> Program:
        url = services.fresh_database("empty", engine=engine, durable=durable) if engine == "postgres" else None
        if url:
            databases.append(url)
        program = Program(tmp_path / f"program{len(started)}", *options, database=url, demo=demo, **variables)
        started.append(program)
        return program.start()

    yield start
    for program in started:
        program.kill()
    for url in databases:
        services.drop_database(url)


@pytest.fixture(scope="session")
def _programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Engine], Program]]:
    running: dict[Engine, Program] = {}

    def get(engine: Engine) -> Program:
        if engine not in running:
            url = services.fresh_database("empty", engine=engine) if engine == "postgres" else None
            running[engine] = Program(tmp_path_factory.mktemp(engine), database=url).start()
        return running[engine]

    yield get
    codes = {engine: program.stop() for engine, program in running.items()}
    assert not any(codes.values()), f"the program did not end cleanly: {codes}"


@pytest.fixture(scope="session", params=ENGINES)
def served(request: pytest.FixtureRequest, _programs: Callable[[Engine], Program]) -> Program:
    """The running demo on each database, shared by all tests of a worker: .base_url, .demo, .output."""
    return _programs(request.param)


@pytest.fixture(scope="session")
def site(_programs: Callable[[Engine], Program]) -> Program:
    """The running demo on SQLite only: for tests of pages, which know no database."""
    return _programs("sqlite")
