"""Client systems and their secrets: one secret per data set, shown once, rotated with an overlap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from nabz.access.errors import BadClientId, SecretIssuedMeanwhile
from nabz.access.model import Client, ClientEntry, SecretEntry, client_id_is_good
from nabz.access.model.oauth import ALL_APIS, api_names, apis_named
from nabz.access.service.tokens import SECRET
from nabz.access.store import clients as store
from nabz.access.store import organisations
from nabz.kit import audit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.access.model.oauth import Api
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

OVERLAP = timedelta(hours=24)


def register(tx: Tx, client: Client, by: str, now: datetime) -> Client:
    """Register a client system; raises BadClientId, ClientIdTaken, UnknownOrganisation."""
    if not client_id_is_good(client.client_id):
        raise BadClientId
    organisations.get(tx, client.organisation_id)
    store.add(tx, client, now)
    audit.record(tx, now, by, "access.client-registered", client.id)
    return client


def issue_secret(
    tx: Tx, keys: Keyring, client: str, data_set: int, secret: str, by: str, now: datetime, overlap: timedelta = OVERLAP
) -> None:
    """Set a client's secret in a data set; the one before ends after the overlap; raises UnknownClient."""
    found = store.get(tx, client)
    store.put_secret(tx, found.id, data_set, keys.hex(SECRET, secret), now, now + overlap)
    audit.record(tx, now, by, "access.secret-issued", found.id, in_data_set=data_set)


def renew_secret(
    tx: Tx, keys: Keyring, client: str, data_set: int, secret: str, seen: datetime | None, by: str, now: datetime
) -> None:
    """Set a secret in the place of the one that was issued at `seen` (none: there was none yet).

    A form that is sent twice must not end the secret that the vendor's systems still use.
    Raises UnknownClient, SecretIssuedMeanwhile.
    """
    found = store.get(tx, client)
    if not store.renew_secret(tx, found.id, data_set, keys.hex(SECRET, secret), seen, now, now + OVERLAP):
        raise SecretIssuedMeanwhile
    audit.record(tx, now, by, "access.secret-issued", found.id, in_data_set=data_set)


def cut_secret(tx: Tx, client: str, data_set: int, by: str, now: datetime) -> None:
    """End a client's access to a data set, tokens and all; raises UnknownClient."""
    found = store.get(tx, client)
    if store.cut(tx, found.id, data_set, now):
        audit.record(tx, now, by, "access.secret-cut", found.id, in_data_set=data_set)


def set_apis(tx: Tx, client: str, data_set: int, apis: Iterable[Api], by: str, now: datetime) -> None:
    """Let a client use these of Tamin's APIs in a data set, and no others; raises UnknownClient."""
    found, names = store.get(tx, client), api_names(apis)
    store.put_apis(tx, found.id, data_set, names)
    audit.record(tx, now, by, "access.apis-set", found.id, in_data_set=data_set, apis=names)


def apis_of(tx: Tx, client: str, data_set: int) -> frozenset[Api]:
    """Tell which of Tamin's APIs a client may use in a data set: all, unless it was told; raises UnknownClient."""
    told = store.apis_of(tx, store.get(tx, client).id).get(data_set)
    return ALL_APIS if told is None else apis_named(told)


def set_active(tx: Tx, client: str, by: str, now: datetime, *, active: bool) -> None:
    """Cut a client off in every data set, or let it in again; raises UnknownClient."""
    store.set_active(tx, client, active=active)
    audit.record(tx, now, by, "access.client-let-in" if active else "access.client-cut-off", client)


def find(tx: Tx, client: str) -> Client:
    """Read a client by its id or client id; raises UnknownClient."""
    return store.get(tx, client)


def search(
    tx: Tx, text: str = "", organisation_id: str | None = None, limit: int = 50, after: str = ""
) -> list[ClientEntry]:
    """List client systems, of one organisation or of all."""
    return store.search(tx, text, organisation_id, limit, after)


def secrets_of(tx: Tx, client: str) -> list[SecretEntry]:
    """List in which data sets a client has a secret."""
    return store.secrets_of(tx, client)


def client_ids(tx: Tx, clients: Iterable[str | None]) -> dict[str, str]:
    """Tell the client ids of systems whose ids stand in packages or traffic."""
    return store.client_ids(tx, {client for client in clients if client is not None})


def of_organisation(tx: Tx, organisation_id: str) -> list[str]:
    """List the ids of an organisation's systems."""
    return store.of_organisation(tx, organisation_id)


def names_of(tx: Tx, user_ids: list[str]) -> dict[str, str]:
    """Tell the names of people whose ids stand in audit or traffic."""
    return store.names_of(tx, user_ids)


def data_sets(tx: Tx) -> list[int]:
    """List the data sets for which anybody has a secret."""
    return store.data_sets(tx)
