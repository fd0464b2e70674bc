"""The reference lists as clients of the real service read them (TAMIN-WIRE 5.5 and 5.8)."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from nabz.app import keyring
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.http import Deps
from nabz.kit.http.front import Front
from nabz.kit.http.tree import Tree
from nabz.prescriptions.api import reference
from nabz.prescriptions.api.door import official, wrong_method
from nabz.prescriptions.model import codes
from nabz.prescriptions.model.catalogue import row_of
from nabz.prescriptions.seed import catalogue as seed
from nabz.prescriptions.service import catalogue
from nabz.settings import Settings
from nabz.terminology.model import Concept, Kind, Terminology
from nabz.terminology.service import drafting
from tests import services
from tests.services import ENGINES

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
P = "/interface/epresc/SendEpresc/v2"

pytestmark = pytest.mark.wire


class Clinic:
    """A client that asks for lists, and the store behind."""

    def __init__(self, client: httpx2.AsyncClient, db: Database, clock: FixedClock) -> None:
        self.client = client
        self.db = db
        self.clock = clock

    async def list(self, path: str) -> Any:
        """Ask for a list and give its data."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        envelope = answer.json()
        assert list(envelope) == ["status", "family", "reason", "data"]
        return envelope["data"]


@pytest.fixture(scope="module", params=ENGINES)
async def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """The official addresses over a store whose demo sandbox alone has a catalogue."""
    url = services.fresh_database("migrated", engine=request.param)
    db = open_database(url, **({"fsync": False} if request.param == "sqlite" else {}))
    await db.start()
    await seed.demo(db.within(1), "first", NOW)
    settings = Settings(data=str(tmp_path_factory.mktemp("lists")))
    clock = FixedClock(NOW)
    deps = Deps(settings=settings, db=db, clock=clock, keys=keyring(settings))
    app = Front(Starlette(routes=[Tree(deps, official.endpoints, wrong_method)]), settings, lambda *_: None)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        yield Clinic(client, db, clock)
    await db.stop()
    services.drop_database(url)


FORMOTEROL = """{"srvId":63005,"srvType":{"srvType":"01",
 "srvTypeDes":"\u062f\u0627\u0631\u0648\u064a\u064a","status":"1","statusstDate":"13940101",
 "custType":"3","prescTypeId":1,"headExpireDate":62},"srvCode":"05760",
 "srvName":"FORMOTEROL 12MCG INHALATION POWDER/CAP","srvName2":null,"srvBimSw":"1","srvSex":null,"srvPrice":8390,
 "srvPriceDate":"13990723","doseCode":null,"formCode":{"formCode":"17","formDes":"INJECTION","formGrp":null,
 "status":"1","statusstDate":"20020101"},"parTarefGrp":null,"status":"1","statusstDate":"13980201","bGType":"1",
 "gSrvCode":null,"agreementFlag":null,"isDeleted":null,"visible":"1","dentalServiceType":null,"wsSrvCode":"05760",
 "hosprescType":"0","srvRule":null,"countIsRestricted":null,"drugWarning":"0","terminology":null,
 "srvCodeComplete":"0000005760"}"""


async def test_a_service_is_written_as_the_real_ones_are(clinic: Clinic) -> None:
    drugs = await clinic.list("/api/v2/ws-services?serviceType=01")
    found = next(one for one in drugs if one["srvCode"] == "05760")
    assert json.dumps(found) == json.dumps(json.loads(FORMOTEROL))
    vaselin = next(one for one in drugs if one["srvCode"] == "52202")
    assert vaselin["wsSrvCode"] == "60672"
    assert vaselin["srvBimSw"] is None
    [laboratory] = [
        one for one in await clinic.list("/api/v2/ws-services?service-type=02") if one["srvCode"] == "807005-275"
    ]
    assert json.dumps(laboratory["parTarefGrp"], ensure_ascii=False) == json.dumps(
        {
            "parGrpCode": "001",
            "parGrpDesc": "\u0622\u0633\u064a\u0628 \u0634\u0646\u0627\u0633\u064a",
            "parGrpRem": "1",
            "status": "1",
            "statusStDate": "13830101",
        },
        ensure_ascii=False,
    )


async def test_both_generations_give_the_same_list_each_in_its_own_shape(clinic: Clinic) -> None:
    today = await clinic.list("/api/v2/ws-services?serviceType=1")
    first = await clinic.list("/api//WS-Services/?ServiceType=1")
    assert first == {"total": len(today), "list": today}
    imaging = await clinic.list("/api/v2/ws-services?servicetype=99")
    assert {one["srvType"]["srvType"] for one in imaging} == {"03", "04", "05", "06", "14"}
    assert len(await clinic.list("/api/v2/ws-services")) > len(today) + len(imaging)
    assert await clinic.list("/api/v2/ws-services?serviceType=77") == []


async def test_without_a_token_production_addresses_tell_of_production(clinic: Clinic) -> None:
    assert await clinic.list(f"{P}/services?service-type=01") == []
    assert await clinic.list("/interface/epresc/ws-services?serviceType=1") == {"total": 0, "list": []}


async def test_the_amounts_are_the_official_ones_line_breaks_and_slip_included(clinic: Clinic) -> None:
    amounts = await clinic.list("/api/v2/ws-drug-amount")
    assert [one["drugAmntId"] for one in amounts] == list(range(170, 368))
    assert list(amounts[16].items()) == [
        ("drugAmntId", 186),
        ("drugAmntCode", "186"),
        ("drugAmntSumry", "Syrup/Susp\n"),
        ("drugAmntLatin", "0.5 cc"),
        ("drugAmntConcept", "\u0646\u064a\u0645 \u0633\u064a \u0633\u064a-Syrup/Susp\n"),
        ("visibled", "1"),
    ]
    slip = amounts[220 - 170]
    assert (slip["drugAmntSumry"], slip["drugAmntConcept"]) == ("Ear Drops\n", "4 قطره-Eye Drops\n")
    assert amounts[-1]["drugAmntConcept"] == "120 واحد-Insulin Vial&pen\n"


TABLES: dict[str, tuple[dict[str, Any], int]] = {
    "prescription-type": ({"prescTypeId": 1, "prescTypeCode": "01", "prescTypeDesc": "دارو"}, 9),
    "drug-instruction": ({"drugInstId": 60, "drugInstCode": "60", "drugInstSumry": None}, 21),
    "drug-usage": ({"drugUsageId": 0, "drugUsageCode": "0", "drugUsageSumry": None}, 31),
    "service-type": ({"srvType": "01", "custType": "3", "headExpireDate": 62}, 21),
    "par-taref": ({"parGrpCode": "000", "parGrpRem": "1"}, 5),
    "ph-plan": ({"planId": 1}, len(codes.PHYSIO_PLANS)),
    "ph-illness": ({"illnessId": 1}, len(codes.PHYSIO_ILLNESSES)),
}


async def test_a_code_table_is_given_at_all_its_addresses(clinic: Clinic) -> None:
    for name, (first, count) in TABLES.items():
        today = await clinic.list(f"{P}/{name}")
        assert len(today) == count, name
        assert first.items() <= today[0].items(), name
        assert await clinic.list(f"/api/v2/ws-{name}") == today
        for path in (f"/api/ws-{name}", f"/interface/epresc/ws-{name}"):
            assert await clinic.list(path) == {"total": count, "list": today}


async def test_people_and_illnesses_are_listed_with_their_codes(clinic: Clinic) -> None:
    complaints = await clinic.list("/api/complaint")
    assert list(complaints[0]) == ["id", "code", "displayName", "englishName", "terminology", "status"]
    assert complaints[0]["code"] == "248418008"
    assert complaints[0]["terminology"] == " SNOMEDCT"
    specialties = await clinic.list("/api/specials/getAll")
    assert {"00100", "00138"} <= {one["specCode"] for one in specialties}
    assert next(one["specGRP"] for one in specialties if one["specCode"] == "00199") == "6"
    diagnoses = await clinic.list(f"{P}/icd10/getAll")
    assert next(one for one in diagnoses if one["icdId"] == "X46.49")["icdCode"] == "X46.49"
    assert (await clinic.list("/api/repeatDays"))["total"] == 7
    assert (await clinic.list("/api/supplementary/insurance/list"))["total"] == 29


async def test_a_list_that_has_not_changed_is_not_sent_again(clinic: Clinic) -> None:
    path = "/api/v2/ws-services?serviceType=21"
    before = await clinic.client.get(path)
    again = await clinic.client.get(path, headers={"if-none-match": f'W/{before.headers["etag"]}, "other"'})
    assert (again.status_code, again.content) == (304, b"")
    line = row_of(2, {"type": "21", "code": "0000903599", "name": "خدمت نو", "price": "1000"}, "14050901")
    await catalogue.load(clinic.db.within(1), [(2, line)], "more", "me", NOW)
    clinic.clock.advance(1)
    after = await clinic.client.get(path, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert len(after.json()["data"]) == len(before.json()["data"]) + 1


async def test_diagnoses_come_from_the_terminology_that_somebody_has_loaded(clinic: Clinic) -> None:
    await clinic.db.write(_published, "ICD10-FA", Concept(code="J00", value="ساختگی", made_up=True))
    assert {one["icdId"] for one in await clinic.list("/api/icd10/getAll")} >= {"X46.49"}
    await clinic.db.write(_published, "ICD10", Concept(code="J00", value="سرماخوردگی"))
    assert await clinic.list("/api/icd10/getAll") == [{"icdId": "J00", "icdCode": "J00", "icdName": "سرماخوردگی"}]


def _published(tx: Tx, id_: str, one: Concept) -> None:
    new = Terminology(
        number=0, id=id_, kind=Kind.CODES, title_fa="بیماری‌ها", title_en="", source_fa="", made_up="no", defined_at=NOW
    )
    t = drafting.define(tx, new, "one", NOW)
    version = drafting.put(tx, t, drafting.begin(tx, t, "1", "یادداشت", "one", NOW).revision, one, "one", NOW)
    version = drafting.submit(tx, t, version.revision, "one", NOW)
    drafting.publish(tx, t, version.revision, "other", NOW)


def test_only_so_many_bytes_of_lists_are_kept() -> None:
    lists = reference.Lists()
    half = reference.Kept(bytes(reference.MOST_KEPT // 2), '"x"')
    for name in ("one", "two", "three"):
        lists.put((name,), half)
        assert lists.get(("one",)) is (half if name != "three" else None)
        if name == "two":
            assert lists.get(("two",)) is half


def test_the_words_of_a_usage_are_understood_however_they_are_spelt() -> None:
    for text in ("با معده پر (بعد از غذا)", " با معده  پر (بعد از غذا) "):
        found = codes.usage_of(text)
        assert found is not None
        assert found.id == 1
    assert codes.usage_of("هرجور که شد") is None
