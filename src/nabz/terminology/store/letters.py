"""The SQL of letters, their attachments, who uses what they tell of, and who wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert, select

from nabz.kit.db import Statement, unique
from nabz.terminology.errors import LetterNumberTaken
from nabz.terminology.model import Adoption, Attachment, Letter
from nabz.terminology.tables import adoptions, attachments, letters, subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

L, F, A, S = letters.c, attachments.c, adoptions.c, subscriptions.c

_ADOPT = Statement(
    row=str,
    postgres="""
        INSERT INTO terminology_adoption (letter, organisation, since, marked_by, marked_at)
        VALUES (:letter, :organisation, :since, :marked_by, :marked_at)
        ON CONFLICT (letter, organisation) DO UPDATE
        SET since = excluded.since, marked_by = excluded.marked_by, marked_at = excluded.marked_at
        """,
)
_SUBSCRIBE = Statement(
    row=str,
    postgres="""
        INSERT INTO terminology_subscription (user_id, subscribed_at) VALUES (:user_id, :now)
        ON CONFLICT (user_id) DO NOTHING
        """,
)


def all_(tx: Tx) -> list[Letter]:
    """List the letters, newest first."""
    found = tx.execute(select(letters).order_by(L.date.desc(), L.number.desc())).all()
    files = _files(tx, [row.id for row in found])
    return [_letter(row, files.get(row.id, ())) for row in found]


def find(tx: Tx, id_or_number: str) -> Letter | None:
    """Read a letter by its id or its number."""
    row = tx.execute(select(letters).where((L.id == id_or_number) | (L.number == id_or_number))).first()
    return _letter(row, _files(tx, [row.id]).get(row.id, ())) if row else None


def add(tx: Tx, letter: Letter, contents: Sequence[bytes]) -> None:
    """Insert a letter with its attachments, whose contents stand beside it. Raises LetterNumberTaken."""
    row = msgspec.structs.asdict(letter)
    del row["attachments"]
    with unique(LetterNumberTaken(number=letter.number)):
        tx.execute(insert(letters), {**row, "terminologies": list(letter.terminologies)})
    for file, content in zip(letter.attachments, contents, strict=True):
        tx.execute(insert(attachments), {**msgspec.structs.asdict(file), "letter": letter.id, "content": content})


def attachment(tx: Tx, letter_id: str, id_: str) -> tuple[Attachment, bytes] | None:
    """Read an attachment with its content."""
    row = tx.execute(select(attachments).where(F.letter == letter_id, F.id == id_)).first()
    return (_file(row), bytes(row.content)) if row else None


def adopt(tx: Tx, mark: Adoption, by: str) -> None:
    """Put down since when an organisation uses what a letter tells of; the last word counts."""
    whose = {"letter": mark.letter, "organisation": mark.organisation}
    tx.run(_ADOPT, **whose, since=mark.since, marked_by=by, marked_at=mark.marked_at)


def adopted(tx: Tx, *, letter: str | None = None, organisation: str | None = None) -> list[Adoption]:
    """List the marks of a letter, of an organisation, or all."""
    query = select(adoptions).order_by(A.since, A.organisation)
    if letter is not None:
        query = query.where(A.letter == letter)
    if organisation is not None:
        query = query.where(A.organisation == organisation)
    return [
        Adoption(letter=row.letter, organisation=row.organisation, since=row.since, marked_at=row.marked_at)
        for row in tx.execute(query)
    ]


def subscribe(tx: Tx, user_id: str, now: datetime) -> None:
    """Put somebody on the list of those who are told."""
    tx.run(_SUBSCRIBE, user_id=user_id, now=now)


def unsubscribe(tx: Tx, user_id: str) -> None:
    """Take somebody off the list."""
    tx.execute(delete(subscriptions).where(S.user_id == user_id))


def subscribers(tx: Tx) -> list[str]:
    """List those who want to be told."""
    return list(tx.execute(select(S.user_id)).scalars())


def subscribed(tx: Tx, user_id: str) -> bool:
    """Tell whether somebody is on the list."""
    return tx.execute(select(S.user_id).where(S.user_id == user_id)).first() is not None


def _files(tx: Tx, ids: list[str]) -> dict[str, tuple[Attachment, ...]]:
    query = select(F.letter, F.id, F.name, F.type, F.size).where(F.letter.in_(ids)).order_by(F.id)
    found: dict[str, tuple[Attachment, ...]] = {}
    for row in tx.execute(query):
        found[row.letter] = (*found.get(row.letter, ()), _file(row))
    return found


def _file(row: Row[Any]) -> Attachment:
    return Attachment(id=row.id, name=row.name, type=row.type, size=row.size)


def _letter(row: Row[Any], files: tuple[Attachment, ...]) -> Letter:
    return Letter(
        id=row.id,
        number=row.number,
        title=row.title,
        date=row.date,
        remark=row.remark,
        terminologies=tuple(row.terminologies),
        published_at=row.published_at,
        published_by=row.published_by,
        attachments=files,
    )
