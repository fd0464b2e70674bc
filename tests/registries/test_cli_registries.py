"""`nabz registries …` and `nabz appointments …`."""

from pathlib import Path

from typer.testing import CliRunner

from nabz.cli.commands import app


def run(database: str, data: Path, *arguments: str, typed: str = "") -> tuple[int, str]:
    where = ["--database", database, "--data", str(data)]
    done = CliRunner().invoke(app, [*arguments, *where], input=typed, catch_exceptions=False)
    said = [line for line in done.output.splitlines(keepends=True) if not line.startswith("{")]  # the log apart
    return done.exit_code, "".join(said)


def test_an_outside_source_is_connected_and_taken_away(db_url: str, tmp_path: Path) -> None:
    address = "https://gateway.example/api/client/apim/v1/sabtahval/gwsabt/getEstelam3"
    assert run(db_url, tmp_path, "registries", "list") == (0, "")
    code, _ = run(db_url, tmp_path, "registries", "connect", "identity", address, "--credential", typed="Basic x\n")
    assert code == 0
    _, listed = run(db_url, tmp_path, "registries", "list")
    assert listed.split() == ["identity", address, "kept", "3600", "s", "with", "a", "credential"]
    assert run(db_url, tmp_path, "registries", "list", "--data-set", "1") == (0, "")
    assert run(db_url, tmp_path, "registries", "disconnect", "identity")[0] == 0
    assert run(db_url, tmp_path, "registries", "list") == (0, "")


def test_a_registry_that_is_none_is_refused(db_url: str, tmp_path: Path) -> None:
    code, said = run(db_url, tmp_path, "registries", "connect", "weather", "https://example.org")
    assert (code, "identity, insurance or council" in said) == (2, True)
    code, said = run(db_url, tmp_path, "registries", "connect", "identity", "ftp://example.org")
    assert (code, "[registries." in said) == (2, True)


def test_only_past_months_can_leave(db_url: str, tmp_path: Path) -> None:
    assert run(db_url, tmp_path, "appointments", "months") == (0, "")
    assert run(db_url, tmp_path, "appointments", "let-go", "--before", "1400/01/01")[1].strip() == "nothing would leave"
    assert run(db_url, tmp_path, "appointments", "let-go", "--before", "1499/01/01")[0] == 2
    assert run(db_url, tmp_path, "appointments", "let-go", "--before", "1400/13/01")[0] == 2
