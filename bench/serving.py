"""How both are served: one uvicorn worker with the options of `nabz serve`."""

from __future__ import annotations

from typing import Any

import uvicorn


def serve(app: Any, port: int) -> None:  # noqa: ANN401 - an ASGI application
    """Serve until told to stop."""
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        date_header=True,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
    )
