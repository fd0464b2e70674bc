"""Who may do what: systems the APIs of their kind, people what belongs to their own place."""

from collections.abc import Callable
from typing import Any

import pytest

from nabz.access.model import ALL_APIS, Api, Client
from nabz.access.service import clients
from nabz.app import keyring
from nabz.kit.db import Tx
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.api.addresses import official
from nabz.prescriptions.errors.reading import CentreNotYours, NotThere
from nabz.prescriptions.model import ANONYMOUS, Caller
from nabz.prescriptions.service import (
    dentistry,
    diseases,
    enrolment,
    family,
    hospital,
    looks,
    nursing,
    reading,
    referring,
)
from nabz.prescriptions.service.entitlement import person_key
from nabz.registries.seed.places import TEST_FACILITY
from nabz.settings import Settings
from tests.demo import KEY
from tests.prescriptions.conftest import NOW
from tests.prescriptions.office import DEMO, DRUG, Office, P
from tests.prescriptions.test_referral import PATIENT, head, referral, sent

KEYS = keyring(Settings(secret_key=KEY))
SIAM = TEST_FACILITY.upper()
DAY = "14050901"
SECRETARY = synthetic_national_code(77)
PARA = "/api/ParaClinic/ParaEPresc/RequestList?patientNationalCode=0123456789&parID=0000007303"
DRUGS = "/api/Pharmacy/DrugEpresc/GetActivePresc?patientNationalCode=0123456789&phaId=0000000920"
PLACES: dict[Api, tuple[tuple[str, str, Any], ...]] = {
    Api.EPRESC: (("POST", f"{P}/v7", DRUG), ("GET", f"/api/v2/referral/count/{PATIENT}", None)),
    Api.DRUG: (("GET", DRUGS, None), ("GET", DRUGS.replace("/api/Pharmacy", ""), None)),
    Api.PARA: (("GET", PARA, None), ("GET", "/acceptableParTypes?parID=0000007303", None)),
}
OPEN = f"/api/DeserveInfo/PatientInfo?nationalCode={PATIENT}"


async def token_of(tamin: Office, *apis: Api) -> str:
    """A token of a new system that may use these alone."""
    name = new_id()[:20]

    def make(tx: Tx) -> None:
        company = clients.find(tx, "900001").organisation_id
        clients.register(tx, Client(name, name, name, company, active=True), "test", NOW)
        clients.issue_secret(tx, KEYS, name, DEMO, "a secret", "test", NOW)
        clients.set_apis(tx, name, DEMO, apis, "test", NOW)

    await tamin.whole.write(make)
    form = {"client_id": name, "client_secret": "a secret"}
    return str((await tamin.client.post("/auth/server/token", data=form)).json()["access_token"])


@pytest.mark.parametrize("granted", [(Api.EPRESC,), (Api.DRUG,), (Api.PARA,), ()])
async def test_a_system_uses_the_apis_of_its_kind_alone(tamin: Office, granted: tuple[Api, ...]) -> None:
    token = await token_of(tamin, *granted)
    for api, calls in PLACES.items():
        for method, path, body in calls:
            answer = await tamin.call(method, path, body, authorization=token)
            assert answer.status_code == (200 if api in granted else 403), (api, path, answer.text)
            if api not in granted:
                refusal = {"status": 403, "family": "CLIENT_ERROR", "reason": "Forbidden", "data": "خطای دسترسی"}
                assert {**answer.json(), **refusal} == answer.json()
    assert (await tamin.call("GET", OPEN, authorization=token)).status_code == 200  # for all of them


async def test_our_own_addresses_ask_for_the_same_grant(tamin: Office) -> None:
    token = await token_of(tamin, Api.PARA)
    for path in ("/api/nabz/pharmacies/0000000920/prices", "/api/nabz/prescriptions?doctor=2000200092"):
        answer = await tamin.call("GET", path, authorization=token)
        assert (answer.status_code, answer.json().get("code")) == (403, "access.api-not-granted"), answer.text
        assert (await tamin.call("GET", path)).status_code == 200


def test_every_address_that_wants_a_token_says_to_which_api_it_belongs() -> None:
    with pytest.raises(TypeError, match="to which API"):
        type(official)("test").op("GET", "/nowhere", operation="nothing", summary="nothing")(str)  # type: ignore[arg-type]
    assert set(PLACES) == ALL_APIS


# ---------------------------------------------------------------- people and places


def somebody(organisation: str | None, code: str = "") -> Caller:
    """A person in production, whom nobody trusts with other places than his own."""
    return Caller(
        "a system", "somebody", new_id(), user="u", organisation=organisation, national_code=code, trusted=False
    )


async def house(tamin: Office) -> str:
    """The organisation that runs the demo's facility."""
    doctor = await tamin.db.read(enrolment.doctor, "2000200092")
    assert doctor is not None
    assert doctor.organisation is not None
    return doctor.organisation


MARK = diseases.Wanted(f"National_Code:{PATIENT}", 89, "1", "09129999999", SIAM)
KEPT = f"National_Code:{PATIENT}"
ASKED: dict[str, Callable[[Tx, Caller], object]] = {
    "orders of admission": lambda tx, who: hospital.orders(tx, SIAM, who.national_code, DAY, who),
    "nursing cartable": lambda tx, who: nursing.cartable(tx, SIAM, KEPT, DAY, who),
    "diseases": lambda tx, who: diseases.listed(tx, KEPT, SIAM, who),
    "a mark": lambda tx, who: diseases.mark(tx, MARK, 7, who, NOW),
    "family doctor's share": lambda tx, who: family.patient_share(tx, KEPT, "900002", DAY, SIAM, who),
    "open referrals": lambda tx, who: referring.open_for_house(tx, KEPT, DAY, who),
    "teeth": lambda tx, who: dentistry.by_tooth(tx, "21", KEPT, "2", DAY, who),
    "dental check": lambda tx, who: dentistry.check(tx, KEPT, [], DAY, who),
}


@pytest.mark.parametrize("what", ASKED)
async def test_a_stranger_to_a_place_is_told_nothing_of_its_patients(tamin: Office, what: str) -> None:
    use = ASKED[what]
    for stranger in (somebody("someone-else", SECRETARY), somebody(None, SECRETARY)):
        with pytest.raises(CentreNotYours):
            await tamin.db.write(use, stranger)
    await tamin.db.write(use, somebody(await house(tamin), SECRETARY))
    family_doctor = synthetic_national_code(8002)  # who practises there, and belongs to no house
    await tamin.db.write(use, somebody(None, family_doctor))


async def test_a_stranger_notes_no_nursing_as_done(tamin: Office) -> None:
    items = [{"srvId": {"srvType": {"srvType": kind}, "srvCode": code}, "srvQty": 1}
             for kind, code in (("21", "0000903575"), ("17", "0000602595"))]  # fmt: skip
    id_, _ = await sent(tamin, {**head(5), "siamId": SIAM, "noteDetailEprscs": items})
    one = await tamin.db.read(reading.by_id, id_)
    nurse = synthetic_national_code(501)
    with pytest.raises(CentreNotYours):
        await tamin.db.write(nursing.do, SIAM, [one.items[0].id], nurse, DAY, somebody("someone-else"), NOW)
    assert not (await tamin.db.read(reading.by_id, id_)).items[0].nurse
    await tamin.db.write(nursing.do, SIAM, [one.items[0].id], nurse, DAY, somebody(await house(tamin)), NOW)
    assert (await tamin.db.read(reading.by_id, id_)).items[0].nurse == nurse


async def test_nobody_lists_orders_as_another_secretary(tamin: Office) -> None:
    who = somebody(await house(tamin), synthetic_national_code(78))
    with pytest.raises(NotThere):
        await tamin.db.read(hospital.orders, SIAM, SECRETARY, DAY, who)


async def test_patients_read_who_has_looked_at_them(tamin: Office) -> None:
    patient = tamin.demo["registries"]["people"]["parent"]["id"]
    id_, code = await sent(tamin, {**referral(), "patient": patient})
    key = person_key(patient)
    places = {
        "0000900001": f"{P}/v7/findNoteReferral/{patient}/0000900001/{code}",
        "": f"{P}/v7/findNoteReferral/{id_}/{patient}",
        TEST_FACILITY: f"{P}/v7/cartableNurse/getAll/{SIAM}/{patient}",
        "2000200092": f"/ep/patient-diseases-list/v1/2000200092/{patient}",
    }
    for path in (*places.values(), *places.values()):
        await tamin.get(path)
    seen = await tamin.db.read(looks.of_patient, key)
    assert sorted(look.place for look in seen) == sorted(places)  # each once a day


async def test_referrals_of_nobody_are_not_listed(tamin: Office) -> None:
    _, code = await sent(tamin, {**referral(), "patient": ANONYMOUS})
    for path in (f"{P}/v2/patientNoteDetailsReferral/count", f"{P}/v7/noteDetailsReferral/count"):
        doctor = "/0000900001" if "patient" not in path else ""
        told = await tamin.get(f"{path}/{ANONYMOUS}{doctor}")
        assert told["count"] == 0
    found = await tamin.get(f"{P}/v7/findNoteReferral/{ANONYMOUS}/0000900001/{code}")
    assert found["total"] == 1  # who knows its tracking code finds it
