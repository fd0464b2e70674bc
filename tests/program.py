"""Our own program for the tests: `nabz serve` in a process of its own, as a user starts it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

_SOURCES = Path(__file__).parents[1] / "src"
_MAIN = "import sys; from nabz.cli import main; sys.argv[0] = 'nabz'; sys.exit(main())"


def nabz(*arguments: str) -> list[str]:
    """The command line of our program: from the sources, whether or not they are installed."""
    return [sys.executable, "-W", "default", "-c", _MAIN, *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what configures our program, so that the machine's settings stay out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NABZ_")}
    return {**kept, "PYTHONPATH": str(_SOURCES), "PYTHONUNBUFFERED": "1", **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """`nabz serve` on a free port; ready when `start` returns, gone when `stop` or `kill` returns."""

    def __init__(
        self, data: Path, *options: str, database: str | None = None, demo: bool = True, **variables: str
    ) -> None:
        self.data = data
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        chosen = ["--demo"] if demo else []
        if database:
            chosen += ["--database", database]
        self._command = nabz(
            "serve", "--host", "127.0.0.1", "--port", str(self.port), "--data", str(data), *chosen, *options
        )
        self._environment = environment(**variables)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the program was not started"
        return self._process.pid

    @property
    def demo(self) -> dict[str, Any]:
        """What demo.json holds: the addresses and credentials of the demo sandbox."""
        found: dict[str, Any] = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))
        return found

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def _log(self) -> Path:
        return self.data / "output.log"

    def start(self, *, seconds: float = 60) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                # A session of its own, so that `kill` takes the workers too; and it ends if the tests are killed.
                ["setpriv", "--pdeathsig", "TERM", *self._command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        last = time.monotonic() + seconds
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > last:
                self.kill()
                raise AssertionError(f"the program is not ready; it said:\n{self.output[-4000:]}")
            time.sleep(0.05)
        return self

    def stop(self) -> int:
        """Ask it to end, as an operator does; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it and its workers without a word, as a power cut does."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None, "the program was not started"
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            return self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the program did not end; it said:\n{self.output[-4000:]}") from None

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
