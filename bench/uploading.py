"""Files of declarations: a large one from its sending until it is stored, and ten universities at the same moment."""

from __future__ import annotations

import csv
import http.client
import io
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bench import enrolling, filling
from bench.residency import LIST, PORTAL
from nabz.kit.ids import new_id
from nabz.kit.workbook.writing import Sheet, workbook
from nabz.residency.model.rules import DECLARED_FIELDS
from nabz.residency.model.scores import score_text
from nabz.residency.seed import scale as registry

if TYPE_CHECKING:
    from bench.measure import Meter, Server
    from bench.residency import Place
    from nabz.residency.seed.scale import Crowd

BULK: Final = f"{PORTAL}/bulk"
VISIT: Final = "bench"
EVERY: Final = 0.2
"""So often is asked how far the work at one file is; a browser asks once a second, and so do many."""

SECOND: Final = 1.0

LONGEST: Final = 120.0
_STANDING: Final = re.compile(rb"</bdi></strong>\s*<span[^>]*>\s*(?:<[^>]*>\s*)*([a-z, ]+)")
"""What the page says of a file, behind its name."""

AT_WORK: Final = {"checked, not stored": "being checked", "stored": "being stored"}
WIRE: Final = {
    "number": "StudentNumber",
    "code": "DeclareCode",
    "type": "DeclarationTypeId",
    "reason": "RejectReasonTypeId",
    "duration": "DurationId",
    "log_book": "HasLogBook",
    "clinical": "BaliniScore",
    "operation": "OperationScore",
    "ethics": "EthicsScore",
    "started": "StartResidencyDate",
    "ended": "EndResidencyDate",
    "description": "Description",
}
Rows = list[dict[str, str]]


class LostError(RuntimeError):
    """Something was not stored, or somebody has seen what is not his."""


def rows_of(place: Place, crowd: Crowd, university: str) -> Rows:
    """What a university declares of all its residents, as texts."""
    chance, rows = random.Random(university), []
    mine = place.crowds.universities(crowd).index(university)
    for at in range(crowd.first, crowd.first + crowd.residents):
        if crowd.university_of(at) != mine:
            continue
        draft = registry.declaration(place.resident(crowd, at), place.year, chance)
        told = {name: getattr(draft, name) for name in DECLARED_FIELDS}
        told |= {"number": draft.student_number, "log_book": int(draft.log_book), "started": told.pop("start")}
        told |= {"ended": told.pop("end")}
        told |= {name: score_text(told[name]) for name in ("clinical", "operation", "ethics")}
        rows.append({name: "" if told[name] is None else str(told[name]) for name in WIRE})
    return rows


def as_csv(rows: Rows, *, wire: bool = True) -> bytes:
    """The rows as CSV, with the names of the wire or with those of the columns."""
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([name if wire is False else title for name, title in WIRE.items()])
    lines.writerows(row.values() for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Rows) -> bytes:
    """The rows as a workbook."""
    return workbook([Sheet("declarations", [list(WIRE.values()), *(list(row.values()) for row in rows)])])


class Browser:
    """Somebody of a university at the portal."""

    def __init__(self, port: int, university: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        self._headers = {
            "cookie": f"nabz_session={enrolling.session(university)}; nabz_visit={VISIT}; nabz_lang=en",
            "x-csrf": filling.KEYS.hex("csrf", VISIT)[:40],
        }
        self._token = enrolling.token(university)
        self.upload = new_id()

    def send(self, year: int, name: str, content: bytes) -> None:
        """Send a file."""
        fields = {"key": self.upload, "kind": "declarations", "year": str(year)}
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}' for name, text in fields.items()]
        file = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        head = "".join(f"--bench\r\n{part}\r\n" for part in parts) + f"--bench\r\n{file}"
        body = head.encode() + content + b"\r\n--bench--\r\n"
        self._ask("POST", BULK, body, **{"content-type": "multipart/form-data; boundary=bench"})

    def store(self) -> None:
        """Store what is good."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        self._ask("POST", f"{BULK}/{self.upload}/store", b"choice=whole", **form)

    def wait_for(self, standing: str, every: float = EVERY) -> None:
        """Look how far it is until it is done."""
        last = time.monotonic() + LONGEST
        while time.monotonic() < last:
            found = _STANDING.search(self._ask("GET", f"{BULK}/{self.upload}"))
            told = found[1].decode().strip() if found else ""
            if told == standing:
                return
            if told != AT_WORK[standing]:
                raise LostError(f"the file is {told}, not {standing}")
            time.sleep(every)
        raise LostError(f"the file never was {standing}")

    def sees(self, upload: str) -> bool:
        """Tell whether a file is to be seen here."""
        self._connection.request("GET", f"{BULK}/{upload}", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status == http.HTTPStatus.OK

    def declared(self, year: int) -> list[str]:
        """The student numbers that the service gives this university."""
        self._connection.request("GET", f"{LIST}?yearId={year}", headers={"authorization": f"Bearer {self._token}"})
        found: list[dict[str, Any]] = msgspec.json.decode(self._connection.getresponse().read())
        return [one["studentNumber"] for one in found]

    def _ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in {http.HTTPStatus.OK, http.HTTPStatus.SEE_OTHER}:
            raise LostError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


def large(place: Place, servers: dict[str, Server], meters: dict[str, Meter]) -> dict[str, Any]:
    """Large files in turn, ours and the limit's: as CSV, and one as a workbook."""
    crowd = place.crowds.large
    ids = iter(place.crowds.universities(crowd))
    told: dict[str, Any] = {"rows": crowd.residents // crowd.universities, "ours": [], "limit": []}
    for _ in range(enrolling.FILES // 2):
        university = next(ids)
        rows = rows_of(place, crowd, university)
        meters["ours"].begin()
        told["ours"].append(_ours(servers["ours"].port, place.year, university, "declarations.csv", as_csv(rows)))
        told["ours"][-1] |= _cpu(meters["ours"])
        university = next(ids)
        rows = rows_of(place, crowd, university)
        meters["limit"].begin()
        told["limit"].append(_limit(servers["limit"].port, place, university, as_csv(rows, wire=False)))
        told["limit"][-1] |= _cpu(meters["limit"])
    university = next(ids)
    content = as_xlsx(rows_of(place, crowd, university))
    meters["ours"].begin()
    told["xlsx"] = _ours(servers["ours"].port, place.year, university, "declarations.xlsx", content)
    told["xlsx"] |= _cpu(meters["ours"])
    took = {side: median(one["whole_s"] for one in told[side]) for side in ("ours", "limit")}
    return {**told, "ratio": round(took["limit"] / took["ours"], 3)}


def _ours(port: int, year: int, university: str, name: str, content: bytes) -> dict[str, float]:
    browser = Browser(port, university)
    begun = time.perf_counter()
    browser.send(year, name, content)
    sent = time.perf_counter()
    browser.wait_for("checked, not stored")
    checked = time.perf_counter()
    browser.store()
    browser.wait_for("stored")
    stored = time.perf_counter()
    return {
        "sent_s": round(sent - begun, 2),
        "checked_s": round(checked - sent, 2),
        "stored_s": round(stored - checked, 2),
        "whole_s": round(stored - begun, 2),
    }


def _limit(port: int, place: Place, university: str, content: bytes) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    begun = time.perf_counter()
    connection.request("POST", f"/simad-file?{university},{place.year},{new_id()},{university}", content)
    connection.getresponse().read()
    return {"whole_s": round(time.perf_counter() - begun, 2)}


def _cpu(meter: Meter) -> dict[str, float]:
    server, database = meter.when_calm()
    return {"server_cpu_s": round(server / 1e6, 2), "database_cpu_s": round(database / 1e6, 2)}


def together(place: Place, servers: dict[str, Server], meters: dict[str, Meter]) -> dict[str, Any]:
    """Ten universities send their files at the same moment: nothing is lost, and nobody sees what is another's.

    Raises LostError.
    """
    crowd, port = place.crowds.together, servers["ours"].port
    files = {id_: rows_of(place, crowd, id_) for id_ in place.crowds.universities(crowd)}
    contents = {id_: as_csv(rows) for id_, rows in files.items()}
    browsers = {id_: Browser(port, id_) for id_ in files}

    def one(id_: str) -> float:
        begun, browser = time.perf_counter(), browsers[id_]
        browser.send(place.year, "declarations.csv", contents[id_])
        browser.wait_for("checked, not stored", SECOND)
        browser.store()
        browser.wait_for("stored", SECOND)
        return time.perf_counter() - begun

    meters["ours"].begin()
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(files)) as threads:
        took = list(threads.map(one, files))
    whole = time.perf_counter() - begun
    cpu = _cpu(meters["ours"])
    for id_, rows in files.items():
        if browsers[id_].declared(place.year) != sorted(row["number"] for row in rows):
            raise LostError(f"{id_}: the list is not what was sent")
        strangers = [other.upload for name, other in browsers.items() if name != id_]
        if not browsers[id_].sees(browsers[id_].upload) or any(map(browsers[id_].sees, strangers)):
            raise LostError(f"{id_} does not see its file, or sees another's")
    told = {"universities": len(files), "rows": crowd.residents // crowd.universities, **cpu}
    return told | {"whole_s": round(whole, 2), "slowest_s": round(max(took), 2)}
