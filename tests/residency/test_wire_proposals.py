"""The bodies that the guide does not print, in the letters of our proposals: one resident's whole way."""

import json
from typing import Any

import msgspec

from nabz.kit.ids import new_id
from nabz.residency.model import Acceptance, Caller, Result
from nabz.residency.service import results, years
from tests.residency.office import (
    AUTHENTICATE,
    DECLARE,
    DECLARED,
    IMAGE,
    MINISTRY,
    RENEW,
    RESIDENT,
    RESULTS,
    REVOKE,
    SAMPLES,
    Office,
)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


async def test_a_resident_goes_the_whole_way_in_the_proposed_letters(simad: Office) -> None:
    pair = (await simad.ask(AUTHENTICATE, sample("authenticate.proposed.request.json"))).json()
    asked = sample("tokens.proposed.request.json")
    assert list(asked) == ["AccessToken", "RefreshToken"]
    told = {"AccessToken": pair[" Token"], "RefreshToken": pair["RefreshToken"]}
    fresh = (await simad.ask(RENEW, told)).json()
    again = {"AccessToken": fresh[" Token"], "RefreshToken": fresh["RefreshToken"]}
    assert (await simad.ask(REVOKE, again)).status_code == 200

    resident = sample("Residents_AddOrUpdate.proposed.request.json")
    await simad.put(RESIDENT, resident)
    await simad.put(IMAGE, sample("Residents_UploadImage.proposed.request.json"))
    await simad.put(DECLARE, sample("DeclareResidentToUpgrades_AddOrUpdate.proposed.request.json"))
    student = resident["StudentNumber"]
    kept = await simad.resident(student)
    assert (kept.national_code, kept.birth.isoformat(), bool(kept.picture)) == ("9906405007", "1997-04-21", True)

    await simad.decide(student, Acceptance.ACCEPTED, "")
    answer = await simad.get(DECLARED, yearId=1405, studentNumber=student)
    wanted = sample("GetDeclareResidents.proposed.response.json")
    assert answer.text == json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))

    caller = Caller("", MINISTRY.by, new_id())
    now = simad.clock.now()
    await simad.db.write(results.enter, kept.id, 1405, Result.PROMOTED, "", caller, now)
    (hidden,) = await simad.listed(RESULTS, studentNumber=student)
    assert (hidden["finalResultId"], hidden["finalResultTitle"]) == (None, None)
    year = await simad.db.read(years.get, 1405)
    await simad.db.write(_publish, year, caller, now)
    answer = await simad.get(RESULTS, yearId=1405, studentNumber=student)
    wanted = sample("GetFinalResults.proposed.response.json")
    assert answer.text == json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))


def _publish(tx: Any, year: Any, caller: Caller, now: Any) -> None:
    """Close the year now, and publish its results."""
    years.put(tx, msgspec.structs.replace(year, closes_at=now, corrects_until=now, results_at=now), caller, now)
