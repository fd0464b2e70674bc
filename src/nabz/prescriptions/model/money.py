"""Sums in whole rials: what the insurer, the state and the patient pay is always the whole price, to the rial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.prescriptions.model.values import Line

if TYPE_CHECKING:
    from nabz.prescriptions.model.catalogue import Service

WHOLE = 100
MOST_SUM = 10**13
"""Rial a line: so the sums of a delivery are exact in JSON, and those of a country in a database."""


def share(sum_: int, percent: int) -> int:
    """Give a percentage of a sum, halves rounded up."""
    return (sum_ * percent + WHOLE // 2) // WHOLE


def line_of(line: Line) -> Line:
    """Reckon a line: the insurer pays its part of the lower price, the state its subsidy, the patient all the rest."""
    price = line.quantity * (line.asked + line.tech)
    reckoned = line.quantity * (min(line.tariff, line.asked) + line.tech)
    insurer = share(reckoned, line.percent)
    subsidy = min(line.quantity * line.subsidy, price - insurer)
    return msgspec.structs.replace(
        line, price=price, insurer=insurer, subsidy=subsidy, patient=price - insurer - subsidy
    )


def priced(service: Service, *, insured: bool, asked: int = 0, k2: bool = False, tech: int = 0) -> Line:
    """Give a line of none of a service with its prices: whoever is not covered has neither a share nor a subsidy."""
    covered = service.insured and insured
    tariff = service.k2_price if k2 else service.price
    return Line(
        item=0,
        type=service.type,
        code=service.code,
        name=service.name,
        quantity=0,
        tariff=tariff,
        asked=asked or tariff,
        price=0,
        insurer=0,
        patient=0,
        subsidy=service.subsidy if covered else 0,
        percent=service.percent if covered else 0,
        tech=tech,
        k2=k2,
    )
