"""`nabz tamin`: what operators register for the sign-in, without a browser."""

import os

import httpx2
import pytest
from typer.testing import CliRunner

from nabz.cli.oauth import app
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


def test_redirect_addresses_are_added_listed_and_removed(said: Said) -> None:
    new = "https://new.example/back"
    said("add-redirect", "portal-js", new, "--data-set", "1")
    assert f"1\t{new}" in said("redirects", "portal-js").splitlines()
    assert "removed" in said("remove-redirect", "portal-js", new, "--data-set", "1")
    assert new not in said("redirects", "portal-js")
    assert "access.redirect-refused" in said("add-redirect", "portal-js", "http://new.example/", code=2)


def test_a_person_gets_a_national_code_and_the_key_a_successor(said: Said, site: Program) -> None:
    said("identify", "demo-nurse", "--national-code", "9900000013")
    assert "access.identity-wrong" in said("identify", "demo-nurse", "--national-code", "1", code=2)
    new = said("rotate-key").strip()
    form = {"client_id": "900001", "client_secret": "demo-only-sandbox-secret"}
    assert httpx2.post(f"{site.base_url}/auth/server/token", data=form).status_code == 200
    assert len(new) == 36


def test_apis_of_a_system_are_granted_and_taken_away(said: Said) -> None:
    assert said("apis", "portal-js").split() == ["epresc", "drug", "para"]
    assert said("apis", "portal-js", "para", "epresc").split() == ["epresc", "para"]
    assert said("apis", "portal-js", "--data-set", "1").split() == ["epresc", "drug", "para"]
    assert said("apis", "portal-js", "--none").split() == []
    assert "access.api-unknown" in said("apis", "portal-js", "hqs", code=2)
    assert "access.unknown-client" in said("apis", "nobody", "para", code=2)
