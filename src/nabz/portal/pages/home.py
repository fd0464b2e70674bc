"""The home page, the API browser and the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import FileResponse

from nabz.access.model import ROLE_TITLES, Role
from nabz.kit.errors import NotFound
from nabz.portal import files
from nabz.portal import print as print_
from nabz.portal.model import SYSTEMS
from nabz.web.pages import Pages
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call


def routes() -> Pages:
    """These pages."""
    pages = Pages("portal")

    @pages.get("/", summary="Home")
    async def home(call: Call) -> Response:
        settings = call.deps.settings
        sandbox = files.read(settings)
        shown = {**sandbox["ditas"], "pid_echo": sandbox["ditas"]["pids"]["echo"]} if sandbox else None
        accounts = [
            {**account, "role": say(call, *ROLE_TITLES[Role(account["role"])])}
            for account in (sandbox or {"portal": {}})["portal"].values()
        ]
        return render(
            call,
            "portal/home.html",
            systems=SYSTEMS,
            base_url=settings.base_url,
            credentials=shown,
            accounts=accounts,
        )

    @pages.get("/api", summary="The API browser")
    async def api_browser(call: Call) -> Response:
        return render(call, "api_browser.html")

    @pages.get("/docs/{path:path}", summary="The documents")
    async def read(call: Call) -> Response:
        path = call.path["path"]
        picture = print_.picture(path)
        if picture is not None:
            return FileResponse(picture)
        found = print_.document(path)
        if found is None:
            raise NotFound
        # The text is our own and was drawn with HTML switched off.
        return render(call, "portal/document.html", document=found, html=Markup(found.html), contents=print_.contents())  # noqa: S704

    @pages.get("/docs", summary="The way to the documents")
    async def to_documents(call: Call) -> Response:
        return see_other(call, "/docs/")

    return pages
