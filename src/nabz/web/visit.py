"""The cookies of one browser: its visit (for forms), its language, its next message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.ids import secret

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

VISIT, LANGUAGE, FLASH = "nabz_visit", "nabz_lang", "nabz_flash"
YEAR = 365 * 24 * 3600
LONGEST = 4096  # no browser keeps a longer one


def cookie(call: Call, name: str) -> str | None:
    """A cookie that the browser sent: ours are plain words, so there is nothing to unquote."""
    found = ""
    for pair in (call.header("cookie") or "").split(";"):
        key, _, value = pair.partition("=")
        if key.strip() == name:
            found = value.strip()
    return found if 0 < len(found) <= LONGEST else None


def set_cookie(call: Call, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Give a cookie that scripts cannot read and other sites cannot use."""
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=secure(call), httponly=True, samesite="lax")


def secure(call: Call) -> bool:
    """Tell whether this call came over HTTPS."""
    return call.scope["scheme"] == "https" or call.deps.settings.base_url.startswith("https:")


def visit_of(call: Call) -> str:
    """The browser's own random number, made at its first page."""
    state = call.scope.setdefault("visit", {})
    if "id" not in state:
        sent = cookie(call, VISIT)
        state["id"] = sent or secret()
        state["new"] = sent is None
    return str(state["id"])


def csrf(call: Call) -> str:
    """The word that only our own forms in this browser know."""
    return call.deps.keys.hex("csrf", visit_of(call))[:40]


def language(call: Call) -> str:
    """Persian unless the page, or an earlier choice, says English."""
    asked = call.request.query_params.get("lang") or cookie(call, LANGUAGE)
    return "en" if asked == "en" else "fa"


def flashes(call: Call) -> list[dict[str, str]]:
    """The message that the last page left for this one."""
    signed = cookie(call, FLASH)
    text = call.deps.keys.verified("flash", signed) if signed else None
    if text is None:
        return []
    kind, _, words = bytes.fromhex(text).decode().partition("|")
    return [{"kind": kind, "text": words}]


def leave(call: Call, answer: Response, *, flash: tuple[str, str] | None = None) -> Response:
    """Set the cookies that this answer owes the browser."""
    state = call.scope.get("visit", {})
    if state.get("new"):
        set_cookie(call, answer, VISIT, state["id"], seconds=YEAR)
    asked = call.request.query_params.get("lang")
    if asked in {"fa", "en"}:
        set_cookie(call, answer, LANGUAGE, asked, seconds=YEAR)
    if flash:
        text = "|".join(flash).encode().hex()
        set_cookie(call, answer, FLASH, call.deps.keys.sign("flash", text), seconds=60)
    elif cookie(call, FLASH) is not None:
        answer.delete_cookie(FLASH, path="/")
    return answer
