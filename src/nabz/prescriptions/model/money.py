"""Sums in whole rials: what the insurer, the state and the patient pay is always the whole price, to the rial."""

from __future__ import annotations

import msgspec

from nabz.prescriptions.model.values import Line

WHOLE = 100


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
