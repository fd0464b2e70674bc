"""How a drug is taken, said as people say it; and what is chosen at first for each form of a drug."""

from __future__ import annotations

from typing import Final, NamedTuple

from nabz.kit import persian
from nabz.prescriptions.model.codes import AMOUNTS, INSTRUCTIONS, USAGES

AS_DIRECTED, IF_NEEDED = 170, 171
UNSAID: Final = 0
"""The way of taking that says nothing: which vein or muscle, the physician alone knows."""

INJECTIONS: Final = (27, 28, 29, 25, 26, 30)
_GENERAL: Final = "-"
_PIECES: Final = {"Tab/Cap": "tab/cap", "INJ": "amp"}
_HALF_SPACES: Final = (("cc", " سی‌سی"), ("سی سی", "سی‌سی"), ("چای خوری", "چای‌خوری"), ("مربا خوری", "مرباخوری"))
_SPOONS: Final = (("غذا خوری", "غذاخوری"), ("سوپ خوری", "سوپ‌خوری"))

_WHEN: Final[dict[int, tuple[str, str]]] = {
    60: ("روزی یک بار", "once a day"),
    61: ("روزی دو بار، هر بار", "twice a day, each time"),
    62: ("روزی سه بار، هر بار", "three times a day, each time"),
    63: ("روزی چهار بار، هر بار", "four times a day, each time"),
    64: ("هر ۴ ساعت", "every 4 hours"),
    65: ("هر ۶ ساعت", "every 6 hours"),
    66: ("هر ۸ ساعت", "every 8 hours"),
    67: ("هر ۱۲ ساعت", "every 12 hours"),
    68: ("هر ۲۴ ساعت", "every 24 hours"),
    69: ("یک روز در میان", "every other day"),
    70: ("پیش از خواب", "at bedtime"),
    71: ("هر روز صبح", "every morning"),
    72: ("هفته‌ای یک بار", "once a week"),
    73: ("هر دو هفته یک بار", "every two weeks"),
    74: ("هر سه هفته یک بار", "every three weeks"),
    75: ("هر چهار هفته یک بار", "every four weeks"),
    76: ("در صورت نیاز", "if needed"),
    77: ("طبق دستور پزشک", "as directed"),
    78: ("ماهی یک بار", "once a month"),
    79: ("سالی یک بار", "once a year"),
    80: ("", ""),
}
_HOW: Final[dict[int, tuple[str, str]]] = {
    0: ("", ""),
    1: ("بعد از غذا", "after food"),
    2: ("قبل از غذا", "before food"),
    3: ("همراه با غذا", "with food"),
    4: ("ناشتا، نیم ساعت قبل از صبحانه", "half an hour before breakfast"),
    5: ("زیر زبان", "under the tongue"),
    6: ("صبح‌ها", "in the mornings"),
    7: ("عصرها", "in the afternoons"),
    8: ("شب‌ها", "at night"),
    9: ("قبل از ناهار و شام", "before lunch and dinner"),
    10: ("بعد از ناهار و شام", "after lunch and dinner"),
    11: ("موضعی بمالید", "rub on the place"),
    12: ("شست‌وشو دهید", "wash with it"),
    13: ("سر را با آن بشویید", "wash the head with it"),
    14: ("بدن را با آن بشویید", "wash the body with it"),
    15: ("سر و بدن را با آن بشویید", "wash head and body with it"),
    16: ("چشم را شست‌وشو دهید", "rinse the eye"),
    17: ("موضع را شست‌وشو دهید", "rinse the place"),
    18: ("شب بمالید و صبح بشویید", "apply at night, wash off in the morning"),
    19: ("از گردن به پایین بمالید", "apply from the neck down"),
    20: ("واژینال", "vaginally"),
    21: ("مقعدی", "rectally"),
    22: ("اسپری کنید", "spray"),
    23: ("در صورت نیاز", "if needed"),
    24: ("طبق دستور پزشک", "as directed"),
    25: ("تزریق عضلانی پس از تست", "into the muscle, after a test"),
    26: ("انفوزیون وریدی", "as an infusion"),
    27: ("تزریق عضلانی", "into the muscle"),
    28: ("تزریق وریدی", "into the vein"),
    29: ("تزریق زیرپوستی", "under the skin"),
    30: ("داخل سرم", "within the drip"),
}

_IF_NEEDED_TIMES: Final = 76
_SAY_ENOUGH: Final = frozenset({*_WHEN} - {80})
"""Where the time is told, «طبق دستور» adds nothing."""


class Start(NamedTuple):
    """What is chosen at first for a form, and which amounts are offered for it."""

    groups: tuple[str, ...]
    amount: int
    instruction: int
    usage: int
    quantity: int


_SOLID: Final = Start(("Tab/Cap",), 174, 66, 1, 20)
_LIQUID: Final = Start(("Syrup/Susp",), 195, 66, 1, 1)
_INJECTED: Final = Start(("INJ",), 183, 68, UNSAID, 1)
_INSULIN: Final = Start(("Insulin Vial&pen",), AS_DIRECTED, 60, UNSAID, 1)
_INHALED: Final = Start(("Inhalation",), 204, 67, UNSAID, 1)
_RUBBED: Final = Start((_GENERAL,), AS_DIRECTED, 67, 11, 1)
_DROPPED: Final = Start(("Eye Drops", "Ear Drops", "Oral Drops"), 218, 66, 0, 1)
_STARTS: Final[tuple[tuple[str, Start], ...]] = (
    ("TAB", _SOLID),
    ("CAP", _SOLID),
    ("SYRUP", _LIQUID),
    ("SUSP", _LIQUID),
    ("SOLUTION", _LIQUID),
    ("DROP", _DROPPED),
    ("INFUSION", Start(("INJ",), 183, 68, UNSAID, 1)),
    ("INJ", _INJECTED),
    ("INHAL", _INHALED),
    ("SPRAY", Start(("Nasal Spray",), 199, 67, 22, 1)),
    ("SUPP", Start((_GENERAL,), AS_DIRECTED, 67, 21, 10)),
    ("CREAM", _RUBBED),
    ("GEL", _RUBBED),
    ("OINTMENT", _RUBBED),
    ("LOTION", _RUBBED),
)
_OTHERWISE: Final = Start((), AS_DIRECTED, 77, 0, 1)
_NAMED: Final = (("INHAL", _INHALED), ("INSULIN", _INSULIN))
"""What a name says better than the form: price lists print some inhalers among injections."""

_USUAL_WAYS: Final = (UNSAID, 1, 2, 3, 4, 5, 8)
_WAYS: Final[dict[str, tuple[int, ...]]] = {
    "INJ": (UNSAID, *INJECTIONS),
    "Insulin Vial&pen": (UNSAID, 29, 28),
    "Inhalation": (UNSAID, 22, 23, 24),
    "Nasal Spray": (UNSAID, 22, 23, 24),
    _GENERAL: (11, 20, 21, 12, 17, 18, UNSAID),
}


def start_of(form: str, name: str = "") -> Start:
    """Tell what is chosen at first for a drug of a form, which its name may tell too."""
    for word, start in _NAMED:
        if word in name.upper():
            return start
    for text in (form.upper(), name.upper()):
        for word, start in _STARTS:
            if word in text:
                return start
    return _OTHERWISE


def amounts_for(form: str, name: str = "") -> list[int]:
    """List the amounts that are offered for a drug of a form; for a form that nobody knows, all of them."""
    groups = start_of(form, name).groups
    offered = [one for one in AMOUNTS.values() if not groups or one.group in {*groups, _GENERAL}]
    return [one.id for one in sorted(offered, key=lambda one: one.group == _GENERAL)]


def usages_for(form: str, name: str = "") -> tuple[int, ...]:
    """List the ways of taking that a drug of a form usually has."""
    return next((_WAYS[group] for group in start_of(form, name).groups if group in _WAYS), _USUAL_WAYS)


def amount_words(amount: int | None, *, english: bool = False) -> str:
    """Name an amount: «یک عدد»."""
    one = AMOUNTS.get(amount) if amount is not None else None
    if one is None:
        return ""
    if english:
        return f"{one.latin.strip()} {_PIECES.get(one.group, '')}".strip()
    text = persian.persian_digits(persian.fold(one.text))
    for apart, together in (*_HALF_SPACES, *_SPOONS):
        text = text.replace(apart, together)
    return text


def instruction_words(instruction: int | None, *, english: bool = False) -> str:
    """Name how often something is taken."""
    if english and instruction in _WHEN:
        return _WHEN[instruction][1].removesuffix(", each time") or "other"
    one = INSTRUCTIONS.get(instruction) if instruction is not None else None
    return persian.persian_digits(persian.fold(one.text)).replace("هفته ای", "هفته‌ای") if one else ""


def usage_words(usage: int, *, english: bool = False) -> str:
    """Name how something is taken."""
    if usage in _HOW and (english or usage):
        return _HOW[usage][1 if english else 0] or ("other" if english else "")
    one = USAGES.get(usage)
    return persian.persian_digits(persian.fold(one.text)) if one else ""


def in_words(amount: int | None, instruction: int | None, usage: int = 0, *, english: bool = False) -> str:
    """Say a dose: «هر ۸ ساعت یک عدد، بعد از غذا»."""
    side = 1 if english else 0
    comma = ", " if english else "، "
    when = _WHEN.get(instruction or 0, ("", ""))[side]
    much = _much(amount, instruction, english=english)
    if not much:
        when = when.removesuffix("، هر بار").removesuffix(", each time")
    said = f"{when} {much}".strip()
    how = _HOW.get(usage, ("", ""))[side]
    return comma.join(part for part in (said, how if how not in said else "") if part)


def _much(amount: int | None, instruction: int | None, *, english: bool) -> str:
    """Leave out what the instruction says already."""
    if amount == IF_NEEDED and instruction == _IF_NEEDED_TIMES:
        return ""
    if amount == AS_DIRECTED:
        return "" if instruction in _SAY_ENOUGH else ("as directed" if english else "طبق دستور")
    return amount_words(amount, english=english)
