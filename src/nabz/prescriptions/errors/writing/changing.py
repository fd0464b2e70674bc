"""Why a prescription is not edited or deleted."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class EditedOnce(TaminProblem):
    """It has been edited already."""

    code = "prescriptions.edited-once"
    number = "140"
    status = 409
    fa = "نسخه تنها یک بار قابل ویرایش است"
    en = "A prescription is edited once only."


class ActedUpon(TaminProblem):
    """A centre has delivered of it."""

    code = "prescriptions.acted-upon"
    number = "141"
    status = 409
    fa = "نسخه توسط مرکز ارائه‌دهنده خدمت دریافت شده و قابل تغییر نیست"
    en = "A centre has delivered of this prescription already."


class TooLateToDelete(TaminProblem):
    """Its day is over."""

    code = "prescriptions.too-late-to-delete"
    number = "142"
    status = 409
    fa = "حذف نسخه تنها تا پایان روز ثبت امکان‌پذیر است"
    en = "A prescription is deleted on its day only."


class KindNotEditable(TaminProblem):
    """Visits and medical services are not edited."""

    code = "prescriptions.kind-not-editable"
    number = "143"
    status = 409
    fa = "این نوع نسخه قابل ویرایش نیست"
    en = "This kind of prescription is not edited."


class OtherSystemEdits(TaminProblem):
    """Another system wrote it."""

    code = "prescriptions.other-system-edits"
    number = "144"
    status = 409
    fa = "ویرایش نسخه تنها با همان نرم‌افزار ثبت‌کننده امکان‌پذیر است"
    en = "Only the system that wrote it may edit it."


class AlreadyDeleted(TaminProblem):
    """It has been deleted."""

    code = "prescriptions.already-deleted"
    number = "145"
    status = 409
    fa = "نسخه حذف شده است"
    en = "The prescription has been deleted."


class ItemNotThere(TaminProblem):
    """The edit names an item that it does not have."""

    code = "prescriptions.item-not-there"
    number = "146"
    status = 422
    fa = "ردیف نسخه یافت نشد"
    en = "The prescription has no such item."


class RanOutBeforeEdit(TaminProblem):
    """Its last day is over."""

    code = "prescriptions.ran-out-before-edit"
    number = "148"
    status = 409
    fa = "اعتبار نسخه به پایان رسیده و قابل تغییر نیست"
    en = "The prescription has run out and is not edited any more."
