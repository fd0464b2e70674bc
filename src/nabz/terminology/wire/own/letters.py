"""Official notices about codings, with their attachments."""

from __future__ import annotations

from datetime import datetime

from nabz.terminology.model import Attachment, Letter
from nabz.terminology.wire.own.shapes import Shape, address


class ShownAttachment(Shape, frozen=True, kw_only=True):
    """A file that comes with a letter."""

    id: str
    name: str
    type: str
    size: int
    url: str

    @classmethod
    def of(cls, letter_id: str, attachment: Attachment) -> ShownAttachment:
        """Show an attachment."""
        return cls(
            id=attachment.id,
            name=attachment.name,
            type=attachment.type,
            size=attachment.size,
            url=address("letters", letter_id, "attachments", attachment.id),
        )


class ShownLetter(Shape, frozen=True, kw_only=True):
    """An official notice about codings; `date` is its own, in Iran's calendar."""

    id: str
    number: str
    title: str
    date: str
    remark: str
    terminologies: tuple[str, ...]
    published_at: datetime
    attachments: list[ShownAttachment]

    @classmethod
    def of(cls, letter: Letter) -> ShownLetter:
        """Show a letter; who has published it is the house's own business."""
        return cls(
            id=letter.id,
            number=letter.number,
            title=letter.title,
            date=letter.date,
            remark=letter.remark,
            terminologies=letter.terminologies,
            published_at=letter.published_at,
            attachments=[ShownAttachment.of(letter.id, each) for each in letter.attachments],
        )
