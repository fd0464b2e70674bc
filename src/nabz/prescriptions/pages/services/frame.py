"""What every page of a centre knows: where it works, whom it serves, and the words of the counter."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from nabz.access.model import Person, Role
from nabz.kit import jalali, persian
from nabz.kit.errors import Problem
from nabz.prescriptions.errors.reading import NotEnrolled, NotThere
from nabz.prescriptions.model import ANONYMOUS, Centre, CentreKind, Delivery, Item, Source, State
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.model.corrections import Look
from nabz.prescriptions.model.corrections import Role as LookRole
from nabz.prescriptions.model.doses import in_words
from nabz.prescriptions.model.monthly import FILE_EN, FILE_FA, FileState
from nabz.prescriptions.pages import frame
from nabz.prescriptions.pages.services.menu import menu_of
from nabz.prescriptions.service import enrolment
from nabz.prescriptions.service.looks import Looks
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Caller, Prescription
    from nabz.web.forms import Filled

PHARMACY: Final = (Role.PHARMACY,)
PARACLINIC: Final = (Role.PARACLINIC,)
CENTRES: Final = (Role.PHARMACY, Role.PARACLINIC)
KIND_OF: Final = {Role.PHARMACY: CentreKind.PHARMACY, Role.PARACLINIC: CentreKind.PARACLINIC}
CENTRE: Final = "nabz_counter"
SHOWN_DIGITS: Final = 4
SERVED: Final = "prescriptions.served"
_SUM: Final = re.compile("[۰-۹]{4,}(?= ریال)")
SOURCES: Final = {
    Source.ELECTRONIC: ("الکترونیک", "electronic"),
    Source.PAPER: ("کاغذی", "paper"),
    Source.HOSPITAL: ("بیمارستانی", "hospital"),
    Source.INTERNET: ("پذیرش اینترنتی", "internet acceptance"),
}
FILE_BADGES: Final = {FileState.SENT: "info", FileState.ACCEPTED: "good", FileState.RETURNED: "bad"}


class Place(msgspec.Struct, frozen=True):
    """The centre that somebody works for, and the others that he may choose."""

    centre: Centre
    choices: tuple[Centre, ...]
    db: Database
    caller: Caller

    @property
    def id(self) -> str:
        """The centre's number."""
        return self.centre.id

    @property
    def is_pharmacy(self) -> bool:
        """Tell pharmacies and paraclinic centres apart."""
        return self.centre.kind is CentreKind.PHARMACY


class Served(msgspec.Struct, frozen=True):
    """The patient who stands at the counter; it goes from page to page sealed, and for this person's eyes only."""

    patient: str
    """The key of the registries."""

    user: str
    owned: bool = False
    """The patient's code was told: what owned centres wrote may be seen too."""

    prescription: int = 0
    """This one alone: the patient of a free prescription need not be named."""

    @property
    def code(self) -> str:
        """Give the patient as messages name him."""
        return self.patient.partition(":")[2] or self.patient


async def place_of(call: Call, kind: CentreKind | None = None) -> Place:
    """Find the centre in which somebody works: the chosen one, or the first. Raises NotEnrolled."""
    me = Person.of(call.me)
    db = frame.db_of(call)
    kinds = {KIND_OF[role] for role in CENTRES if role in me.roles}
    found = await db.read(enrolment.centres_of, me.organisation_id)
    choices = tuple(each for each in found if each.kind in kinds and kind in {None, each.kind})
    if not choices:
        raise NotEnrolled
    chosen = visit.cookie(call, CENTRE)
    centre = next((each for each in choices if each.id == chosen), choices[0])
    return Place(centre, choices, db, frame.caller_of(call))


# ---- the patient at the counter


def seal(call: Call, served: Served) -> str:
    """Hide who is served from addresses and logs."""
    return call.deps.keys.seal(SERVED, msgspec.json.encode(served).decode())


def unseal(call: Call, sealed: str) -> Served | None:
    """Read who is served; none if it was somebody else who served him."""
    text = call.deps.keys.unseal(SERVED, sealed) if sealed else None
    if text is None:
        return None
    served = msgspec.json.decode(text, type=Served)
    return served if served.user == call.me.user_id else None


def must_serve(call: Call, sealed: str) -> Served:
    """Read who is served. Raises NotThere."""
    served = unseal(call, sealed)
    if served is None:
        raise NotThere
    return served


async def note_look(call: Call, place: Place, patient: str) -> None:
    """Write down who has looked at a patient's record: the patient may read it."""
    role = LookRole.PHARMACY if place.is_pharmacy else LookRole.PARACLINIC
    look = Look(patient=patient, who=place.caller.by, role=role, place=place.id)
    await Looks.of(call.deps).note(place.db, look, call.now)


# ---- answers


def draw(call: Call, place: Place, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of a centre."""
    here = call.scope["path"]
    return render(
        call,
        f"prescriptions/services/{template}",
        status,
        w=CounterWords(visit.language(call), call.now),
        place=place,
        menu=menu_of(place.centre.kind),
        way=here,
        **values,
    )


def back(call: Call, path: str, fa: str, en: str, kind: str = "good") -> Response:
    """Go on to a page after a deed, with a message."""
    return see_other(call, path, said=(kind, say(call, fa, en)))


def refused(call: Call, path: str, problem: Problem) -> Response:
    """Go back to a page and say there why nothing was done."""
    return see_other(call, path, said=("bad", told(call, problem)))


def told(call: Call, problem: Problem, names: Mapping[str, str] = {}) -> str:
    """Tell a problem in the words of the page; drugs and services by their names, where they are known."""
    facts = {str(fact) for fact in problem.facts.values()}
    here = {code: name for code, name in names.items() if code in facts}
    return say(call, named(sentence(problem.text_fa), here), named(problem.text_en, here))


def sentence(text: str) -> str:
    """Write a Persian sentence with our letters and digits, sums of money by thousands."""
    plain = persian.persian_digits(persian.fold(text))
    return _SUM.sub(lambda found: persian.grouped(int(persian.ascii_digits(found[0]))), plain)


def named(text: str, names: Mapping[str, str]) -> str:
    """Put names in the place of codes, however their digits are written; a sum of money is none."""
    for code, name in names.items():
        spelt = "|".join(re.escape(each) for each in (code, persian.persian_digits(code)))
        shown = name_of(name)
        text = re.sub(rf"(?<![\w-])(?:{spelt})(?![\w-]| ریال| rial)", shown.replace("\\", r"\\"), text)
    return text


def name_of(text: str) -> str:
    """Write the name of a drug or service: a Latin one keeps its digits."""
    folded = persian.fold(text)
    return folded if folded.isascii() else persian.persian_digits(folded)


def first_wrong(form: Filled, fields: Iterable[str]) -> str:
    """Tell which field of a page is the first that is wrong: there one writes on."""
    return next((name for name in fields if form.error(name)), "")


def address(path: str, **words: object) -> str:
    """Write an address with what is not empty of its query."""
    query = urlencode({name: text for name, text in words.items() if text})
    return f"{path}?{query}" if query else path


def today(call: Call) -> str:
    """Give the day that it is in Tehran, eight digits."""
    return jalali.compact(jalali.day_of(call.now))


class CounterWords(frame.Words):
    """Given to every template of these pages as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        super().__init__(lang, now)
        self._english = lang == "en"

    def official(self, text: str) -> str:
        """Write an official text with our letters and digits."""
        return persian.persian_digits(persian.fold(text))

    def name(self, text: str) -> str:
        """Write the name of a drug or service: a Latin one keeps its digits."""
        return name_of(text)

    def masked(self, code: str) -> str:
        """Show the end of an identifier: enough to tell two people of one name apart."""
        if code == ANONYMOUS:
            return self.text("ناشناس", "unnamed")
        return "•" * max(0, len(code) - SHOWN_DIGITS) + self.digits(code[-SHOWN_DIGITS:])

    def type(self, code: str) -> str:
        """Name a type of services."""
        found = SERVICE_TYPES.get(code)
        return self.official(found.title) if found else code

    def types(self, codes: tuple[str, ...]) -> str:
        """Name some types of services."""
        return self.text("، ", ", ").join(self.type(code) for code in codes)

    def dose(self, item: Item) -> str:
        """Say how a drug is taken."""
        if item.amount is None and item.instruction is None:
            return self.official(item.dose)
        return in_words(item.amount, item.instruction, item.usage, english=self._english) or self.official(item.dose)

    def source(self, source: Source) -> str:
        """Name how a prescription came into the hub."""
        return self.text(*SOURCES[source])

    def file_state(self, state: FileState) -> tuple[str, str]:
        """Name where a month's file stands, after its badge."""
        return FILE_BADGES[state], (FILE_EN if self._english else FILE_FA)[state]

    def sent(self, delivery: Delivery) -> bool:
        """Tell whether nobody takes a delivery back any more."""
        return delivery.month_file is not None

    def held(self, instant: str) -> str:
        """Write the instant of a session."""
        return self.moment(datetime.fromisoformat(instant))

    def waits(self, one: Prescription, types: tuple[str, ...]) -> list[Item]:
        """List what a centre may still give."""
        return [item for item in one.items if item.type in types and item.remaining and item.state is not State.DELETED]
