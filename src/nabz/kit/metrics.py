"""What Prometheus is told."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client import REGISTRY as ONE_PROCESS

if TYPE_CHECKING:
    from starlette.types import Scope

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

requests = Counter("nabz_http_requests_total", "Answered calls", ["route", "method", "status"])
seconds = Histogram("nabz_http_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS)


@lru_cache(4096)
def _counter(route: str, method: str, status: int) -> Counter:
    return requests.labels(route, method, str(status))


@lru_cache(1024)
def _histogram(route: str) -> Histogram:
    return seconds.labels(route)


def seen(scope: Scope, status: int, took: float) -> None:
    """Count one call under the route's pattern, never under its raw address."""
    route = scope.get("endpoint_path", "unknown")
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"  # callers choose no label
    _counter(route, method, status).inc()
    _histogram(route).observe(took)


def page() -> tuple[bytes, str]:
    """The page that Prometheus reads, over all worker processes if there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # noqa: TID251 - the library's own switch, set by `nabz serve`
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(ONE_PROCESS), CONTENT_TYPE_LATEST
