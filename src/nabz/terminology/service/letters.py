"""Letters (ابلاغیه): official notices about codings, who is told of them, and who uses what they tell of since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.service import organisations, users
from nabz.kit import audit, jalali, outbox
from nabz.kit.persian import ascii_digits, persian_digits
from nabz.terminology.errors import AttachmentRefused, BadText, LetterIncomplete, UnknownLetter
from nabz.terminology.model import Adoption, plain
from nabz.terminology.service import reading
from nabz.terminology.store import feed
from nabz.terminology.store import letters as store

if TYPE_CHECKING:
    from datetime import datetime

    from persiantools.jdatetime import JalaliDate

    from nabz.kit.db import Tx
    from nabz.terminology.model import Attachment, Letter, Terminology, Version

MAIL: Final = "notify.mail"
MOST_MB: Final = 5
_ZIP: Final = b"PK\x03\x04"
_JPEG: Final = b"\xff\xd8\xff"
_KINDS: Final = {
    "pdf": (b"%PDF-", "application/pdf"),
    "xlsx": (_ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "zip": (_ZIP, "application/zip"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (_JPEG, "image/jpeg"),
    "jpeg": (_JPEG, "image/jpeg"),
}
"""How a file begins, and its type, by the ending of its name."""


def all_(tx: Tx) -> list[Letter]:
    """List the letters, newest first."""
    return store.all_(tx)


def one(tx: Tx, id_or_number: str) -> Letter:
    """Read a letter by its id or its number. Raises UnknownLetter."""
    found = store.find(tx, ascii_digits(id_or_number.strip()))
    if found is None:
        raise UnknownLetter
    return found


def attachment(tx: Tx, letter_id: str, id_: str) -> tuple[Attachment, bytes]:
    """Read an attachment with its content. Raises UnknownLetter."""
    found = store.attachment(tx, letter_id, id_)
    if found is None:
        raise UnknownLetter
    return found


def check_attachment(name: str, content: bytes) -> str:
    """Tell the type of a file, if it holds what its name says. Raises AttachmentRefused."""
    _, dot, ending = name.casefold().rpartition(".")
    if content and len(content) <= MOST_MB << 20 and dot:
        beginning, type_ = _KINDS.get(ending, (b"", ""))
        if beginning and content.startswith(beginning):
            return type_
        if ending == "csv" and b"\0" not in content and _is_text(content):
            return "text/csv"
    raise AttachmentRefused(most=MOST_MB)


def publish(tx: Tx, letter: Letter, contents: list[tuple[Attachment, bytes]], by: str, now: datetime) -> Letter:
    """Publish a letter and tell the subscribers.

    Raises LetterIncomplete, LetterNumberTaken, AttachmentRefused, UnknownTerminology, DateWrong.
    """
    number, title = ascii_digits(letter.number.strip()), letter.title.strip()
    if not number or not title or not letter.date:
        raise LetterIncomplete
    if not plain(f"{number}{title}"):
        raise BadText
    files = [
        msgspec.structs.replace(file, type=check_attachment(file.name, content), size=len(content))
        for file, content in contents
    ]
    whole = msgspec.structs.replace(
        letter,
        number=number,
        title=title,
        date=jalali.slashed(jalali.parse(letter.date)),
        terminologies=tuple(dict.fromkeys(reading.one(tx, id_).id for id_ in letter.terminologies)),
        attachments=tuple(files),
        published_at=now,
        published_by=by,
    )
    store.add(tx, whole, [content for _, content in contents])
    feed.put(tx, "letter", now, letter=whole.number)
    audit.record(tx, now, by, "terminology.letter", whole.id, number=whole.number)
    text = (
        f"{title}\nشماره: {persian_digits(number)}، تاریخ: {persian_digits(whole.date)}\n"
        f"{'، '.join(whole.terminologies)}\n\n{letter.remark}\n\n{persian_digits(len(files))} پیوست\n"
    )
    path = f"/maxa/letters/{whole.id}"
    _tell(tx, f"ابلاغیهٔ {persian_digits(number)}: {title}", text, f"letter-{whole.id}", path, now)
    return whole


def tell_of_version(tx: Tx, t: Terminology, version: Version, now: datetime) -> None:
    """Tell the subscribers of a version that has come into force."""
    text = (
        f"نسخهٔ {version.label} از «{t.title_fa}» ({t.id}) منتشر شد: {persian_digits(version.added)} کد تازه، "
        f"{persian_digits(version.changed)} تغییر، {persian_digits(version.retired)} کد منسوخ.\n\n"
        f"{version.note}\n\n"
        f"Version {version.label} of {t.title_en} ({t.id}) was published.\n"
    )
    _tell(tx, f"نسخهٔ تازهٔ {t.title_fa}", text, f"version-{version.id}", f"/maxa/t/{t.id}", now)


def call_second_person(tx: Tx, t: Terminology, version: Version, addresses: dict[str, str], now: datetime) -> None:
    """Tell those editors who have not worked on a draft that it waits for one of them."""
    text = (
        f"نسخهٔ {version.label} از «{t.title_fa}» ({t.id}) برای بررسی و انتشار در انتظار نفر دوم است.\n\n"
        f"Version {version.label} of {t.title_en} ({t.id}) waits for a second person.\n"
    )
    others = {id_: address for id_, address in addresses.items() if id_ not in {version.author, *version.editors}}
    of = f"review-{version.id}-{version.revision}"
    _post(tx, f"نسخه‌ای در انتظار بررسی: {t.title_fa}", text, of, others, f"/maxa/edit/{t.id}", now)


def adopt(tx: Tx, letter_id: str, organisation_id: str, since: JalaliDate, by: str, now: datetime) -> None:
    """Put down since when an organisation uses what a letter tells of. Raises UnknownLetter."""
    letter = one(tx, letter_id)
    day = jalali.slashed(since)
    store.adopt(tx, Adoption(letter=letter.id, organisation=organisation_id, since=day, marked_at=now), by)
    audit.record(tx, now, by, "terminology.adopt", letter.id, organisation=organisation_id, since=day)


def adoptions(tx: Tx, letter_id: str) -> list[Adoption]:
    """List who uses what a letter tells of."""
    return _named(tx, store.adopted(tx, letter=letter_id))


def adopted_by(tx: Tx, organisation_id: str) -> dict[str, str]:
    """Tell by letter since when an organisation uses what it tells of."""
    return {mark.letter: mark.since for mark in store.adopted(tx, organisation=organisation_id)}


def report(tx: Tx) -> list[tuple[Letter, list[Adoption]]]:
    """List the letters with those who use what they tell of."""
    marks = _named(tx, store.adopted(tx))
    return [(letter, [mark for mark in marks if mark.letter == letter.id]) for letter in store.all_(tx)]


def subscribe(tx: Tx, user_id: str, now: datetime) -> None:
    """Put somebody on the list of those who are told."""
    store.subscribe(tx, user_id, now)


def unsubscribe(tx: Tx, user_id: str) -> None:
    """Take somebody off the list."""
    store.unsubscribe(tx, user_id)


def subscribed(tx: Tx, user_id: str) -> bool:
    """Tell whether somebody is on the list."""
    return store.subscribed(tx, user_id)


def _named(tx: Tx, marks: list[Adoption]) -> list[Adoption]:
    names = organisations.names_of(tx, {mark.organisation for mark in marks})
    return [msgspec.structs.replace(mark, organisation_name=names.get(mark.organisation, "")) for mark in marks]


def _tell(tx: Tx, subject: str, text: str, of: str, path: str, now: datetime) -> None:
    _post(tx, subject, text, of, users.addresses_of(tx, store.subscribers(tx)), path, now)


def _post(tx: Tx, subject: str, text: str, of: str, addresses: dict[str, str], path: str, now: datetime) -> None:
    for user_id, address in addresses.items():
        mail = {"to": address, "subject": subject, "text": text, "path": path}
        outbox.put(tx, f"{of}-{user_id}", MAIL, mail, now)


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True
