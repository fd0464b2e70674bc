"""The list of rules by their numbers: whoever looks a number up finds it."""

import json
import re
from typing import Any

import httpx2
import pytest

from nabz.cli.docs_residency import ELSEWHERE, FIELDS
from nabz.residency.errors.faults import RULES
from tests.architecture.tree import ROOT
from tests.program import Program

TOLD = re.compile(r'(?:fault|\.tell)\(\s*"([a-z-]+)",\s*"(\w+)"')
LETTERS = ("model", "wire", "api", "service")


def test_every_rule_is_listed_with_the_fields_in_which_it_is_told() -> None:
    assert set(RULES) == {*FIELDS, *ELSEWHERE}
    folder = ROOT / "src" / "nabz" / "residency"
    sources = [path.read_text(encoding="utf-8") for part in LETTERS for path in (folder / part).rglob("*.py")]
    told = {found for source in sources for found in TOLD.findall(source) if found[0] not in ELSEWHERE}
    assert len(told) > 30
    assert not [(rule, field) for rule, field in told if field not in FIELDS[rule] and field != "University"]


@pytest.mark.parametrize("value", [None, [], "?", -1])
def test_every_number_that_a_refusal_tells_is_listed(value: Any, site: Program) -> None:
    page = (ROOT / "docs" / "reference" / "residency-rules.md").read_text(encoding="utf-8")
    names = {field for fields in FIELDS.values() for field in fields}
    with httpx2.Client(base_url=site.base_url) as university:
        who = {name: site.demo["simad"][name] for name in ("username", "password")}
        token = university.post("/api/Token/authenticate", json=who).json()[" Token"]
        for address in ("Residents/AddOrUpdate", "Residents/UploadImage", "DeclareResidentToUpgrades/AddOrUpdate"):
            sent = dict.fromkeys(names, value)
            refused = university.post(f"/api2/{address}", json=sent, headers={"token": token})
            assert refused.status_code == 400
            assert not [number for number in json.loads(refused.json()["detail"]) if f"`{number}`" not in page]
