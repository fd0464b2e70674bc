"""The cold start: from `nabz serve` to the first /readyz that says 200, on a fresh data folder and again."""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure import ROOT, environment, free_port, memory

MAIN = "import sys; from nabz.cli import main; sys.argv[0] = 'nabz'; sys.exit(main())"
LONGEST = 60.0


def cold_start() -> dict[str, Any]:
    """Seconds of the first start (migration and demo rows included) and of the second, and the memory of the second."""
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="nabz-bench-") as data:
        for name in ("first", "second", "third"):
            port = free_port()
            command = [sys.executable, "-c", MAIN, "serve", "--demo", "--port", str(port), "--data", data]
            log = Path(data) / "output.log"
            with log.open("wb") as output:
                begun = time.perf_counter()
                process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=output, stderr=output)
                try:
                    while not _is_ready(port):
                        if process.poll() is not None or time.perf_counter() - begun > LONGEST:
                            return {"failed": log.read_text().strip().splitlines()[-1:]}
                        time.sleep(0.005)
                    told[f"{name}_s"] = round(time.perf_counter() - begun, 2)
                    told["idle"] = memory(process.pid)
                finally:
                    process.terminate()
                    process.wait(timeout=30)
    return told


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
