"""The reference lists of the official interface: without a token, in both shapes, kept as they were written."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response

from nabz.kit import jalali
from nabz.kit.json import encode
from nabz.prescriptions.api.door import JSON, OK, official
from nabz.prescriptions.model.catalogue import types_of
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.service import catalogue, diagnoses
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.wire import reference as wire
from nabz.prescriptions.wire.envelope import envelope
from nabz.terminology.service import reading as terminologies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nabz.kit.db import Database, Tx
    from nabz.prescriptions.api.door import Sent

MOST_KEPT: Final = 128 << 20
"""Bytes of lists that a process keeps; those last asked for stay."""

PAGE: Final = 1000
NOT_MODIFIED: Final = 304
P: Final = "/interface/epresc/SendEpresc"
_TYPE_KEYS: Final = frozenset({"servicetype", "srvtype", "type"})


class Kept(NamedTuple):
    """A written answer and what a client may ask by whether it has changed."""

    body: bytes
    etag: str


class Lists:
    """The written lists of a process."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self._kept: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()
        self._size = 0

    def get(self, key: tuple[Any, ...]) -> Kept | None:
        """Give a list that was written before."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[Any, ...], kept: Kept) -> None:
        """Keep a list."""
        before = self._kept.pop(key, None)
        self._kept[key] = kept
        self._size += len(kept.body) - (len(before.body) if before else 0)
        while self._size > MOST_KEPT:
            _, gone = self._kept.popitem(last=False)
            self._size -= len(gone.body)


def written(items: Iterable[Any], generation: int) -> Kept:
    """Write a list in the shape of a generation."""
    rows = list(items)
    body = encode(envelope(OK, wire.Listed(len(rows), rows) if generation == 1 else rows))
    return Kept(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')


def answer(sent: Sent, kept: Kept) -> Response:
    """Give a written list, or say that it is still the one that the client has."""
    headers = {"etag": kept.etag, "cache-control": "no-cache", "vary": "authorization"}
    asked = (sent.call.header("if-none-match") or "").replace("W/", "")
    if kept.etag in (part.strip() for part in asked.split(",")) or asked.strip() == "*":
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(kept.body, media_type=JSON, headers=headers)


# ---- lists that never change


class Fixed(NamedTuple):
    """A list out of the code tables: where it is asked for, in the shape of today and in the first one."""

    operation: str
    summary: str
    items: Callable[[], Iterable[Any]]
    item: Any
    today: tuple[str, ...]
    first: tuple[str, ...] = ()


def _both(name: str, *portal: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    today = (f"{P}/v2/{name}", f"/api/v2/ws-{name}", f"{P}/v7/{name}")
    return today, (f"/interface/epresc/ws-{name}", f"/api/ws-{name}", *portal)


FIXED: Final = (
    Fixed(
        "prescription-types",
        "The kinds of prescriptions",
        wire.prescription_types,
        wire.PrescTypeItem,
        *_both("prescription-type"),
    ),
    Fixed("service-types", "The kinds of services", wire.service_types, wire.ServiceTypeItem, *_both("service-type")),
    Fixed("lab-groups", "The laboratory's subgroups", wire.lab_groups, wire.ParTarefItem, *_both("par-taref")),
    Fixed(
        "drug-amounts",
        "How much of a drug is taken",
        wire.amounts,
        wire.AmountItem,
        *_both("drug-amount", "/api/DrugAmnt"),
    ),
    Fixed("drug-usages", "How a drug is used", wire.usages, wire.UsageItem, *_both("drug-usage", "/api/drugUsage")),
    Fixed(
        "drug-instructions",
        "When a drug is taken",
        wire.instructions,
        wire.InstructionItem,
        *_both("drug-instruction", "/api/druginstructions"),
    ),
    Fixed("physio-plans", "Plans of physiotherapy", wire.physio_plans, wire.PlanItem, *_both("ph-plan")),
    Fixed(
        "physio-illnesses", "What physiotherapy is for", wire.physio_illnesses, wire.IllnessItem, *_both("ph-illness")
    ),
    Fixed(
        "complaints",
        "What patients complain of",
        wire.complaints,
        wire.ComplaintItem,
        (f"{P}/v2/complaint", "/api/complaint", f"{P}/v7/complaint"),
    ),
    Fixed(
        "specialties",
        "Physicians' specialties",
        wire.specialties,
        wire.SpecialtyItem,
        (f"{P}/v2/special/getAll", "/api/specials/getAll", f"{P}/v7/special/getAll"),
    ),
    Fixed(
        "repeat-days",
        "How often a service is repeated",
        wire.repeat_days,
        wire.RepeatDaysItem,
        (f"{P}/v2/repeat-days", "/api/v2/ws-repeat-days"),
        ("/api/repeatDays",),
    ),
    Fixed(
        "supplementary-insurers",
        "Supplementary insurers",
        wire.insurers,
        wire.InsurerItem,
        (f"{P}/v2/supplementary-insurance", "/api/v2/ws-supplementary-insurance"),
        ("/api/supplementary/insurance/list",),
    ),
)


def _register(one: Fixed, generation: int, paths: tuple[str, ...]) -> None:
    @cache
    def kept() -> Kept:
        return written(one.items(), generation)

    async def list_(sent: Sent) -> Response:
        return answer(sent, kept())

    list_.__name__ = one.operation.replace("-", "_")
    official.op(
        "GET",
        paths,
        operation=one.operation,
        summary=one.summary,
        answer=list[one.item] if generation > 1 else wire.Listed,  # type: ignore[name-defined]
        token=False,
        generation=generation,
        keeps_bodies=False,
    )(list_)


for _one in FIXED:
    _register(_one, 2, _one.today)
    if _one.first:
        _register(_one, 1, _one.first)


# ---- services


_SERVICES, _SERVICES_FIRST = _both("services")


class ServicesAsked(msgspec.Struct):
    """Which services are asked for."""

    serviceType: str = ""  # noqa: N815 - the official spelling


@official.op(
    "GET",
    _SERVICES,
    operation="services",
    summary="The services of a kind, with their prices",
    query=ServicesAsked,
    answer=list[wire.ServiceItem],
    token=False,
    keeps_bodies=False,
)
async def services(sent: Sent) -> Response:
    """Give the services of a kind; of all kinds, when none is named."""
    return answer(sent, await _services(sent))


@official.op(
    "GET",
    _SERVICES_FIRST,
    operation="services",
    summary="The services of a kind, with their prices",
    query=ServicesAsked,
    answer=wire.Listed,
    token=False,
    generation=1,
    keeps_bodies=False,
)
async def services_first(sent: Sent) -> Response:
    """Give the services of a kind; of all kinds, when none is named."""
    return answer(sent, await _services(sent))


async def _services(sent: Sent) -> Kept:
    lists = sent.deps.own(Lists, Lists)
    type_ = asked_type(sent.call.scope["query_string"])
    if type_.strip() and not set(types_of(type_)) <= SERVICE_TYPES.keys():
        return written([], sent.generation)  # whoever invents types fills no memory
    day = jalali.compact(jalali.day_of(sent.now))
    version = await sent.deps.own(Catalogue, Catalogue).version(sent.db, sent.now)
    key = (sent.db.data_set, version, types_of(type_), day, sent.generation)
    kept = lists.get(key)
    if kept is None:
        async with lists.turn:  # many clients ask for the whole list at once, in the morning
            kept = lists.get(key)
            if kept is None:
                kept = await _written_services(sent.db, type_, day, sent.generation)
                if await sent.db.read(catalogue.version) == version:
                    lists.put(key, kept)
    return kept


async def _written_services(db: Database, type_: str, day: str, generation: int) -> Kept:
    found: list[wire.ServiceItem] = []
    after = ""
    while page := await db.read(catalogue.listed, type_, day, after, PAGE):
        found += map(wire.srv_id_of, page)
        after = f"{page[-1].type}/{page[-1].code}"
    return await asyncio.to_thread(written, found, generation)


def asked_type(query: bytes) -> str:
    """Read the type that is asked for: service-type, serviceType and servicetype are one."""
    for name, value in parse_qsl(query.decode("latin-1")):
        if name.replace("-", "").replace("_", "").strip().lower() in _TYPE_KEYS:
            return value
    return ""


# ---- diagnoses


@official.op(
    "GET",
    (f"{P}/v2/icd10/getAll", "/api/icd10/getAll", f"{P}/v7/icd10/getAll"),
    operation="icd10",
    summary="Diagnoses",
    answer=list[wire.IcdItem],
    token=False,
    keeps_bodies=False,
)
async def icd10(sent: Sent) -> Response:
    """Give the diagnoses in force; a handful where no such terminology was published."""
    lists = sent.deps.own(Lists, Lists)
    known = await sent.db.read(diagnoses.in_force)
    key = ("icd10", *(known or ()))
    kept = lists.get(key)
    if kept is None:
        async with lists.turn:
            items = await _diagnoses(sent.db, *known) if known else wire.shipped_icd10()
            kept = await asyncio.to_thread(written, items, sent.generation)
            lists.put(key, kept)
    return answer(sent, kept)


async def _diagnoses(db: Database, id_: str, step: int) -> list[wire.IcdItem]:
    found: list[wire.IcdItem] = []
    after = ""
    while page := await db.read(_page, id_, step, after):
        found += page
        after = page[-1].icdCode
    return found


def _page(tx: Tx, id_: str, step: int, after: str) -> list[wire.IcdItem]:
    known = terminologies.one(tx, id_)
    return [wire.icd_of(one.code, one.value) for one in terminologies.page(tx, known, step, after, PAGE)]
