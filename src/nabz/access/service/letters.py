"""The letters of access, and how they are posted."""

from __future__ import annotations

from datetime import datetime

import msgspec

from nabz.kit import outbox
from nabz.kit.db import Tx
from nabz.kit.ids import new_id, secret

MAIL = "notify.mail"


class Posting(msgspec.Struct, frozen=True):
    """What a letter with a one-time link needs from the edge: fresh names, and our own address."""

    token: str
    letter_id: str
    site: str

    @property
    def address(self) -> str:
        """Where the link leads."""
        return f"{self.site}/link/{self.token}"


def new_posting(site: str) -> Posting:
    """Make the fresh names of one letter, at the edge."""
    return Posting(secret(), new_id(), site.rstrip("/"))


def invitation(tx: Tx, to: str, name: str, username: str, posting: Posting, hours: int, now: datetime) -> None:
    """Post an invitation."""
    text = (
        f"{name}،\n\n"
        f"برای شما در نبض، درگاه ملی تبادل سلامت، حسابی با نام کاربری {username} ساخته شده است.\n"
        f"با این پیوند گذرواژهٔ خود را برگزینید (یک بار و تا {hours} ساعت کار می‌کند):\n\n{posting.address}\n\n"
        "اگر منتظر این نامه نبودید، آن را نادیده بگیرید.\n\n"
        f"An account with the user name {username} was made for you on Nabz. The link above lets you choose\n"
        f"your password; it works once, within {hours} hours.\n"
    )
    _post(tx, posting.letter_id, to, "حساب شما در نبض", text, now)


def new_password(tx: Tx, to: str, username: str, posting: Posting, hours: int, now: datetime) -> None:
    """Post the way to a new password."""
    text = (
        f"برای حساب {username} گذرواژهٔ تازه خواسته شده است.\n"
        f"با این پیوند آن را برگزینید (یک بار و تا {hours} ساعت کار می‌کند):\n\n{posting.address}\n\n"
        "اگر شما نخواسته‌اید، کاری لازم نیست؛ گذرواژهٔ کنونی همچنان کار می‌کند.\n\n"
        f"A new password was asked for the account {username}. The link above works once, within {hours} hours.\n"
        "If you did not ask for it, do nothing.\n"
    )
    _post(tx, posting.letter_id, to, "گذرواژهٔ تازه برای نبض", text, now)


def notice(tx: Tx, letter_id: str, to: str, fa: str, en: str, now: datetime) -> None:
    """Post word of something that was done to an account, so that its owner sees what he did not do himself."""
    text = (
        f"{fa}\nاگر این کار شما نبوده است، به راهبر سامانه خبر دهید.\n\n{en}\nIf it was not you, tell the operator.\n"
    )
    _post(tx, letter_id, to, "تغییری در حساب شما در نبض", text, now)


def _post(tx: Tx, letter_id: str, to: str, subject: str, text: str, now: datetime) -> None:
    outbox.put(tx, letter_id, MAIL, {"to": to, "subject": subject, "text": text}, now)
