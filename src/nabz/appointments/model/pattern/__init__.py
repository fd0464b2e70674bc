"""Weekly patterns: a week of work becomes slots."""

from nabz.appointments.model.pattern.checking import check_hours, check_period, shown
from nabz.appointments.model.pattern.expanding import ahead, by_day, closed_days, expand, visits_of, weekday_of
from nabz.appointments.model.pattern.values import (
    LONGEST_GAP,
    LONGEST_PREFIX,
    MOST_DAYS,
    MOST_SLOTS,
    Exceptional,
    Hours,
    Pattern,
    Piece,
    Session,
    Share,
    Visits,
)

__all__ = [
    "LONGEST_GAP",
    "LONGEST_PREFIX",
    "MOST_DAYS",
    "MOST_SLOTS",
    "Exceptional",
    "Hours",
    "Pattern",
    "Piece",
    "Session",
    "Share",
    "Visits",
    "ahead",
    "by_day",
    "check_hours",
    "check_period",
    "closed_days",
    "expand",
    "shown",
    "visits_of",
    "weekday_of",
]
