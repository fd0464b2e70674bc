"""What is wrong with favourites and templates."""

from __future__ import annotations

from nabz.kit.errors import Problem


class TemplateUnnamed(Problem):
    """A template is found again by its name."""

    code = "prescriptions.template-unnamed"
    status = 422
    fa = "برای الگو نامی بنویسید."
    en = "Give the template a name."


class TemplateEmpty(Problem):
    """Nothing stands in it."""

    code = "prescriptions.template-empty"
    status = 422
    fa = "الگو دست‌کم یک قلم می‌خواهد."
    en = "A template needs at least one line."


class TemplateUnknown(Problem):
    """It was removed, or it is another physician's."""

    code = "prescriptions.template-unknown"
    status = 404
    fa = "این الگو پیدا نشد."
    en = "This template was not found."
