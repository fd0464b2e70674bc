"""`nabz gateway …`: customers, secrets, packages, networks and calls without a browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.db import Tx

T = TypeVar("T")

app = typer.Typer(help="Customers, secrets, packages, networks, traffic.", no_args_is_help=True)
clients = typer.Typer(help="Client systems: add.", no_args_is_help=True)
secrets = typer.Typer(help="Their secrets, one per environment: issue, cut.", no_args_is_help=True)
packages = typer.Typer(help="Packages (pids): grant, limit, off, on.", no_args_is_help=True)
networks = typer.Typer(help="Where customers call from: announce, withdraw.", no_args_is_help=True)
calls = typer.Typer(help="Calls that went through: find.", no_args_is_help=True)
app.add_typer(clients, name="client")
app.add_typer(secrets, name="secret")
app.add_typer(packages, name="package")
app.add_typer(networks, name="network")
app.add_typer(calls, name="traffic")

ClientId = Annotated[str, typer.Argument(help="The client id.")]
Pid = Annotated[str, typer.Argument(help="The pid.")]
DataSet = Annotated[int, typer.Option("--data-set", help="0 is production, 1 the demo sandbox.", min=0)]
PerDay = Annotated[int | None, typer.Option(help="Calls a day of each operation; none: no quota.")]
PerSecond = Annotated[int | None, typer.Option(help="Calls a second; none: no limit.")]
OperationNames = Annotated[
    list[str] | None, typer.Option("--operation", help="Only this operation; may be said several times.")
]


@clients.command("add")
def add_client(
    client_id: ClientId,
    title: Annotated[str, typer.Argument(help="What it is called.")],
    organisation: Annotated[str, typer.Option(help="The organisation's id.")],
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Register a client system and print its id."""
    from nabz.access.model import CONSOLE, Client
    from nabz.access.service import clients as service
    from nabz.kit.ids import new_id
    from nabz.kit.persian import fold

    id_ = new_id()

    def register(tx: Tx) -> None:
        client = Client(id_, client_id, fold(title).strip(), organisation, active=True)
        service.register(tx, client, CONSOLE.user_id, clock.now())

    _write(data, database, register)
    typer.echo(id_)


@secrets.command()
def issue(client_id: ClientId, data_set: DataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """Issue a secret and print it, this once; the one before works for 24 hours more."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import clients as service
    from nabz.app import keyring
    from nabz.kit.ids import secret

    keys, made = keyring(settings_of(data, database)), secret()
    _write(
        data,
        database,
        lambda tx: service.issue_secret(tx, keys, client_id, data_set, made, CONSOLE.user_id, clock.now()),
    )
    typer.echo(made)


@secrets.command()
def cut(client_id: ClientId, data_set: DataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """End a secret and every token that was got with it."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import clients as service

    _write(data, database, lambda tx: service.cut_secret(tx, client_id, data_set, CONSOLE.user_id, clock.now()))
    typer.echo(f"{client_id} is cut off from data set {data_set}")


@packages.command()
def grant(
    client_id: ClientId,
    service: Annotated[str, typer.Argument(help="The service's address: provider/gateway.")],
    per_day: PerDay = None,
    per_second: PerSecond = None,
    operation: OperationNames = None,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Grant a package and print its pid."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import clients as customers
    from nabz.gateway.model import Package
    from nabz.gateway.service import packages as licences
    from nabz.kit.ids import object_id

    pid = object_id()

    def give(tx: Tx) -> None:
        package = Package(
            pid=pid,
            client=customers.find(tx, client_id).id,
            service_id=service.strip().lower(),
            operations=[name.strip().lower() for name in operation or []] or None,
            per_day=per_day,
            per_second=per_second,
        )
        licences.grant(tx, package, CONSOLE.user_id, clock.now())

    _write(data, database, give)
    typer.echo(pid)


@packages.command()
def limit(
    pid: Pid,
    per_day: PerDay = None,
    per_second: PerSecond = None,
    operation: OperationNames = None,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Set all limits of a package anew; what is not said is without a limit."""
    from nabz.access.model import CONSOLE
    from nabz.gateway.service import packages as licences

    _write(
        data,
        database,
        lambda tx: licences.limit(tx, pid, per_day, per_second, operation, CONSOLE.user_id, clock.now()),
    )
    typer.echo(f"{pid} is limited")


@packages.command()
def off(pid: Pid, data: Data = None, database: DatabaseUrl = None) -> None:
    """Switch a package off."""
    _switch(pid, data, database, active=False)


@packages.command()
def on(pid: Pid, data: Data = None, database: DatabaseUrl = None) -> None:
    """Switch a package on again."""
    _switch(pid, data, database, active=True)


@networks.command()
def announce(
    client_id: ClientId,
    network: Annotated[str, typer.Argument(help="An address or a network.")],
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Let a customer call from a network."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import clients as customers
    from nabz.gateway.service import packages as licences

    canonical = _write(
        data,
        database,
        lambda tx: licences.announce(tx, customers.find(tx, client_id).id, network, CONSOLE.user_id, clock.now()),
    )
    typer.echo(canonical)


@networks.command()
def withdraw(
    client_id: ClientId,
    network: Annotated[str, typer.Argument(help="An address or a network.")],
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Let a customer call from a network no more."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import clients as customers
    from nabz.gateway.service import packages as licences

    _write(
        data,
        database,
        lambda tx: licences.withdraw(tx, customers.find(tx, client_id).id, network, CONSOLE.user_id, clock.now()),
    )
    typer.echo(f"{client_id} calls from {network} no more")


@calls.command()
def find(
    number: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="The requestId, or a tracking code.")],
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Print what is known of a call; exit 1 if there is none."""
    from nabz.gateway.service import traffic

    rows = on_store(settings_of(data, database), lambda db: db.read(traffic.search, number=number))
    if not rows:
        typer.echo(f"nabz: no call has the number {number}", err=True)
        sys.exit(1)
    for row in rows:
        provider = "-" if row.provider_status is None else row.provider_status
        typer.echo(
            f"{row.request_id}\t{row.at.isoformat()}\t{row.client_id or '-'}\t{row.service_id}/{row.operation}"
            f"\t{row.status}\t{provider}\t{row.millis} ms\t{row.ip}\t{row.tracking or '-'}"
        )


def _switch(pid: str, data: str | None, database: str | None, *, active: bool) -> None:
    from nabz.access.model import CONSOLE
    from nabz.gateway.service import packages as licences

    _write(data, database, lambda tx: licences.switch(tx, pid, CONSOLE.user_id, clock.now(), active=active))
    typer.echo(f"{pid} is {'on' if active else 'off'}")


def _write(data: str | None, database: str | None, use_case: Callable[[Tx], T]) -> T:
    return on_store(settings_of(data, database), lambda db: db.write(use_case))
