"""What is measured on: a PostgreSQL of its own that waits for the disk, and databases that are filled once and kept."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg

from bench import codings, enrolling, filling, importing, prescribing, slots
from tests.services import find_postgres, needed

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_connections": "60",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}

PLAIN = "nabz"
PLAIN_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = 'nabz'"


def folder() -> Path:
    """Where the filled databases are kept; PostgreSQL's own user cannot enter root's home."""
    chosen = os.environ.get("NABZ_BENCH_DATA")
    if chosen:
        return Path(chosen).resolve()
    return Path("/var/tmp/nabz-bench") if os.geteuid() == 0 else Path.home() / ".cache/nabz-bench"  # noqa: S108


class Cluster:
    """Debian's PostgreSQL on a Unix socket, fsync on, synchronous commit."""

    def __init__(self, kept: Path) -> None:
        self._programs = needed(find_postgres, "postgresql")
        self.version = subprocess.run(
            [self._programs / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout.split()[2]
        self._home = kept / f"postgres-{self.version.partition('.')[0]}"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            account = pwd.getpwnam(user)
            os.chown(self._home, account.pw_uid, account.pw_gid)
        as_user: dict[str, Any] = {"user": user, "group": user, "extra_groups": [] if user else None, "cwd": self._home}
        if not (self._home / "data").exists():
            choices = ["-D", "building", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            subprocess.run([self._programs / "initdb", *choices], check=True, stdout=subprocess.DEVNULL, **as_user)
            (self._home / "building").rename(self._home / "data")
        options = [f"-c{name}={value}" for name, value in OPTIONS.items()]
        with (self._home / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", "data", "-k", self._home, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_user,
            )
        last = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > last:
                    raise
                time.sleep(0.05)
            else:
                return

    def url(self, database: str, role: str = "postgres") -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self._home), safe='/')}"

    def run(self, command: str) -> list[Any]:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(command.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait()


class Stores:
    """Databases of a size, for a run: a copy of the kept one, or, if it is huge, the kept one itself."""

    def __init__(self, kept: Path) -> None:
        kept.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            kept.chmod(0o711)
        self._kept = kept

    @cached_property
    def cluster(self) -> Cluster:
        """The PostgreSQL, started when it is first asked for."""
        cluster = Cluster(self._kept)
        cluster.start()
        return cluster

    def get(self, engine: str, size: int) -> str:
        """The address of a database with so many grants."""
        name = f"grants_{size}_{filling.shape()}"
        return self._of(engine)(name, lambda url: filling.fill(url, size), huge=size >= filling.HUGE)

    def slots(self, engine: str, size: int) -> str:
        """The address of a database with so many slots, for a role that row-level security holds."""
        name = f"slots_{size}_{slots.shape()}"
        if engine == "postgresql" and not self.cluster.run(PLAIN_ROLE):
            self.cluster.run(f"CREATE ROLE {PLAIN} LOGIN IN ROLE pg_checkpoint")
        plain = {"role": PLAIN} if engine == "postgresql" else {}
        return self._of(engine)(name, lambda url: slots.fill(url, size), huge=size >= filling.HUGE, **plain)

    def prescriptions(self, engine: str, size: int) -> str:
        """The address of a database with so many prescriptions, for a role that row-level security holds."""
        name = f"prescriptions_{size}_{prescribing.shape()}"
        if engine == "postgresql" and not self.cluster.run(PLAIN_ROLE):
            self.cluster.run(f"CREATE ROLE {PLAIN} LOGIN IN ROLE pg_checkpoint")
        plain = {"role": PLAIN} if engine == "postgresql" else {}
        return self._of(engine)(name, lambda url: prescribing.fill(url, size), huge=size >= filling.HUGE, **plain)

    def residents(self, engine: str, size: int) -> str:
        """The address of a database with so many residents, for a role that row-level security holds."""
        name = f"residents_{size}_{enrolling.shape()}"
        if engine == "postgresql" and not self.cluster.run(PLAIN_ROLE):
            self.cluster.run(f"CREATE ROLE {PLAIN} LOGIN IN ROLE pg_checkpoint")
        plain = {"role": PLAIN} if engine == "postgresql" else {}
        return self._of(engine)(name, lambda url: enrolling.fill(url, size), **plain)

    def codings(self, engine: str, size: int, *, again: bool = False) -> tuple[str, dict[str, Any]]:
        """The address of a database with so many codes in three versions, and how long their import took."""
        name = f"codings_{size}_{importing.shape()}"
        figures = self._kept / f"{name}.{engine}.json"
        if again:
            figures.unlink(missing_ok=True)

        def fill(url: str) -> None:
            told = importing.fill(url, size, codings.files(self._kept, size))
            figures.write_text(json.dumps(told, indent=1), encoding="utf-8")

        url = self._of(engine)(name, fill, again=not figures.exists())
        return url, json.loads(figures.read_text(encoding="utf-8"))

    def _of(self, engine: str) -> Callable[..., str]:
        return self._sqlite if engine == "sqlite" else self._postgres

    def _sqlite(self, name: str, fill: Callable[[str], object], *, huge: bool = False, again: bool = False) -> str:
        made = self._kept / f"{name}.sqlite"
        if again or not made.exists():
            for old in self._kept.glob(f"{_kind(name)}_*.sqlite"):
                old.unlink()
            building = made.with_suffix(".building")
            for left in made.parent.glob(f"{building.name}*"):
                left.unlink()
            fill(f"sqlite:///{building}")
            building.rename(made)
        if huge:
            return f"sqlite:///{made}"
        copy = self._kept / "run.sqlite"
        self._forget(copy)
        shutil.copyfile(made, copy)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        return f"sqlite:///{copy}"

    def _postgres(
        self,
        name: str,
        fill: Callable[[str], object],
        *,
        huge: bool = False,
        again: bool = False,
        role: str = "postgres",
    ) -> str:
        there = {row[0] for row in self.cluster.run("SELECT datname FROM pg_database")}
        if again or name not in there:
            for old in sorted(there):
                if old.startswith(f"{_kind(name)}_"):
                    self.cluster.run(f'DROP DATABASE "{old}"')
            self.cluster.run('DROP DATABASE IF EXISTS "building"')
            self.cluster.run(f'CREATE DATABASE "building" OWNER {role}')
            fill(self.cluster.url("building", role))
            self.cluster.run(f'ALTER DATABASE "building" RENAME TO "{name}"')
        if huge:
            return self.cluster.url(name, role)
        self.cluster.run('DROP DATABASE IF EXISTS "run" WITH (FORCE)')
        self.cluster.run(f'CREATE DATABASE "run" TEMPLATE "{name}" OWNER {role} STRATEGY file_copy')
        self.cluster.run("CHECKPOINT")
        return self.cluster.url("run", role)

    def close(self) -> None:
        self._forget(self._kept / "run.sqlite")
        if "cluster" in vars(self):
            self.cluster.stop()

    @staticmethod
    def _forget(path: Path) -> None:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + ending).unlink()


def _kind(name: str) -> str:
    """What is thrown away when another of its kind is made: the same rows in an older shape."""
    return name.rpartition("_")[0]
