"""What all inquiries need: the sources of this process, and how a wrong identifier is told."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nabz.kit.jalali import DateWrong
from nabz.kit.operations import BodyNotUnderstood
from nabz.registries.errors import BadFacilityId, BadHid, BadInsurer, BadPersonId, BadProviderId
from nabz.registries.remote import HttpSources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nabz.kit.db import Database
    from nabz.kit.http import Deps
    from nabz.kit.operations import Asked


def remote_of(deps: Deps) -> HttpSources:
    """The one client for outside sources; whoever ends the process closes it."""
    return deps.own(HttpSources, lambda: HttpSources(deps.keys))


def store_of(asked: Asked) -> Database:
    """The store as the caller's data set shows it."""
    return asked.deps.db.within(asked.data_set)


@contextmanager
def understanding() -> Iterator[None]:
    """Say of an identifier or date that cannot be one what is wrong with it: 400, with a violation."""
    try:
        yield
    except (BadFacilityId, BadHid, BadInsurer, BadPersonId, BadProviderId, DateWrong) as problem:
        raise BodyNotUnderstood(problem) from problem


def samples(name: str, *kinds: str) -> tuple[str, ...]:
    """The example messages of an operation."""
    return tuple(f"nabz/registries/{name}.{kind}.json" for kind in ("request", "response", *kinds))
