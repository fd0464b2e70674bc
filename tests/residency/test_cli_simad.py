"""`nabz simad`: maintenance and deadlines without a browser."""

import os

import httpx2
import pytest
from typer.testing import CliRunner

from nabz.cli.simad import app
from tests.program import Program


@pytest.fixture
def said(site: Program) -> "Said":
    return Said(site)


class Said:
    """What a command prints."""

    def __init__(self, site: Program) -> None:
        self._place = ["--data", str(site.data)]

    def __call__(self, *words: str, code: int = 0) -> str:
        before = os.umask(0)
        try:
            done = CliRunner().invoke(app, [*words, *self._place])  # which sets a mask of its own
        finally:
            os.umask(before)
        assert done.exit_code == code, done.output
        return done.output


def test_the_deadlines_of_a_year_are_set_one_by_one(said: Said) -> None:
    assert said("year", "1390", "--opens", "1390/07/01", "--closes", "۱۳۹۰/۱۲/۰۱ 20:00").split("\t")[2] == (
        "closes 1390/12/01 20:00"
    )
    line = "1390\topens none\tcloses 1390/12/01 20:00\tcorrections none\tresults 1391/05/01 12:00"
    assert said("year", "1390", "--opens", "none", "--results", "1391/05/01 12:00").strip() == line
    assert said("year", "1390").strip() == line
    assert line in said("years").splitlines()
    assert "1390" not in said("years", "--data-set", "1")
    assert "residency.results-published" in said("year", "1390", "--results", "none", code=2)
    assert "residency.deadlines-wrong" in said(
        "year", "1391", "--opens", "1392/01/01", "--closes", "1391/01/01", code=2
    )
    assert "residency.year-wrong" in said("year", "12", "--opens", "1391/01/01", code=2)
    assert "kit.date-wrong" in said("year", "1390", "--closes", "2011/01/01", code=2)


def test_the_service_is_closed_and_opened_again(said: Said, site: Program) -> None:
    wrong = {"username": "nobody", "password": "guess"}
    address = f"{site.base_url}/api/Token/authenticate"
    assert "to come" in said("maintenance", "on", "--until", "1390/01/01", code=2)
    try:
        assert said("maintenance", "on", "--until", "1499/01/01", "--note", "تا فردا", "--data-set", "1").strip() == (
            "closed until 1499/01/01 00:00"
        )
        closed = httpx2.post(address, json=wrong)
        assert (closed.status_code, closed.text) == (503, "Service Unavailable")
    finally:
        assert said("maintenance", "off", "--data-set", "1").strip() == "open"
    assert httpx2.post(address, json=wrong).status_code == 404
