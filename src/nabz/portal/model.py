"""The six official systems, as the home page tells of them."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Whether a system answers here."""

    UP = "up"
    SOON = "soon"


class System(msgspec.Struct, frozen=True, kw_only=True):
    """One official system."""

    key: str
    name_fa: str
    name_en: str
    what_fa: str
    what_en: str
    state: State
    path: str | None = None
    docs: str | None = None


SYSTEMS = (
    System(
        key="ditas",
        name_fa="دیتاس",
        name_en="DITAS",
        what_fa="درگاه تبادل اطلاعات سلامت: توکن، شناسهٔ سرویس و راه همهٔ سرویس‌ها",
        what_en="The gateway: tokens, service packages, and the way to every other service",
        state=State.UP,
        path="/oauth/token",
        docs="/docs/domains/gateway/",
    ),
    System(
        key="maxa",
        name_fa="مکسا",
        name_en="MAXA",
        what_fa="مرجع کدینگ سلامت: ترمینولوژی‌ها و نسخه‌هایشان",
        what_en="Health terminologies and their versions",
        state=State.UP,
        path="/maxa",
        docs="/docs/domains/terminology/",
    ),
    System(
        key="hqs",
        name_fa="نوبت‌دهی",
        name_en="HQS",
        what_fa="میان‌افزار نوبت‌دهی میان مراکز درمانی و سامانه‌های نوبت‌گیر",
        what_en="Appointments between clinics and booking apps",
        state=State.UP,
        path="/nobat",
        docs="/docs/domains/appointments/",
    ),
    System(
        key="tamin",
        name_fa="نسخهٔ الکترونیک تأمین اجتماعی",
        name_en="Tamin",
        what_fa="نسخه‌نویسی، استحقاق، داروخانه و پاراکلینیک",
        what_en="Prescriptions, entitlement, pharmacy and paraclinic",
        state=State.UP,
        path="/ep",
        docs="/docs/domains/prescriptions/",
    ),
    System(
        key="simad",
        name_fa="سیماد",
        name_en="SIMAD",
        what_fa="دستیاران پزشکی، ارتقای سالانه و نتایج",
        what_en="Medical residents, yearly promotion, results",
        state=State.UP,
        path="/simad",
        docs="/docs/domains/residency/",
    ),
    System(
        key="apiissue",
        name_fa="درخواست و گواهی API",
        name_en="apiissue",
        what_fa="راه شرکت‌ها از ثبت‌نام تا محیط عملیاتی",
        what_en="A vendor's way from sign-up to production",
        state=State.SOON,
    ),
)
