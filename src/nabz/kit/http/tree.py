"""Where an address leads when thousands are named letter by letter: a tree of words, known ones before parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Match, NoMatchFound

from nabz.kit.http.call import Call

if TYPE_CHECKING:
    from starlette.datastructures import URLPath
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from nabz.kit.http.call import Deps
    from nabz.kit.http.routes import Endpoint

WrongMethod = Callable[[Call, list[str]], "Response"]
"""How an address answers to a method that it does not have; it is told those that it has."""


class Branch:
    """One step of an address: words that are known, and a place for any."""

    __slots__ = ("endpoints", "names", "parameter", "words")

    def __init__(self) -> None:
        self.words: dict[str, Branch] = {}
        self.parameter: Branch | None = None
        self.endpoints: dict[str, Endpoint] = {}
        self.names: dict[str, tuple[str, ...]] = {}


class Tree(BaseRoute):
    """Many addresses as one route, without regard to the case of their words."""

    def __init__(self, deps: Deps, endpoints: Iterable[Endpoint], wrong_method: WrongMethod) -> None:
        self._deps = deps
        self._wrong_method = wrong_method
        self._root = Branch()
        for endpoint in endpoints:
            self._plant(endpoint)

    def _plant(self, endpoint: Endpoint) -> None:
        branch, names = self._root, []
        for word in endpoint.path.strip("/").split("/"):
            if word.startswith("{"):
                names.append(word.strip("{}"))
                branch.parameter = branch.parameter or Branch()
                branch = branch.parameter
            else:
                branch = branch.words.setdefault(word.lower(), Branch())
        if endpoint.method in branch.endpoints:
            message = f"two operations answer at {endpoint.method} {endpoint.path}"
            raise ValueError(message)
        branch.endpoints[endpoint.method] = endpoint
        branch.names[endpoint.method] = tuple(names)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the operation of an address; a wrong method is told as such."""
        if scope["type"] != "http":
            return Match.NONE, {}
        words = [word for word in scope["path"].split("/") if word]
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        found = _find(self._root, words, 0, [], method)
        if found is None:
            return Match.NONE, {}
        branch, values = found
        endpoint = branch.endpoints.get(method)
        if endpoint is None:
            return Match.FULL, {"leads_to": None, "allowed": sorted(branch.endpoints)}
        names = branch.names[method]
        return Match.FULL, {"leads_to": endpoint, "path_params": dict(zip(names, values, strict=True))}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer there."""
        endpoint: Endpoint | None = scope["leads_to"]
        call = Call(scope, receive, self._deps)
        if endpoint is None:
            answer = self._wrong_method(call, scope["allowed"])
        else:
            scope["endpoint_path"] = endpoint.path
            answer = await endpoint.function(call)
        await answer(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """Refuse: our templates write addresses as they are."""
        raise NoMatchFound(name, path_params)


def _find(branch: Branch, words: list[str], at: int, values: list[str], method: str) -> tuple[Branch, list[str]] | None:
    """Go down the tree; where words lead nowhere, or to another method, parameters may."""
    if at == len(words):
        return (branch, values) if branch.endpoints else None
    partial = None
    known = branch.words.get(words[at].lower())
    if known is not None:
        found = _find(known, words, at + 1, values, method)
        if found is not None and method in found[0].endpoints:
            return found
        partial = found
    if branch.parameter is not None:
        found = _find(branch.parameter, words, at + 1, [*values, words[at]], method)
        if found is not None and (partial is None or method in found[0].endpoints):
            return found
    return partial
