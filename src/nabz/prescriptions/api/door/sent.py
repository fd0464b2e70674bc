"""One official call: its caller, its data set, and whether its address says that it is a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from nabz.access.model import DEMO, PRODUCTION
from nabz.kit import reader
from nabz.prescriptions.model import Caller

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.access.model import Entered
    from nabz.kit.db import Database
    from nabz.kit.http import Call, Deps

T = TypeVar("T")
OK: Final = 200
TEST_PATHS: Final = (
    "/api/v2/",
    "/api/v7/",
    "/api/ws-",
    "/api/ws/",
    "/api/sendepresc",
    "/ep/api/",
    "/api/complaint",
    "/api/icd10/",
    "/api/specials/",
    "/api/cartable",
    "/api/notedetailsreferral/",
    "/api/referral-feedback/",
    "/api/familydoctor/",
    "/api/special-disease/",
    "/api/patient_illness/",
    "/api/patients/",
)
"""Addresses that are printed for the test host alone."""

TEST_PORTS: Final = frozenset({2020, 90, 8585, 8088})
TEST_HOSTS: Final = ("-test.", "-pilot.")


@dataclass(slots=True)
class Sent:
    """One official call, with its caller known."""

    call: Call
    caller: Caller
    db: Database
    path: dict[str, str]
    generation: int
    test: bool
    body: Any = None
    notes: set[str] = field(default_factory=set)
    """What the vendor is told beside the answer, in the log of his calls."""

    @property
    def now(self) -> datetime:
        """When it came."""
        return self.call.now

    @property
    def deps(self) -> Deps:
        """What the program is made of."""
        return self.call.deps

    @property
    def key(self) -> str | None:
        """The idempotency key that came with it."""
        return self.call.header("idempotency-key")

    def query(self, type_: type[T]) -> T:
        """The query parameters, read into a type."""
        return reader.read_fields(parse_qsl(self.call.scope["query_string"].decode("latin-1")), type_)


class Bare(msgspec.Struct, frozen=True):
    """A value that is answered without the envelope."""

    value: Any
    status: int = OK


def says_test(call: Call) -> bool:
    """Tell whether an address says that it is for tests: by its path, its port or its host."""
    scope = call.scope
    if scope["path"].lower().startswith(TEST_PATHS):
        return True
    server = scope.get("server")
    if server is not None and server[1] in TEST_PORTS and server[1] != call.deps.settings.port:
        return True
    host = (call.header("host") or "").lower()
    return any(mark in host for mark in TEST_HOSTS)


def data_set_of(call: Call, entered: Entered | None, *, test: bool) -> int:
    """Give the data set: the token decides; only, production is never touched on an address that says test."""
    if entered is None:
        return DEMO if test or call.deps.settings.demo else PRODUCTION
    return DEMO if test and entered.data_set == PRODUCTION else entered.data_set


def caller_of(call: Call, entered: Entered | None) -> Caller:
    """Name who calls."""
    if entered is None:
        return Caller("", "nobody", call.request_id, trusted=False)
    return Caller(
        client=entered.client,
        by=entered.user_id or entered.client,
        seed=call.request_id,
        user=entered.user_id,
        organisation=entered.organisation_id,
        national_code=entered.national_code,
        username=entered.username or entered.client_id,
        trusted=entered.user_id is None or entered.data_set != PRODUCTION,
    )
