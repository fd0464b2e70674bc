"""Numbers, instants and codes in the words of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit import jalali, persian

if TYPE_CHECKING:
    from datetime import datetime

ACTIONS = {
    "access.client-registered": ("سامانه ثبت شد", "client system registered"),
    "access.secret-issued": ("رمز تازه صادر شد", "new secret issued"),
    "access.secret-cut": ("رمز قطع شد", "secret cut"),
    "access.client-cut-off": ("سامانه خاموش شد", "client system switched off"),
    "access.client-let-in": ("سامانه روشن شد", "client system switched on"),
    "access.token-revoked": ("توکن باطل شد", "token revoked"),
    "gateway.package-granted": ("بستهٔ سرویس داده شد", "package granted"),
    "gateway.package-limited": ("حدهای بسته تغییر کرد", "limits of a package changed"),
    "gateway.package-on": ("بسته روشن شد", "package switched on"),
    "gateway.package-off": ("بسته خاموش شد", "package switched off"),
    "gateway.network-announced": ("شبکه اعلام شد", "network announced"),
    "gateway.network-withdrawn": ("شبکه برداشته شد", "network withdrawn"),
    "gateway.service-added": ("سرویس ثبت شد", "service registered"),
    "gateway.service-changed": ("سرویس تغییر کرد", "service changed"),
    "gateway.identifier-registered": ("شناسه ثبت شد", "identifier registered"),
    "gateway.identifier-blocked": ("شناسه مسدود شد", "identifier blocked"),
    "gateway.identifier-freed": ("شناسه آزاد شد", "identifier freed"),
    "gateway.identifier-granted": ("شناسه با بسته مجاز شد", "identifier granted with a package"),
    "gateway.identifier-taken-back": ("اجازهٔ شناسه پس گرفته شد", "grant of an identifier taken back"),
}
FACTS = {
    "in_data_set": ("محیط", "environment"),
    "network": ("شبکه", "network"),
    "service": ("سرویس", "service"),
    "per_day": ("در روز", "a day"),
    "per_second": ("در ثانیه", "a second"),
    "type": ("نوع", "type"),
    "active": ("روشن", "on"),
}
CLIENT_FAULTS, SERVER_FAULTS = 400, 500
KILO = 1024


class Words:
    """Given to every template of the gateway as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        self._persian = lang != "en"
        self._now = now

    def number(self, value: float) -> str:
        """Write a whole number."""
        return persian.grouped(round(value)) if self._persian else f"{round(value):,}"

    def millis(self, value: float) -> str:
        """Write how many milliseconds a call took."""
        shown = f"{value:,.1f}" if value < 10 else f"{round(value):,}"  # noqa: PLR2004 - short times need a decimal
        return persian.persian_digits(shown.replace(",", "٬").replace(".", "٫")) if self._persian else shown

    def share(self, part: int, whole: int) -> str:
        """Write a part of a whole in per cent."""
        shown = f"{100 * part / whole if whole else 0:.1f}".removesuffix(".0")
        return f"{persian.persian_digits(shown.replace('.', '٫'))}٪" if self._persian else f"{shown}%"

    def size(self, octets: int) -> str:
        """Write a size."""
        if octets < KILO:
            return f"{self.number(octets)} بایت" if self._persian else f"{octets} bytes"
        return f"{self.number(octets / KILO)} کیلوبایت" if self._persian else f"{self.number(octets / KILO)} KiB"

    def stamp(self, at: datetime) -> str:
        """Write an instant to the second, by Tehran's clock and the Jalali calendar."""
        local = jalali.tehran(at)
        shown = f"{jalali.slashed(jalali.day_of(at))} {local:%H:%M:%S}"
        return persian.persian_digits(shown) if self._persian else shown

    def moment(self, at: datetime) -> str:
        """Write an instant to the minute."""
        return jalali.moment(at) if self._persian else self.stamp(at)[:-3]

    def since(self, at: datetime) -> str:
        """Say how long ago something was."""
        return jalali.relative(at, self._now) if self._persian else self.stamp(at)

    def action(self, code: str) -> str:
        """Name what was done."""
        fa, en = ACTIONS.get(code, (code, code))
        return fa if self._persian else en

    def data_set(self, number: int) -> str:
        """Name a data set."""
        if number == 0:
            return "عملیاتی" if self._persian else "production"
        if number == 1:
            return "آزمایشی مشترک" if self._persian else "shared sandbox"
        return f"آزمایشی {persian.persian_digits(number)}" if self._persian else f"sandbox {number}"

    def facts(self, facts: dict[str, object]) -> list[tuple[str, object]]:
        """Name the particulars of a deed."""
        named = []
        for name, value in facts.items():
            fa, en = FACTS.get(name, (name, name))
            told = self.data_set(value) if name == "in_data_set" and isinstance(value, int) else value
            if told is not None:
                named.append((fa if self._persian else en, told))
        return named

    def status_kind(self, status: int) -> str:
        """Tell which badge a status wears."""
        if status >= SERVER_FAULTS:
            return "bad"
        return "warn" if status >= CLIENT_FAULTS else "good"
