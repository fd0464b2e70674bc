"""What may go wrong with the hour of publication."""

from __future__ import annotations

from nabz.kit.errors import Problem


class ResultsPublished(Problem):
    """The results of the year were seen by others: they are not taken back."""

    code = "residency.results-published"
    status = 409
    fa = "نتایج این سال منتشر شده است و زمان انتشار آن دیگر تغییر نمی‌کند."
    en = "The results of this year were published: their hour does not change any more."
