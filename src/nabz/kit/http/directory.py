"""Where a path leads: looked up, so that the hundredth route costs a call no more than the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Match, NoMatchFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.datastructures import URLPath
    from starlette.routing import Route
    from starlette.types import Receive, Scope, Send


class Directory(BaseRoute):
    """Many routes as one: Starlette itself would try the pattern of each in turn."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._whole: dict[str, Route] = {}
        self._by_first_word: dict[str, list[Route]] = {}
        for route in routes:
            if "{" not in route.path:
                self._whole[route.path] = route
            else:
                first = _first_word(route.path)
                self._by_first_word.setdefault("" if "{" in first else first, []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the route of a path; one that knows the path and not the method is better than none."""
        partial: Scope | None = None
        if scope["type"] == "http":
            for route in self._candidates(scope["path"]):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "route": route}
                if match is Match.PARTIAL and partial is None:
                    partial = {**found, "route": route}
        return (Match.NONE, {}) if partial is None else (Match.PARTIAL, partial)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go where `matches` has pointed."""
        await scope["route"].handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """Refuse: our templates write addresses as they are."""
        raise NoMatchFound(name, path_params)

    def _candidates(self, path: str) -> Iterator[Route]:
        if path in self._whole:
            yield self._whole[path]
        yield from self._by_first_word.get(_first_word(path), ())
        yield from self._by_first_word.get("", ())


def _first_word(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""
