"""What Prometheus is told."""

import pytest

from nabz.kit import metrics

pytestmark = pytest.mark.rules


def page() -> str:
    return metrics.page()[0].decode()


def test_a_call_is_counted_under_its_routes_pattern() -> None:
    for _ in range(3):
        metrics.seen({"endpoint_path": "/test/{id}", "method": "GET", "path": "/test/0012345678"}, 200, 0.004)
    told = page()
    assert 'nabz_http_requests_total{method="GET",route="/test/{id}",status="200"} 3.0' in told
    assert 'nabz_http_request_seconds_bucket{le="0.005",route="/test/{id}"} 3.0' in told
    assert "0012345678" not in told


def test_callers_cannot_make_new_lines() -> None:
    before = page().count("\n")
    for number in range(500):
        metrics.seen({"method": f"M{number}", "path": f"/{number}"}, 404, 0.001)
    assert page().count("\n") - before < 40
