"""What a good password is."""

from __future__ import annotations

import unicodedata
from typing import Final

from nabz.access.errors import PasswordIsUsername, PasswordTooCommon, PasswordTooLong, PasswordTooShort
from nabz.kit.persian import ascii_digits

SHORTEST: Final = 10
LONGEST: Final = 200
LONGEST_SPELLING: Final = 4 * LONGEST + 1
"""More is cut off before normalising, whose time grows with the square of the signs on one letter.

No letter is put together from more than four, so what was cut is still too long afterwards and never passes for less.
"""
FEWEST_LETTERS: Final = 4
"""So many different letters at least: `1111111111` and `abababababab` are guessed first."""

_RUNS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
_COMMON: Final = frozenset(
    """
    password password1 password12 password123 password1234 password12345 passw0rd passw0rd1 passw0rd12 passw0rd123
    p@ssword p@ssword1 p@ssword12 p@ssword123 p@ssw0rd p@ssw0rd1 p@ssw0rd12 p@ssw0rd123 mypassword mypassword1
    administrator administrator1 admin12345 admin123456 adminadmin admin@12345 letmein1234 letmeinnow welcome123
    welcome1234 welcome@123 changeme123 changeme1234 changemenow qwerty12345 qwerty123456 qwertyuiop1 qwerty@1234
    iloveyou123 iloveyou12 iloveyou1234 sunshine123 princess123 football123 baseball123 superman123 batman12345
    dragon12345 monkey12345 master12345 trustno1234 whatever123 michael1234 computer123 internet123 hello12345
    test123456 testtest123 test1234567 guest123456 user123456 root123456 secret1234 secret12345 default1234
    iran123456 iran1234567 tehran12345 tehran1234 persian1234 salam12345 salam123456 khoda12345 allah12345 allah123456
    alireza1234 mohammad123 mohammad1234 mohammad12345 mehdi12345 hossein123 hossein1234 fatemeh123 fatemeh1234
    zahra12345 maryam12345 ali1234567 reza1234567 esteghlal1 esteghlal123 perspolis1 perspolis123 hospital123
    hospital1234 doctor12345 salamat123 salamat1234 behdasht123 behdasht1234 pezeshk1234 daroo12345 daroukhane
    """.split()  # noqa: SIM905 - one word to a place, as such lists are kept
)


def normal_password(password: str) -> str:
    """Give the one spelling of a password: keyboards differ in digits and in how letters are put together.

    Of a text that is too long for a password only the beginning is looked at.
    """
    return ascii_digits(unicodedata.normalize("NFKC", password[:LONGEST_SPELLING]))


def check_new_password(password: str, username: str) -> None:
    """Refuse what is guessed first.

    Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordIsUsername.
    """
    plain = normal_password(password).casefold()
    if len(plain) < SHORTEST:
        raise PasswordTooShort(least=SHORTEST)
    if len(plain) > LONGEST:
        raise PasswordTooLong(most=LONGEST)
    if username and (plain in {username, username * 2, username[::-1]} or plain.strip("0123456789!@#.-_") == username):
        raise PasswordIsUsername
    runs = any(plain in run or plain in run[::-1] for run in _RUNS)
    if runs or plain in _COMMON or len(set(plain)) < FEWEST_LETTERS:
        raise PasswordTooCommon
