"""The command line of the installation: serve, migrate, seed, audit."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest

import nabz
from tests.program import Program, environment, free_port
from tests.program import nabz as command

DITAS = {"client_id", "client_secret", "username", "password", "pids"}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(**variables), capture_output=True, text=True, timeout=120, check=False
    )


def test_the_version_is_told() -> None:
    told = run("--version")
    assert (told.returncode, told.stdout.strip()) == (0, f"nabz {nabz.__version__}")


def test_a_migration_run_twice_changes_nothing(tmp_path: Path) -> None:
    assert run("migrate", "--data", str(tmp_path)).returncode == 0
    before = (tmp_path / "nabz.sqlite").read_bytes()
    assert run("migrate", "--data", str(tmp_path)).returncode == 0
    assert (tmp_path / "nabz.sqlite").read_bytes() == before


def test_seeding_asks_what_to_seed(tmp_path: Path) -> None:
    refused = run("seed", "--data", str(tmp_path))
    assert refused.returncode == 2
    assert "--demo" in refused.stderr


def test_the_demo_is_seeded_once_however_often(tmp_path: Path) -> None:
    assert run("seed", "--demo", "--data", str(tmp_path)).returncode == 0
    first = (tmp_path / "demo.json").read_text()
    with sqlite3.connect(tmp_path / "nabz.sqlite") as store:
        count = store.execute("SELECT count(*) FROM audit_entry").fetchone()
    assert run("seed", "--demo", "--data", str(tmp_path)).returncode == 0
    assert (tmp_path / "demo.json").read_text() == first
    with sqlite3.connect(tmp_path / "nabz.sqlite") as store:
        assert store.execute("SELECT count(*) FROM audit_entry").fetchone() == count


def test_the_demo_is_described_before_it_is_ready(site: Program) -> None:
    demo = site.demo
    assert demo["base_url"] == site.base_url
    assert demo["ditas"].keys() >= DITAS
    assert {"operator", "vendor", "physician", "secretary", "citizen"} <= demo["portal"].keys()
    for account in demo["portal"].values():
        assert account.keys() == {"role", "username", "password", "path"}


def test_sqlite_serves_one_process(tmp_path: Path) -> None:
    refused = run("serve", "--workers", "2", "--data", str(tmp_path))
    assert refused.returncode == 2
    assert "PostgreSQL" in refused.stderr


def test_the_demo_does_not_move_in_with_real_people(tmp_path: Path) -> None:
    assert run("migrate", "--data", str(tmp_path)).returncode == 0
    with sqlite3.connect(tmp_path / "nabz.sqlite") as store:
        store.execute(
            "INSERT INTO access_organisation (id, name, kind, active, created_at)"
            " VALUES ('o', 'o', 'company', 1, '2026-01-01T00:00:00.000000+00:00')"
        )
        store.execute(
            "INSERT INTO access_user (id, username, display_name, organisation_id, status, data_set, totp_step,"
            " created_at) VALUES ('u', 'u', 'u', 'o', 'active', 0, 0, '2026-01-01T00:00:00.000000+00:00')"
        )
    refused = run("seed", "--demo", "--data", str(tmp_path))
    assert refused.returncode == 2
    assert "access.store-in-use" in refused.stderr
    assert not (tmp_path / "demo.json").exists()


def test_a_store_with_demo_people_is_not_served_in_earnest(tmp_path: Path) -> None:
    assert run("seed", "--demo", "--data", str(tmp_path)).returncode == 0
    refused = run("serve", "--data", str(tmp_path))
    assert refused.returncode == 2
    assert "--demo" in refused.stderr


def test_an_end_that_was_asked_for_is_no_failure(serve: Callable[..., Program]) -> None:
    assert serve().stop() == 0


def test_the_audit_is_verified_and_a_changed_row_is_found(serve: Callable[..., Program]) -> None:
    program = serve()
    program.stop()
    place = ("--data", str(program.data))
    assert run("audit", "verify", *place).returncode == 0
    heads = [json.loads(line)["head"] for line in program.output.splitlines() if '"audit-sealed"' in line]
    assert run("audit", "verify", "--head", heads[-1], *place).returncode == 0
    with sqlite3.connect(program.data / "nabz.sqlite") as store:
        store.execute("UPDATE audit_entry SET who = 'somebody else' WHERE number = 3")
    found = run("audit", "verify", *place)
    assert found.returncode == 1
    assert "seal 1" in found.stderr
    with sqlite3.connect(program.data / "nabz.sqlite") as store:
        store.execute("DELETE FROM audit_entry")
        store.execute("DELETE FROM audit_seal")
    assert run("audit", "verify", *place).returncode == 0  # the tables alone cannot tell
    assert run("audit", "verify", "--head", heads[-1], *place).returncode == 1


@pytest.mark.races
def test_two_workers_on_postgresql_know_each_others_tokens(serve: Callable[..., Program]) -> None:
    program = serve("--workers", "2", engine="postgres")
    ditas = program.demo["ditas"]
    form = {"grant_type": "password", "username": ditas["username"], "password": ditas["password"]}
    tokens, calls = set(), []
    for _ in range(12):  # each on a connection of its own, so that both workers are met
        with httpx.Client(base_url=program.base_url) as client:
            answer = client.post("/oauth/token", data=form, auth=(ditas["client_id"], ditas["client_secret"]))
            tokens.add(answer.json()["access_token"])
        with httpx.Client(base_url=program.base_url) as client:
            headers = {"authorization": f"Bearer {tokens.copy().pop()}", "pid": ditas["pids"]["echo"]}
            calls.append(client.post("/api/client/apim/v1/nabz/gwecho/Echo", json=[1], headers=headers).status_code)
    assert len(tokens) == 1
    assert set(calls) == {200}
    metrics = httpx.get(f"{program.base_url}/metrics").text
    assert 'route="/oauth/token",status="200"} 12.0' in metrics.replace('method="POST",', "")
    assert program.stop() == 0


def test_a_taken_port_is_told_before_anything_is_written(site: Program, tmp_path: Path) -> None:
    refused = run("serve", "--demo", "--port", str(site.port), "--data", str(tmp_path / "other"))
    assert refused.returncode == 2
    assert refused.stderr.strip() == f"nabz: this port cannot be had, try another: {site.port}"
    assert not (tmp_path / "other").exists()


def test_a_folder_is_served_once(site: Program) -> None:
    before = (site.data / "demo.json").read_text()
    refused = run("serve", "--demo", "--port", "1", "--data", str(site.data))
    assert refused.returncode == 2
    refused = run("serve", "--demo", "--port", str(free_port()), "--data", str(site.data))
    assert (refused.returncode, "another nabz is serving" in refused.stderr) == (2, True)
    assert (site.data / "demo.json").read_text() == before


@pytest.mark.parametrize(
    "words",
    [
        ("user", "list", "--data", "{}/nowhere"),
        ("audit", "verify", "--data", "{}/nowhere"),
        ("serve", "--database", "nonsense://x", "--data", "{}/n", "--port", "{port}"),
        ("serve", "--data", "/proc/x", "--port", "{port}"),
        ("migrate", "--database", "postgresql://nobody@127.0.0.1:1/x"),
    ],
)
def test_a_store_that_cannot_be_had_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = run(*(word.format(tmp_path, port=free_port()) for word in words))
    assert told.returncode == 2
    assert told.stderr.startswith("nabz: ")
    assert len(told.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()
