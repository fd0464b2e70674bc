"""Whose files they are: a university's or the ministry's, on the same pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.access.model import OrganisationKind, Role
from nabz.access.service import organisations
from nabz.residency.files.columns import Names
from nabz.residency.model import Caller, CodeKind
from nabz.residency.model.uploads import Deed, RowState, Upload, UploadKind, UploadState
from nabz.residency.pages import frame
from nabz.residency.pages.ministry.frame import WAYS as MINISTRY_WAYS
from nabz.residency.pages.university.frame import WAYS as UNIVERSITY_WAYS
from nabz.residency.service import codes
from nabz.web import visit

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

KINDS: Final = {
    UploadKind.DECLARATIONS: ("معرفی به ارتقا", "declarations"),
    UploadKind.RESIDENTS: ("دستیاران", "residents"),
    UploadKind.RESULTS: ("نتایج نهایی", "final results"),
}
STATES: Final = {
    UploadState.CHECKING: ("info", "در حال بررسی", "being checked"),
    UploadState.CHECKED: ("warn", "بررسی شد، ثبت نشده", "checked, not stored"),
    UploadState.REFUSED: ("bad", "پذیرفته نشد", "refused"),
    UploadState.STORING: ("info", "در حال ثبت", "being stored"),
    UploadState.STORED: ("good", "ثبت شد", "stored"),
    UploadState.INTERRUPTED: ("bad", "نیمه‌کاره ماند", "interrupted"),
}
ROWS: Final = {
    RowState.GOOD: ("info", "پذیرفتنی", "acceptable"),
    RowState.SAME: ("neutral", "بدون تغییر", "the same"),
    RowState.REFUSED: ("bad", "رد شده", "refused"),
    RowState.STORED: ("good", "ثبت شده", "stored"),
}


DEEDS: Final = {
    Deed.NEW: ("تازه", "new"),
    Deed.CHANGED: ("تغییر", "change"),
    Deed.CORRECTED: ("اصلاح", "correction"),
}


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody sends his files."""

    path: str
    roles: tuple[Role, ...]
    kinds: tuple[UploadKind, ...]
    ways: frame.Ways

    @property
    def of_ministry(self) -> bool:
        """Tell whose desk it is."""
        return UploadKind.RESULTS in self.kinds

    async def caller(self, call: Call) -> Caller:
        """Name who is signed in. Raises NoUniversity."""
        return frame.ministry_of(call) if self.of_ministry else await frame.university_of(call)

    def draw(self, call: Call, template: str, status: int = 200, **values: object) -> Response:
        """Draw a page of this desk."""
        words = frame.Words(visit.language(call), call.now)
        more: dict[str, Any] = {
            "desk": self.path,
            "of_ministry": self.of_ministry,
            "kinds": {str(kind): words.text(*told) for kind, told in KINDS.items()},
            "states": {str(state): (told[0], words.text(*told[1:])) for state, told in STATES.items()},
            "deeds": {str(deed): words.text(*told) for deed, told in DEEDS.items()},
            "rows_are": {str(state): (told[0], words.text(*told[1:])) for state, told in ROWS.items()},
        }
        return frame.draw(call, f"bulk/{template}", self.ways, status, **more, **values)

    def place(self, upload: Upload) -> str:
        """Give the address of a file."""
        return f"{self.path}/{upload.id}"


async def names_of(call: Call) -> Names:
    """Give the tables that the ministry edits, and the universities."""
    return await frame.db_of(call).read(_names)


def _names(tx: Tx) -> Names:
    return Names(
        codes.titles(tx, CodeKind.STATUS),
        {code: fa for code, (fa, _) in codes.names(tx, CodeKind.COURSE).items()},
        organisations.of_kind(tx, OrganisationKind.UNIVERSITY),
    )


UNIVERSITY_DESK: Final = Desk(
    path="/simad/university/bulk",
    roles=frame.UNIVERSITY,
    kinds=(UploadKind.DECLARATIONS, UploadKind.RESIDENTS),
    ways=UNIVERSITY_WAYS,
)
MINISTRY_DESK: Final = Desk(
    path="/simad/ministry/results/bulk",
    roles=frame.MINISTRY,
    kinds=(UploadKind.RESULTS,),
    ways=MINISTRY_WAYS,
)
