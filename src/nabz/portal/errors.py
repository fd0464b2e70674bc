"""What can go wrong where an insured person looks at his own record."""

from __future__ import annotations

from nabz.kit.errors import Problem


class PersonWrong(Problem):
    """Nobody can have this number."""

    code = "portal.person-wrong"
    status = 422
    fa = "کد ملی درست نیست؛ ده رقم آن را بنویسید."
    en = "This is no national code: write its ten digits."


class TooManyAsked(Problem):
    """Many people's codes were asked for from one address."""

    code = "portal.too-many-asked"
    status = 429
    fa = "از این نشانی کدهای زیادی خواسته شده است؛ فردا دوباره بکوشید."
    en = "Too many codes were asked for from this address: try again tomorrow."


class NotYourChild(Problem):
    """The registry knows no such child of this person, or it is of age."""

    code = "portal.not-your-child"
    status = 404
    fa = "در ثبت احوال فرزندی زیر ۱۸ سال با این مشخصات برای شما نیست."
    en = "The registry knows no such child of yours under 18."
