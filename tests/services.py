"""PostgreSQL and Chromium for the tests: found or installed, started once a run, shared by its workers."""

import contextlib
import fcntl
import itertools
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import psycopg

Engine = Literal["sqlite", "postgres"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgres")


class MissingError(Exception):
    """Something from outside is not there; the text is the one line that the user needs."""


# ---------------------------------------------------------------- one run, several workers

_DIRECTORY = "NABZ_TEST_RUN"  # the run's own directory; xdist's workers inherit it from the first process
_OWNER = "NABZ_TEST_RUN_PID"  # that first process: when it ends, everything ends


def begin_run() -> None:
    """Make the run's directory; called once, by the process that the user started."""
    directory = Path(tempfile.mkdtemp(prefix="nabz-"))
    directory.chmod(0o711)  # PostgreSQL's own user must reach its folder in there
    os.environ[_DIRECTORY] = str(directory)
    os.environ[_OWNER] = str(os.getpid())


def end_run() -> None:
    directory = run_directory()
    keepers = list(directory.glob("*/keeper.pid"))
    for keeper in keepers:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(int(keeper.read_text()), signal.SIGTERM)
    until(lambda: not any(keeper.parent.exists() for keeper in keepers), seconds=20, what="PostgreSQL's end")
    shutil.rmtree(directory, ignore_errors=True)


def run_directory() -> Path:
    return Path(os.environ[_DIRECTORY])


@contextlib.contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold the lock `name` among the workers of this run."""
    with (run_directory() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait until the condition holds; say what did not come."""
    last = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > last:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.02)


# ---------------------------------------------------------------- what Debian brings


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs: the newest of Debian's, else what the PATH says."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    found = debian[-1] if debian else shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def find_chromium() -> Path | None:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return Path(found) if found else None


def needed(find: Callable[[], Path | None], package: str) -> Path:
    """What `find` finds, installed from Debian's packages where that is allowed."""
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise MissingError(f"The tests need {package}: apt-get install {package}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", "-qq", *arguments], env=quiet, check=False, stdin=subprocess.DEVNULL, capture_output=True
        )
        if done.returncode != 0:
            raise MissingError(f"The tests need {package}, and `apt-get {' '.join(arguments)}` failed")
    if found := find():
        return found
    raise MissingError(f"The tests need {package}, and Debian's package did not bring it")


# ---------------------------------------------------------------- PostgreSQL

_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
}
_FLAVOURS = {
    "plain": {**_ALWAYS, "fsync": "off", "full_page_writes": "off"},  # commits are real, the disk is not waited for
    "durable": _ALWAYS,  # for the tests that kill
}


def postgres(*, durable: bool = False) -> Path:
    """The socket folder of the run's server; the first worker that asks starts it."""
    flavour = "durable" if durable else "plain"
    folder = run_directory() / flavour
    with one_at_a_time(flavour):
        if not (folder / "ready").exists():
            arguments = [str(needed(find_postgres, "postgresql")), str(folder), flavour, os.environ[_OWNER]]
            log = str(run_directory() / f"{flavour}.log")
            # Spawned, not Popen: it outlives the worker that starts it.
            os.posix_spawn(
                sys.executable,
                [sys.executable, __file__, *arguments],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setsid=True,
            )
            until((folder / "ready").exists, seconds=60, what=f"PostgreSQL (its log: {log})")
    return folder


def keep_postgres(programs: Path, folder: Path, flavour: str, owner: int) -> None:
    """Run a server until told to stop or until the run's first process is gone, however it went; leave nothing.

    This is a process of its own, since no worker outlives the others for certain.
    """
    with contextlib.suppress(ProcessLookupError):
        alive = os.pidfd_open(owner)
        folder.mkdir()
        (folder / "keeper.pid").write_text(str(os.getpid()))
        told, tell = os.pipe()
        signal.signal(signal.SIGTERM, lambda *_: os.write(tell, b"."))
        # PostgreSQL refuses to run as root, so root lends it the user that Debian made for it.
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        as_user: dict[str, Any] = {"user": user, "group": user, "extra_groups": [] if user else None, "cwd": folder}
        # C.UTF-8 knows Persian letters; plain C does not, and pg_trgm would then see nothing in Persian text.
        choices = ["-D", "data", "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([programs / "initdb", *choices], check=True, **as_user)
        options = [f"-c{name}={value}" for name, value in _FLAVOURS[flavour].items()]
        server = subprocess.Popen([programs / "postgres", "-D", "data", "-k", folder, *options], **as_user)
        until(lambda: _answers(folder) or server.poll() is not None, seconds=60, what="PostgreSQL")
        if server.poll() is None:
            (folder / "ready").touch()
            gone, _, _ = select.select([alive, told], [], [])
            server.send_signal(signal.SIGINT)  # "fast shutdown": sessions are cut, files are in order
            server.wait()
            if alive in gone:  # nobody is left to do it
                shutil.rmtree(folder.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(_address(folder, "postgres")).close()
    except psycopg.OperationalError:
        return False
    return True


def _address(folder: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(str(folder), safe='/')}"


# ---------------------------------------------------------------- databases from templates

_count = itertools.count()


def _migrated(url: str) -> None:
    from nabz.cli.migrate import migrate

    migrate(url)


TEMPLATES: dict[str, Callable[[str], None]] = {
    "empty": lambda _url: None,
    "migrated": _migrated,
}


def fresh_database(template: str = "migrated", *, engine: Engine = "sqlite", durable: bool = False) -> str:
    """The URL of a new database that looks as TEMPLATES[template] left its own: a copy, not a second build."""
    name = f"t{os.getpid()}_{next(_count)}"
    if engine == "sqlite":
        made = _sqlite_template(template)
        target = made.parent / f"{name}.db"
        shutil.copyfile(made, target)
        return f"sqlite:///{target}"
    folder = postgres(durable=durable)
    source = _postgres_template(template, folder)
    _administer(folder, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return _address(folder, name)


def drop_database(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(parts.path + ending).unlink(missing_ok=True)
    else:
        folder = Path(parts.query.removeprefix("host="))
        _administer(folder, f'DROP DATABASE IF EXISTS "{parts.path.lstrip("/")}" WITH (FORCE)')


def _sqlite_template(template: str) -> Path:
    folder = run_directory() / "sqlite"
    made = folder / f"template_{template}.db"
    with one_at_a_time("sqlite"):
        if not made.exists():
            folder.mkdir(exist_ok=True)
            built = folder / f"building_{template}.db"
            built.write_bytes(b"")
            TEMPLATES[template](f"sqlite:///{built}")
            left = built.with_name(f"{built.name}-wal")
            if left.exists() and left.stat().st_size:
                raise RuntimeError(f"the template {template!r} left its connection open: {left}")
            built.rename(made)
    return made


def _postgres_template(template: str, folder: Path) -> str:
    name = f"template_{template}"
    with one_at_a_time(f"{folder.name}-templates"):
        if not (mark := folder / name).exists():
            _administer(folder, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            _administer(folder, f'CREATE DATABASE "{name}"')
            TEMPLATES[template](_address(folder, name))
            _administer(folder, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            mark.touch()
    return name


def _administer(folder: Path, command: str) -> None:
    with psycopg.connect(_address(folder, "postgres"), autocommit=True) as connection:
        connection.execute(command.encode())


if __name__ == "__main__":
    keep_postgres(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
