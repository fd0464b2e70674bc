"""What can go wrong where a resident asks for his own file."""

from __future__ import annotations

from nabz.kit.errors import Problem


class PersonWrong(Problem):
    """Nobody can have this number."""

    code = "residency.person-wrong"
    status = 422
    fa = "کد ملی درست نیست؛ ده رقم آن را بنویسید. اتباع خارجی گزینهٔ زیر را برگزینند."
    en = "This is no national code: write its ten digits. Foreigners tick the box below."


class TooManyAsked(Problem):
    """Many codes were asked for from one address."""

    code = "residency.too-many-asked"
    status = 429
    fa = "از این نشانی کدهای زیادی خواسته شده است؛ کمی بعد دوباره بکوشید."
    en = "Too many codes were asked for from this address: try again later."
    retry = True
