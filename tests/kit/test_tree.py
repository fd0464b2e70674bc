"""Many addresses as one route: known words before parameters, and a method that is wrong told as such."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring
from nabz.kit.http import Call, Deps, Endpoint
from nabz.kit.http.front import Front
from nabz.kit.http.routes import problem_json
from nabz.kit.http.tree import Tree
from nabz.settings import Settings
from tests.kit.asking import ask
from tests.kit.things import NOW

pytestmark = pytest.mark.wire


def endpoint(method: str, path: str) -> Endpoint:
    async def tell(call: Call) -> Response:
        return Response(f"{path} {sorted(call.path.items())}")

    return Endpoint(method=method, path=path, function=tell, owner="test", summary="", shape=problem_json)


def refuse(call: Call, allowed: list[str]) -> Response:
    return Response(f"{call.scope['path']}: {allowed}", 405)


async def test_an_address_leads_to_the_most_known_that_has_its_method(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path))
    db = open_database("sqlite:///never-opened")
    deps = Deps(settings=settings, db=db, clock=FixedClock(NOW), keys=Keyring(bytes(32)))
    planted = ("GET /Api/Things/{id}", "GET /api/things/last", "PUT /api/things/{id}", "GET /api/{x}/y")
    tree = Tree(deps, [endpoint(*each.split()) for each in planted], refuse)
    app = Front(Starlette(routes=[tree]), settings, lambda *_: None)
    asked = {
        ("GET", "/api/things/7"): "/Api/Things/{id} [('id', '7')]",
        ("GET", "/API/THINGS/LAST/"): "/api/things/last []",
        ("PUT", "/api/things/Last"): "/api/things/{id} [('id', 'Last')]",
        ("GET", "/api/things/y"): "/Api/Things/{id} [('id', 'y')]",
        ("GET", "/api/others/Y"): "/api/{x}/y [('x', 'others')]",
        ("DELETE", "/api/things/7"): "/api/things/7: ['GET', 'PUT']",
    }
    for (method, path), told in asked.items():
        assert (await ask(app, method, path)).body.decode() == told
    assert (await ask(app, "GET", "/api/things")).status == 404
    with pytest.raises(ValueError, match="two operations"):
        Tree(deps, [endpoint("GET", "/a/{b}"), endpoint("GET", "/A/{c}")], refuse)
