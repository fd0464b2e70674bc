"""A PostgreSQL of a test's own, to be crashed and started again: the run's server is shared."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests import services


class Server:
    """Waits for the disk at each commit, as in earnest."""

    def __init__(self, **settings: str) -> None:
        self._programs = services.needed(services.find_postgres, "postgresql")
        self._folder = Path(tempfile.mkdtemp(prefix="crash-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user, self._user)
        self._settings = settings
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self._folder), safe='/')}"

    def start(self) -> None:
        chosen = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", **self._settings}
        options = [f"-c{name}={value}" for name, value in chosen.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", "data", "-k", str(self._folder), *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
            )
        services.until(self._answers, seconds=30, what="PostgreSQL")

    def stop(self, how: signal.Signals) -> None:
        """SIGQUIT is an immediate shutdown: no farewell, and recovery at the next start. SIGINT is the orderly one."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=30)

    def end(self) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self.stop(signal.SIGQUIT)
        for _ in range(50):  # its children may still write for a moment
            shutil.rmtree(self._folder, ignore_errors=True)
            if not self._folder.exists():
                break
            time.sleep(0.05)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url).close()
            return True
        return False

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            capture_output=True,
            cwd=self._folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
        )
