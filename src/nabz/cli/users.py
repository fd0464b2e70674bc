"""`nabz user …` and `nabz organisation …`: the administration of people without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.access.model import Role, User
    from nabz.kit.db import Tx

app = typer.Typer(help="People: invite, list, disable, enable, reset.", no_args_is_help=True)
organisations = typer.Typer(help="Organisations: add, list.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The user name.")]
RoleNames = Annotated[list[str] | None, typer.Option("--role", help="A role; may be said several times.")]


@app.command()
def invite(
    username: Username,
    email: Annotated[str, typer.Option(help="Where the link is sent.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    organisation: Annotated[str, typer.Option(help="The organisation's id.")],
    role: RoleNames = None,
    data_set: Annotated[int, typer.Option(help="0 is production, 1 the demo sandbox.")] = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Make an account; the link to it is mailed, and printed."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users
    from nabz.access.service.letters import new_posting
    from nabz.app import keyring
    from nabz.kit.ids import new_id

    settings = settings_of(data, database)
    keys, posting = keyring(settings), new_posting(settings.base_url)
    whom = users.Invitation(username, email, name, organisation, _roles(role), data_set)
    user = on_store(
        settings,
        lambda db: db.write(users.invite, keys, CONSOLE, new_id(), whom, posting, settings.link_hours, clock.now()),
    )
    typer.echo(f"{user.username}\t{user.id}\n{posting.address}")


@app.command("list")
def list_users(
    text: Annotated[str, typer.Argument(help="A part of the name or user name.")] = "",
    role: Annotated[str | None, typer.Option(help="Only holders of this role.")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """List people: user name, status, roles, organisation, id."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users

    only = next(iter(_roles([role])), None) if role else None

    def all_of(tx: Tx) -> list[User]:
        found: list[User] = []
        while page := users.search(tx, CONSOLE, text, role=only, after=found[-1].username if found else ""):
            found.extend(page)
        return found

    for user in on_store(settings_of(data, database), lambda db: db.read(all_of)):
        held = ",".join(sorted(user.roles)) or "-"
        typer.echo(f"{user.username}\t{user.status.value}\t{held}\t{user.organisation_name}\t{user.id}")


@app.command()
def disable(username: Username, data: Data = None, database: DatabaseUrl = None) -> None:
    """Shut an account; its sessions and links end at once."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users

    on_store(
        settings_of(data, database),
        lambda db: db.write(lambda tx: users.disable(tx, CONSOLE, _id_of(tx, username), clock.now())),
    )
    typer.echo(f"{username} is disabled")


@app.command()
def enable(username: Username, data: Data = None, database: DatabaseUrl = None) -> None:
    """Open a disabled account again."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users

    on_store(
        settings_of(data, database),
        lambda db: db.write(lambda tx: users.enable(tx, CONSOLE, _id_of(tx, username), clock.now())),
    )
    typer.echo(f"{username} is enabled")


@app.command("reset-password")
def reset_password(username: Username, data: Data = None, database: DatabaseUrl = None) -> None:
    """Mail and print a link to a new password."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users
    from nabz.access.service.letters import new_posting
    from nabz.app import keyring

    settings = settings_of(data, database)
    keys, posting = keyring(settings), new_posting(settings.base_url)
    on_store(
        settings,
        lambda db: db.write(
            lambda tx: users.send_link(
                tx, keys, CONSOLE, _id_of(tx, username), posting, settings.link_hours, clock.now()
            )
        ),
    )
    typer.echo(posting.address)


@app.command("reset-second-factor")
def reset_second_factor(username: Username, data: Data = None, database: DatabaseUrl = None) -> None:
    """Take a lost second factor off an account."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import second_factor
    from nabz.kit.ids import new_id

    letter = new_id()
    on_store(
        settings_of(data, database),
        lambda db: db.write(lambda tx: second_factor.reset(tx, CONSOLE, _id_of(tx, username), letter, clock.now())),
    )
    typer.echo(f"{username} signs in by password alone")


@app.command()
def roles(username: Username, role: RoleNames = None, data: Data = None, database: DatabaseUrl = None) -> None:
    """Set the roles of a person to exactly these."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import users

    new = _roles(role)
    on_store(
        settings_of(data, database),
        lambda db: db.write(lambda tx: users.set_roles(tx, CONSOLE, _id_of(tx, username), new, clock.now())),
    )
    typer.echo(f"{username}: {', '.join(sorted(new)) or 'no role'}")


@organisations.command()
def add(
    name: Annotated[str, typer.Argument(help="The organisation's name.")],
    kind: Annotated[str, typer.Option(help="ministry, insurer, university, hospital, clinic, …")],
    national_id: Annotated[str | None, typer.Option(help="Eleven digits.")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Register an organisation and print its id."""
    from nabz.access.model import CONSOLE, Organisation, OrganisationKind
    from nabz.access.service import organisations as service
    from nabz.kit.ids import new_id

    if kind not in list(OrganisationKind):
        raise typer.BadParameter(f"one of {', '.join(OrganisationKind)}", param_hint="--kind")
    new = Organisation(new_id(), name, OrganisationKind(kind), national_id, active=True)
    made = on_store(settings_of(data, database), lambda db: db.write(service.add, CONSOLE, new, clock.now()))
    typer.echo(made.id)


@organisations.command("list")
def list_organisations(
    text: Annotated[str, typer.Argument(help="A part of the name.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """List organisations: name, kind, state, id."""
    from nabz.access.model import CONSOLE
    from nabz.access.service import organisations as service

    for each in on_store(settings_of(data, database), lambda db: db.read(service.search, CONSOLE, text)):
        typer.echo(f"{each.name}\t{each.kind.value}\t{'active' if each.active else 'closed'}\t{each.id}")


def _roles(names: list[str] | None) -> frozenset[Role]:
    from nabz.access.model import Role

    unknown = [name for name in names or () if name not in list(Role)]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} is none of {', '.join(Role)}", param_hint="--role")
    return frozenset(Role(name) for name in names or ())


def _id_of(tx: Tx, username: str) -> str:
    from nabz.access.service import users

    return users.id_of(tx, username)
