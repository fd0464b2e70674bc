"""`nabz tamin …`: what Tamin's sign-in needs to know of client systems and people, and its signing key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.kit.db import Tx

app = typer.Typer(help="Who gets into Tamin: redirect addresses, APIs, national codes, the key.", no_args_is_help=True)

ClientId = Annotated[str, typer.Argument(help="The client id of the system.")]
Address = Annotated[str, typer.Argument(help="Where browsers are sent back to, letter for letter.")]
InDataSet = Annotated[int, typer.Option("--data-set", help="0 is production, 1 the demo sandbox.")]
BY = "console"


@app.command("redirects")
def list_redirects(client: ClientId, data: Data = None, database: DatabaseUrl = None) -> None:
    """List a system's redirect addresses: data set, address."""
    from nabz.access.service.oauth import registering

    found = on_store(settings_of(data, database), lambda db: db.read(registering.redirects_of, client))
    for data_set, uri in found:
        typer.echo(f"{data_set}\t{uri}")


@app.command("add-redirect")
def add_redirect(
    client: ClientId, uri: Address, data_set: InDataSet = 0, data: Data = None, database: DatabaseUrl = None
) -> None:
    """Register an address to which browsers are sent back with their codes."""
    from nabz.access.service.oauth import registering

    on_store(
        settings_of(data, database),
        lambda db: db.write(registering.add_redirect, client, data_set, uri, BY, clock.now()),
    )
    typer.echo(uri)


@app.command("remove-redirect")
def remove_redirect(
    client: ClientId, uri: Address, data_set: InDataSet = 0, data: Data = None, database: DatabaseUrl = None
) -> None:
    """Take a redirect address away."""
    from nabz.access.service.oauth import registering

    gone = on_store(
        settings_of(data, database),
        lambda db: db.write(registering.remove_redirect, client, data_set, uri, BY, clock.now()),
    )
    typer.echo("removed" if gone else "was not there")


@app.command()
def apis(
    client: ClientId,
    names: Annotated[list[str] | None, typer.Argument(help="What it may use; without: only tell.")] = None,
    nothing: Annotated[bool, typer.Option("--none", help="Let it use none of them.")] = False,
    data_set: InDataSet = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Let a system use these of epresc, drug and para, and no others."""
    from nabz.access.model.oauth import api_names, apis_named
    from nabz.access.service import clients

    def work(tx: Tx) -> str:
        if names or nothing:
            granted = apis_named("" if nothing else " ".join(names or []))
            clients.set_apis(tx, client, data_set, granted, BY, clock.now())
        return api_names(clients.apis_of(tx, client, data_set))

    typer.echo(on_store(settings_of(data, database), lambda db: db.write(work)))


@app.command()
def identify(
    username: Annotated[str, typer.Argument(help="The user name.")],
    national_code: Annotated[str, typer.Option(help="Ten digits, or a foreigner's id.")],
    mobile: Annotated[str, typer.Option(help="Where one-time codes are sent; without it they go by mail.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Write down a person's national code and mobile."""
    from nabz.access.service import users
    from nabz.access.service.oauth import registering

    def write(tx: Tx) -> None:
        registering.identify(tx, users.id_of(tx, username), national_code, mobile, BY, clock.now())

    on_store(settings_of(data, database), lambda db: db.write(write))
    typer.echo(f"{username} is known")


@app.command("rotate-key")
def rotate_key(data: Data = None, database: DatabaseUrl = None) -> None:
    """Sign tokens with a new key from now on; those of the one before are believed to their end."""
    from nabz.access.service.oauth.signing import Signer
    from nabz.app import keyring

    settings = settings_of(data, database)
    typer.echo(on_store(settings, lambda db: Signer(db, keyring(settings)).rotate(BY, clock.now())))
