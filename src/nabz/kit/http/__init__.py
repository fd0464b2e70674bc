"""Routes of typed functions over plain ASGI."""

from __future__ import annotations

from nabz.kit.http.call import Call, Deps, Who
from nabz.kit.http.routes import Endpoint, Routes

__all__ = ["Call", "Deps", "Endpoint", "Routes", "Who"]
