"""What a pharmacy is told before it delivers: nothing of it forbids the delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.prescriptions.model.catalogue import Severity
from nabz.prescriptions.model.dispensing.delivering import DRUG, given, item_of, without
from nabz.prescriptions.model.dispensing.values import Alert, Warned
from nabz.prescriptions.model.told import STANDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nabz.prescriptions.model.catalogue import Interaction, Key, Service
    from nabz.prescriptions.model.dispensing.values import Request
    from nabz.prescriptions.model.values import Delivery, Line, Prescription

LOOKS_BACK: Final = 62
"""Days: so long does a drug prescription live, and so long may a patient still take what he was given."""

SOON: Final = 7
"""Days before its end from which a prescription counts as nearly over."""

_SEVERITY_FA: Final = {
    Severity.MILD: "خفیف",
    Severity.MODERATE: "متوسط",
    Severity.SEVERE: "شدید",
    Severity.FORBIDDEN: "ممنوع",
}


def days_between(one: str, other: str) -> int:
    """Count the days from one Jalali day to another."""
    return int((jalali.parse(other).to_gregorian() - jalali.parse(one).to_gregorian()).days)


def taken_of(before: Iterable[Delivery], day: str) -> list[str]:
    """List the drugs that a patient got lately."""
    lately = [each for each in before if each.state in STANDING and days_between(each.day, day) <= LOOKS_BACK]
    return list(dict.fromkeys(line.code for each in lately for line in each.lines if line.type == DRUG))


def of_drugs(
    codes: Sequence[str], interactions: Iterable[Interaction], same: Iterable[tuple[str, str]]
) -> Iterator[Warned]:
    """Warn of what the drugs do to each other, and to those that the patient takes already."""
    now = set(codes)
    for each in interactions:
        if now & {each.one, each.other}:
            drug, other = (each.one, each.other) if each.one in now else (each.other, each.one)
            yield Warned(
                kind=Alert.INTERACTION,
                drug=drug,
                other=other,
                fa=f"تداخل {_SEVERITY_FA[each.severity]} داروی {drug} با {other}: {each.text_fa}",
                en=f"{each.severity.value} interaction of {drug} with {other}: {each.text_en}",
            )
    for one, another in same:
        if now & {one, another}:
            drug, other = (one, another) if one in now else (another, one)
            yield Warned(
                kind=Alert.SAME_THERAPY,
                drug=drug,
                other=other,
                fa=f"داروی {drug} هم‌درمان داروی {other} است که بیمار گرفته یا می‌گیرد.",
                en=f"{drug} is the same therapy as {other}, which the patient has or gets.",
            )


def of_request(
    one: Prescription, request: Request, lines: Iterable[Line], shelf: Mapping[Key, Service], day: str
) -> Iterator[Warned]:
    """Warn of prices, of what stays, and of the time that is left for it."""
    for line in lines:
        yield from _of_price(line)
    left = {item.id: item.remaining for item in without(one, tuple(lines)).items}
    for wanted in request.lines:
        item = item_of(one, wanted.item)
        if item is not None and left[item.id] > 0:
            yield Warned(
                kind=Alert.PART,
                drug=given(wanted, one),
                left=left[item.id],
                fa=f"از داروی {given(wanted, one)} پس از این تحویل {left[item.id]} عدد می‌ماند.",
                en=f"{left[item.id]} of {given(wanted, one)} remain after this.",
            )
        service = shelf.get((DRUG, given(wanted, one)))
        if service is not None and not service.insured:
            yield Warned(
                kind=Alert.NOT_COVERED,
                drug=service.code,
                fa=f"داروی {service.code} در پوشش بیمه نیست و آزاد حساب می‌شود.",
                en=f"{service.code} is not covered: the patient pays for it.",
            )
    if one.expires and 0 <= days_between(day, one.expires) <= SOON and any(left.values()):
        yield Warned(
            kind=Alert.EXPIRES,
            other=one.expires,
            fa=f"مهلت تحویل این نسخه در {jalali.slashed(jalali.parse(one.expires))} پایان می‌یابد.",
            en=f"The prescription runs out on {one.expires}.",
        )


def _of_price(line: Line) -> Iterator[Warned]:
    if line.asked > line.tariff:
        yield Warned(
            kind=Alert.ABOVE_TARIFF,
            drug=line.code,
            other=str(line.tariff),
            fa=f"قیمت داروی {line.code} ({_grouped(line.asked)} ریال) بیش از تعرفه ({_grouped(line.tariff)} ریال) است.",
            en=f"{line.code} costs {line.asked:,} rial, the tariff is {line.tariff:,}.",
        )
    if line.wanted_code:
        yield Warned(
            kind=Alert.REPLACED,
            drug=line.code,
            other=line.wanted_code,
            fa=f"داروی {line.code} به جای {line.wanted_code} تحویل می‌شود.",
            en=f"{line.code} is given for {line.wanted_code}.",
        )


def _grouped(number: int) -> str:
    """Write a sum in the digits of the codes that stand beside it."""
    return f"{number:,}".replace(",", "٬")
