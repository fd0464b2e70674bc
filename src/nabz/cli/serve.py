"""`nabz serve`: migrate, seed if it is a demo, tell the addresses, answer."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import msgspec
import typer

from nabz.cli import seed
from nabz.cli.migrate import migrate
from nabz.cli.program import Data, DatabaseUrl, settings_of

if TYPE_CHECKING:
    import uvicorn

    from nabz.settings import Settings

STARTUP_FAILURE, BACKLOG = 3, 2048
TAMIN_PORTS = (2020, 90, 8585, 8088)
"""Pharmacies, paraclinic centres, authentication, entitlement, as Tamin's guide prints them."""


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="The address to listen on (NABZ_HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port to listen on (NABZ_PORT).")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    workers: Annotated[int | None, typer.Option(help="Processes; more than 1 needs PostgreSQL.")] = None,
    demo: Annotated[bool | None, typer.Option("--demo", help="Load the demo sandbox and write demo.json.")] = None,
    tamin_ports: Annotated[
        bool, typer.Option("--tamin-ports", help="Listen on Tamin's 2020, 90, 8585 and 8088 too (NABZ_TAMIN_PORTS).")
    ] = False,
) -> None:
    """Serve all systems and portals."""
    further = TAMIN_PORTS if tamin_ports else None
    settings = settings_of(data, database, host=host, port=port, workers=workers, demo=demo, tamin_ports=further)
    if settings.workers > 1 and settings.database_url.startswith("sqlite"):
        typer.echo("nabz: SQLite serves one process: name a PostgreSQL database for --workers", err=True)
        sys.exit(2)
    try:
        _lock = alone(settings)  # held until the process ends
    except OSError as error:
        typer.echo(f"nabz: {error.strerror}: {error.filename}", err=True)
        sys.exit(2)
    migrate(settings.database_url)
    if settings.demo:
        tell(settings, seed.fill(settings))
    elif seed.is_demo(settings):
        typer.echo(
            "nabz: this store holds the demo, whose passwords everybody knows: add --demo or name another", err=True
        )
        sys.exit(2)
    else:
        seed.ship(settings)
    _pass_on(settings)
    if settings.workers > 1:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="nabz-metrics-")  # noqa: TID251

    # The server raises the signal again after its graceful end: an end that was asked for is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    import uvicorn

    config = uvicorn.Config(
        "nabz.app:served",
        factory=True,
        http="nabz.kit.http.protocol:BoundedHeads",  # by name, so that the workers find it too
        workers=settings.workers,
        proxy_headers=False,  # the front believes only the proxies that the settings name
        server_header=False,
        date_header=True,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
    )
    try:
        sockets = [_bound(settings.host, port, listening=True) for port in ports_of(settings)]
    except OSError as error:  # taken since we looked
        typer.echo(f"nabz: {error.strerror}: {error.filename}", err=True)
        sys.exit(2)
    answer(config, sockets)


def answer(config: uvicorn.Config, sockets: list[socket.socket]) -> None:
    """Answer at several ports, in one process or in several; uvicorn's own `run` knows only one."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    if config.workers > 1:
        Multiprocess(config, sockets=sockets).run()
        return
    config.load_app()
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=sockets)
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def ports_of(settings: Settings) -> list[int]:
    """List where to listen, our own port first and none twice."""
    return list(dict.fromkeys([settings.port, *settings.tamin_ports]))


def _bound(host: str, port: int, *, listening: bool = False) -> socket.socket:
    """Take a port. Raises OSError, which names it."""
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        if listening:
            taken.listen(BACKLOG)
    except OSError as error:
        taken.close()
        why = "" if error.errno == errno.EADDRINUSE else f" ({error.strerror})"
        raise OSError(error.errno, f"this port cannot be had{why}, try another", f"{port}") from error
    taken.set_inheritable(True)
    return taken


def alone(settings: Settings) -> TextIO | None:
    """Refuse, before anything is written, a port that is taken or a folder that is being served; give the lock.

    Several programs may stand on one PostgreSQL, but a SQLite file and a demo.json belong to one.
    """
    for port in ports_of(settings):
        _bound(settings.host, port).close()
    if not settings.demo and not settings.database_url.startswith("sqlite"):
        return None
    folder = Path(settings.data)
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "served.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise OSError(error.errno, "another nabz is serving this folder", str(folder)) from error
    return lock


def _pass_on(settings: Settings) -> None:
    """Give the workers the same settings, by the one way in which settings travel."""
    for name, value in msgspec.to_builtins(settings).items():
        text = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        os.environ[f"NABZ_{name.upper()}"] = text  # noqa: TID251


def tell(settings: Settings, sandbox: dict[str, Any]) -> None:
    """Print what a person needs for the first call."""
    ditas = sandbox["ditas"]
    typer.echo(f"Nabz  {settings.base_url}   portal and first call")
    typer.echo(f"      {settings.base_url}/api   every route")
    typer.echo(f"DITAS client_id {ditas['client_id']}   client_secret {ditas['client_secret']}")
    typer.echo(
        f"      username {ditas['username']}   password {ditas['password']}   pid (echo) {ditas['pids']['echo']}"
    )
    for role, account in sandbox["portal"].items():
        typer.echo(f"      {role:18} {account['username']:20} {account['password']:24} {account['path']}")
    typer.echo(f"All of it: {settings.data}/demo.json", nl=True)
