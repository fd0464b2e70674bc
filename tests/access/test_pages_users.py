"""The administration of people, as a browser sees it."""

import re

import pytest

from tests.access.conftest import SignedIn
from tests.access.world import PASSWORD, World
from tests.services import ENGINES, Engine


@pytest.fixture
def engine() -> Engine:
    """Pages know no database."""
    return "sqlite"


INVITED = {"username": "sara", "email": "sara@example.org", "name": "سارا", "organisation_id": "clinic", "nurse": "1"}


@pytest.mark.parametrize("path", ["/users", "/users/new", "/users/id-nurse", "/organisations"])
async def test_pages_of_administration_are_for_administrators(signed_in: SignedIn, path: str) -> None:
    for username, status in (("operator", 200), ("boss", 200), ("doctor", 403)):
        browser = await signed_in(username)
        for lang in ("fa", "en"):
            assert (await browser.get(f"{path}?lang={lang}")).status_code == status, (username, path)


async def test_an_operator_sees_all_and_a_manager_his_own(signed_in: SignedIn) -> None:
    operator, boss = await signed_in("operator"), await signed_in("boss")
    assert "Vendor" in (await operator.get("/users")).text
    assert "/users/id-vendor" not in (await boss.get("/users")).text
    assert (await boss.get("/users/id-vendor")).status_code == 404
    assert (await boss.post("/users/id-vendor/disable")).status_code == 404


async def test_people_are_found_by_name_role_and_status(signed_in: SignedIn) -> None:
    operator = await signed_in("operator")

    async def found(query: str) -> set[str]:
        return set(re.findall(r"/users/id-(\w+)", (await operator.get(f"/users?{query}")).text))

    assert await found("text=NUR") == {"nurse"}
    assert await found("role=physician") == {"doctor"}
    assert await found("status=disabled") == set()
    assert await found("organisation_id=company&role=&status=") == {"operator", "vendor"}
    assert await found("text=%25") == set()
    assert await found("after=nurse") == {"operator", "typist", "vendor"}


async def test_a_manager_invites_and_the_invited_gets_in(signed_in: SignedIn, world: World) -> None:
    boss = await signed_in("boss")
    answer = await boss.post("/users", INVITED)
    assert answer.status_code == 303
    page = (await boss.get(answer.headers["location"])).text
    assert "sara@example.org" in page
    assert "دعوت شد" in page
    path = f"/link/{await world.token_in_letter()}"
    await boss.post("/logout")
    await boss.post(path, {"password": "another good one", "again": "another good one"})
    assert (await boss.sign_in("sara", "another good one")).headers["location"] == "/portal"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "doctor"}, "username"),
        ({"username": "س"}, "username"),
        ({"email": "none"}, "email"),
        ({"name": ""}, "name"),
        ({"organisation_id": "company"}, "organisation_id"),
    ],
)
async def test_what_is_wrong_with_an_invitation_is_said_beside_its_field(
    signed_in: SignedIn, change: dict[str, str], field: str
) -> None:
    answer = await (await signed_in("boss")).post("/users", {**INVITED, **change})
    assert (answer.status_code, f'id="f-{field}-error"' in answer.text) == (422, True)
    assert re.search(r'name="nurse"[^>]*checked', answer.text)


async def test_a_manager_is_offered_no_operators_role_and_gets_none_by_force(signed_in: SignedIn) -> None:
    boss = await signed_in("boss")
    assert 'name="operator"' not in (await boss.get("/users/new")).text
    answer = await boss.post("/users", {**INVITED, "operator": "1"})
    assert (answer.status_code, "این نقش را" in answer.text) == (422, True)
    answer = await boss.post("/users/id-nurse/roles", {"nurse": "1", "operator": "1"})
    assert answer.status_code == 403
    assert (await boss.post("/users/id-boss/roles", {"manager": "1", "operator": "1"})).status_code == 403


async def test_roles_are_given_and_taken_by_boxes(signed_in: SignedIn) -> None:
    boss = await signed_in("boss")
    await boss.post("/users/id-nurse/roles", {"secretary": "1", "clinic_desk": "1"})
    page = (await boss.get("/users/id-nurse")).text
    checked = set(re.findall(r'name="(\w+)" type="checkbox"[^>]*checked', page))
    assert checked == {"secretary", "clinic_desk"}


async def test_an_account_is_shut_and_opened_by_its_page(signed_in: SignedIn) -> None:
    boss, nurse = await signed_in("boss"), await signed_in("nurse")
    await boss.post("/users/id-nurse/disable")
    assert (await nurse.get("/portal")).status_code == 303
    page = (await boss.get("/users/id-nurse")).text
    assert "/users/id-nurse/enable" in page
    assert "غیرفعال شد" in page
    await boss.post("/users/id-nurse/enable")
    assert (await nurse.sign_in("nurse", PASSWORD)).status_code == 303
    await boss.post("/users/id-nurse/end-sessions")
    assert (await nurse.get("/portal")).status_code == 303


async def test_what_an_operator_has_locked_has_no_button_for_the_manager(signed_in: SignedIn) -> None:
    operator, boss = await signed_in("operator"), await signed_in("boss")
    await operator.post("/users/id-nurse/disable")
    page = (await boss.get("/users/id-nurse")).text
    assert "مسدود به دست راهبر" in page
    assert "/users/id-nurse/enable" not in page
    assert "/users/id-nurse/disable" not in page
    assert (await boss.post("/users/id-nurse/enable")).status_code == 403
    assert "/users/id-nurse/enable" in (await operator.get("/users/id-nurse")).text
    assert (await operator.post("/users/id-nurse/enable")).status_code == 303
    assert (await (await signed_in("nurse")).get("/portal")).status_code != 403


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("number", "status"), [("99999999999", 400), ("-7", 400), ("2147483647", 422), ("7", 422)])
async def test_a_data_set_that_is_none_is_refused(signed_in: SignedIn, number: str, status: int) -> None:
    operator = await signed_in("operator")
    answer = await operator.post("/users", {**INVITED, "data_set": number})
    assert answer.status_code == status
    assert (await operator.get(f"/users/new?data_set={number}")).status_code == (400 if status == 400 else 200)


async def test_a_name_without_measure_is_said_beside_its_field(signed_in: SignedIn) -> None:
    operator = await signed_in("operator")
    answer = await operator.post("/users", {**INVITED, "name": "a" + "\u0301" * 10_000})
    assert (answer.status_code, 'id="f-name-error"' in answer.text) == (422, True)
    assert (await operator.get("/organisations")).status_code == 200


async def test_what_cannot_be_done_is_said_on_the_page(signed_in: SignedIn) -> None:
    operator = await signed_in("operator")
    for path, status in (
        ("/users/id-operator/disable", 409),
        ("/users/id-nurse/reset-second-factor", 409),
        ("/users/nobody/disable", 404),
    ):
        assert (await operator.post(path)).status_code == status
    assert (await (await signed_in("boss")).post("/users/id-nurse/reset-second-factor")).status_code == 403


async def test_an_operator_makes_changes_and_closes_an_organisation(signed_in: SignedIn) -> None:
    operator = await signed_in("operator")
    new = {"name": "داروخانهٔ نمونه", "kind": "pharmacy", "national_id": "", "active": "1"}
    assert (await operator.get("/organisations/new")).status_code == 200
    assert (await operator.post("/organisations", new)).headers["location"] == "/organisations"
    bad = await operator.post("/organisations", {**new, "national_id": "123"})
    assert (bad.status_code, 'id="f-national_id-error"' in bad.text) == (422, True)
    doctor = await signed_in("doctor")
    assert (await operator.get("/organisations/clinic")).status_code == 200
    await operator.post("/organisations/clinic", {"name": "Clinic", "kind": "clinic"})
    assert (await doctor.get("/portal")).status_code == 303
    boss_pages = ("/organisations/new", "/organisations/company")
    nurse = await signed_in("vendor")
    for path in boss_pages:
        assert (await nurse.get(path)).status_code == 403
