"""A whole version as a file, as one who keeps a copy fetches it."""

from __future__ import annotations

import http.client
import time
from typing import Any

from bench import codings
from bench.terminology import API


def downloaded(port: int) -> dict[str, Any]:
    """Fetch all codes of the version in force as CSV, and tell how much that was and how long it took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    connection.request("GET", f"{API}/{codings.ID}/download/csv")
    answer = connection.getresponse()
    size = lines = 0
    while piece := answer.read(1 << 16):
        size += len(piece)
        lines += piece.count(b"\n")
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"the download was refused: {answer.status}")
    return {"rows": lines - 1, "mb": round(size / 1e6, 1), "s": round(time.perf_counter() - begun, 1)}
