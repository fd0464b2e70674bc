"""Calls as the operator and the vendors see them: found, paged, isolated."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from httpx2 import Response

from nabz.access.model import Client, Organisation, OrganisationKind, Role
from nabz.access.service import clients
from nabz.access.store import organisations
from nabz.gateway.model import Package, Traffic
from nabz.gateway.service import packages, traffic
from nabz.kit.db import Tx
from nabz.kit.db.types import instant_text
from tests.fakes import Portal, a_person

if TYPE_CHECKING:
    from tests.gateway.conftest import House

OWN, FOREIGN = "o1", "o2"
VENDOR = a_person(Role.VENDOR, user_id="u1", organisation_id=OWN)
VENDOR_PAGES = ["/my/calls", "/my/access"]


def request_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


async def note(house: "House", number: int, *, ago: float = 0, **more: object) -> str:
    """Put one call into the log."""
    line = Traffic(
        request_id=request_id(number),
        at=instant_text(house.clock.now() - timedelta(seconds=ago)),
        client="c1",
        user_id="u1",
        pid="6" * 24,
        service_id="nabz/gwecho",
        operation="Echo",
        ip="127.0.0.1",
        data_set=1,
        status=200,
        provider_status=200,
        millis=12.5,
        bytes_in=10,
        bytes_out=20,
    )
    house.recorder.note(msgspec.structs.replace(line, **more))
    await house.recorder.flush()
    return line.request_id


async def another_vendor(house: "House") -> None:
    def make(tx: Tx) -> None:
        now = house.clock.now()
        company = Organisation(FOREIGN, "شرکت دیگر", OrganisationKind.COMPANY, None, active=True)
        organisations.add(tx, company, now)
        clients.register(tx, Client("c2", "otherClient", "سامانهٔ دیگر", FOREIGN, active=True), "test", now)
        packages.grant(tx, Package(pid="7" * 24, client="c2", service_id="nabz/gwecho", per_day=9), "test", now)
        packages.announce(tx, "c2", "198.51.100.0/24", "test", now)

    await house.db.write(make)


def listed(answer: Response) -> list[str]:
    """The numbers of the calls on a page, in their order."""
    return re.findall(r'href="/(?:gateway|my)/calls/([0-9a-f-]{36})"', answer.text)


async def test_a_call_through_the_gateway_is_found_by_its_number_with_its_bodies(
    portal: Portal, house: "House"
) -> None:
    answered = await house.call("Echo", {"نام": "سلام"})
    await house.recorder.flush()
    number = answered.headers["requestid"]
    assert listed(await portal.get("/gateway/calls", number=f" {number.upper()} ")) == [number]
    page = (await portal.get(f"/gateway/calls/{number}")).text
    assert page.count("badge-good") == 2  # the gateway's status and the provider's
    assert "کاربر آزمون" in page
    for body in ("request-body", "answer-body"):
        shown = re.search(rf'<pre id="{body}"[^>]*>(.*?)</pre>', page, re.DOTALL)
        assert shown
        assert "\n  " in shown[1]  # spread over lines
        assert "سلام" in shown[1]


async def test_a_call_is_found_by_its_tracking_code_typed_in_persian_digits(portal: Portal, house: "House") -> None:
    await note(house, 1, tracking="140512")
    await note(house, 2, tracking="140513")
    assert listed(await portal.get("/gateway/calls", number="۱۴۰۵۱۲")) == [request_id(1)]
    assert listed(await portal.get("/gateway/calls", number="999")) == []


async def test_calls_are_filtered_by_customer_service_status_and_day(portal: Portal, house: "House") -> None:
    await another_vendor(house)
    await note(house, 1)
    await note(house, 2, client="c2", status=503, provider_status=None)
    await note(house, 3, service_id="no/where", status=404, provider_status=None, ago=86400)
    for fields, found in (
        ({"customer": "otherClient"}, [2]),
        ({"status": "503"}, [2]),
        ({"service": "NABZ/gwEcho"}, [2, 1]),
        ({"day": "1405/08/30"}, [3]),
        ({"status": "", "service": "", "customer": "", "number": "", "day": ""}, [2, 1, 3]),
    ):
        answer = await portal.get("/gateway/calls", **fields)
        assert listed(answer) == [request_id(number) for number in found], fields
    for fields in ({"customer": "nobody"}, {"day": "1405/13/01"}):
        answer = await portal.get("/gateway/calls", **fields)
        assert answer.status_code == 422
        assert f'id="f-{next(iter(fields))}-error"' in answer.text


async def test_pages_of_calls_go_back_in_time_without_gap_or_twin(portal: Portal, house: "House") -> None:
    for number in range(120):  # forty at each instant, so that pages end in the middle of one
        await note(house, number, ago=number // 40)
    seen: list[str] = []
    answer = await portal.get("/gateway/calls")
    while following := re.search(r'rel="next" href="([^"]+)"', answer.text):
        seen += listed(answer)
        answer = await portal.get(following[1].replace("&amp;", "&"))
    seen += listed(answer)
    assert len(seen) == 120
    assert len(set(seen)) == 120
    assert [int(number[:8], 16) // 40 for number in seen] == sorted(number // 40 for number in range(120))
    assert "بازگشت به تازه‌ترین‌ها" in answer.text


async def test_what_is_no_instant_is_refused_and_no_defect(portal: Portal) -> None:
    for before in ("yesterday", "2026-01-01T00:00:00", "9999-12-31T23:59:59Z"):
        assert (await portal.get("/gateway/calls", before=before)).status_code == 400
    assert (await portal.get("/gateway/calls", number="\0")).status_code == 400
    assert (await portal.get(f"/gateway/calls/{request_id(9)}")).status_code == 404


async def test_the_overview_counts_errors_and_tells_p50_and_p95(portal: Portal, house: "House") -> None:
    for number in range(20):
        await note(
            house, number, millis=float(100 + number), status=503 if number < 5 else 200, ago=60.0 * (number % 3)
        )
    await note(house, 90, service_id="made/up", status=404)  # a caller's own invention
    await note(house, 91, ago=3600)  # long past
    page = (await portal.get("/gateway")).text
    for shown in ("۲۱", "۲۳٫۸٪", ">۱۱۰<", ">۱۱۹<", "ردشده پیش از سرویس"):
        assert shown in page, shown
    assert 'hx-get="/gateway/live?left=119" hx-trigger="every 5s"' in page
    assert "made/up" not in page.split("تازه‌ترین فراخوانی‌ها")[0]


async def test_the_overview_renews_itself_for_ten_minutes_and_stops_when_told(portal: Portal) -> None:
    assert "left=41" in (await portal.get("/gateway/live", left="42")).text
    for path in ("/gateway/live", "/gateway"):
        assert "hx-trigger" not in (await portal.get(path, left="0")).text
    assert (await portal.get("/gateway", left="100000")).status_code == 400


async def test_a_page_waits_for_no_script(portal: Portal) -> None:
    page = (await portal.get("/gateway")).text
    assert '<a class="btn btn-sm" href="/gateway">' in page
    assert "style=" not in page
    assert "onclick" not in page


# ---------------------------------------------------------------- vendors


async def test_only_vendors_open_their_own_view(portal: Portal) -> None:
    for page in VENDOR_PAGES:
        assert (await portal.get(page)).status_code == 403  # an operator has his own
        portal.person = None
        assert (await portal.get(page)).headers["location"].startswith("/login")
        portal.person = VENDOR
        for language in ("fa", "en"):
            assert (await portal.get(page, lang=language)).status_code == 200
        portal.person = a_person(Role.OPERATOR)


async def test_a_vendor_sees_his_own_organisations_calls_and_no_others(portal: Portal, house: "House") -> None:
    await another_vendor(house)
    await note(house, 1, tracking="same")
    await note(house, 2, client="c2", tracking="same", millis=777.0)
    await note(house, 3, client=None, tracking="same")
    portal.person = VENDOR
    for fields in ({}, {"number": "same"}, {"customer": "acmeClient"}):
        answer = await portal.get("/my/calls", **fields)
        assert listed(answer) == [request_id(1)]
        assert "otherClient" not in answer.text
        assert "۷۷۷" not in answer.text
    assert listed(await portal.get("/my/calls", number=request_id(2))) == []
    own = await portal.get(f"/my/calls/{request_id(1)}")
    assert own.status_code == 200
    assert "/gateway" not in own.text.replace("gateway-mark", "")


async def test_a_foreign_call_is_as_unknown_as_none(portal: Portal, house: "House") -> None:
    await another_vendor(house)
    foreign = await note(house, 2, client="c2", request_body="{}", answer_body="{}")
    portal.person = VENDOR
    told = []
    for number in (foreign, request_id(99)):
        answer = await portal.get(f"/my/calls/{number}")
        assert answer.status_code == 404
        told.append(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text))
    assert told[0] == told[1]
    told = []
    for customer in ("otherClient", "nobodyHere"):
        answer = await portal.get("/my/calls", customer=customer)
        assert answer.status_code == 422
        assert listed(answer) == []
        told.append(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text))
    assert told[0] == told[1]


async def test_a_vendor_sees_his_licences_with_their_use_and_may_change_nothing(portal: Portal, house: "House") -> None:
    await another_vendor(house)
    await house.db.write(packages.limit, "6" * 24, 10, None, None, "test", house.clock.now())
    await house.gate.count(await house.db.read(packages.package, "6" * 24), "Echo", house.clock.now())
    portal.person = VENDOR
    page = (await portal.get("/my/access")).text
    for shown in ("acmeClient", "6" * 24, "۱ از ۱۰", "127.0.0.0/8"):
        assert shown in page
    for hidden in ("otherClient", "7" * 24, "198.51.100.0/24"):
        assert hidden not in page
    forms = re.findall(r'<form method="post" action="([^"]+)"', page)
    assert forms == ["/logout"]


async def test_a_vendor_without_systems_is_told_so(portal: Portal) -> None:
    portal.person = a_person(Role.VENDOR, organisation_id="o-none")
    assert "هنوز سامانه‌ای" in (await portal.get("/my/access")).text
    assert listed(await portal.get("/my/calls")) == []


async def test_the_pulse_counts_each_minute_with_the_newest_last(portal: Portal, house: "House") -> None:
    await note(house, 1, ago=59)
    await note(house, 2, ago=14 * 60 + 30)
    pulse = await house.db.read(traffic.pulse, house.clock.now())
    assert (pulse.calls[-1], pulse.calls[0], sum(pulse.calls), pulse.whole) == (1, 1, 2, True)


async def test_a_status_beyond_every_column_is_refused_and_breaks_nothing(portal: Portal) -> None:
    for number in ("99999999999", "-1"):
        assert (await portal.get("/gateway/calls", status=number)).status_code == 400
    assert (await portal.get("/gateway/calls", status="2147483647")).status_code == 200
    portal.person = VENDOR
    assert (await portal.get("/my/calls", status="99999999999")).status_code == 400
