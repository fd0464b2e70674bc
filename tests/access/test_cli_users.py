"""`nabz user …` and `nabz organisation …`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from nabz.cli.commands import app


class Console:
    """The command line on one installation."""

    def __init__(self, database: str, data: Path) -> None:
        self._where = ["--database", database, "--data", str(data)]

    def __call__(self, *arguments: str) -> list[str]:
        done = CliRunner().invoke(app, [*arguments, *self._where], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    def refused(self, *arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, *self._where], catch_exceptions=False)
        assert done.exit_code == 2
        return done.stderr


@pytest.fixture
def console(db_url: str, tmp_path: Path) -> Console:
    return Console(db_url, tmp_path)


def test_the_first_operator_is_made_at_the_console(console: Console) -> None:
    [clinic] = console("organisation", "add", "درمانگاه نمونه", "--kind", "clinic")
    assert clinic in console("organisation", "list")[0]
    whom = ["Sara", "--email", "sara@example.org", "--name", "سارا", "--organisation", clinic]
    made, link = console("user", "invite", *whom, "--role", "operator", "--role", "nurse")
    assert made.startswith("sara\t")
    assert "/link/" in link
    assert console("user", "list") == [f"sara\tinvited\tnurse,operator\tدرمانگاه نمونه\t{made.split()[1]}"]
    console("user", "roles", "sara", "--role", "manager")
    assert console("user", "list", "--role", "operator") == []
    console("user", "disable", "sara")
    assert "\tlocked\tmanager\t" in console("user", "list", "SAR")[0]
    console("user", "enable", "sara")
    [again] = console("user", "reset-password", "sara")
    assert "/link/" in again
    assert again != link


def test_what_cannot_be_done_ends_with_one_line(console: Console) -> None:
    assert "access.unknown-user" in console.refused("user", "disable", "nobody")
    assert "access.unknown-user" in console.refused("user", "reset-second-factor", "nobody")
    assert "none of" in console.refused("user", "roles", "nobody", "--role", "emperor")
    assert "one of" in console.refused("organisation", "add", "x", "--kind", "kingdom")
