"""Every expected failure of the terminologies."""

from __future__ import annotations

from nabz.kit.errors import Problem, Told


class UnknownTerminology(Problem):
    """No terminology goes by this name."""

    code = "terminology.unknown-terminology"
    status = 404
    fa = "ترمینولوژی «{id}» را نمی‌شناسیم."
    en = "There is no terminology {id}."


class UnknownVersion(Problem):
    """The terminology was never published under this label."""

    code = "terminology.unknown-version"
    status = 404
    fa = "ترمینولوژی «{id}» نسخهٔ «{version}» ندارد."
    en = "The terminology {id} has no version {version}."


class UnknownCode(Problem):
    """The version does not hold this code."""

    code = "terminology.unknown-code"
    status = 404
    fa = "کد «{code}» در این نسخه نیست."
    en = "There is no code {code} in this version."


class UnknownMap(Problem):
    """No map leads from the one terminology to the other."""

    code = "terminology.unknown-map"
    status = 404
    fa = "نگاشتی از «{source}» به «{target}» نیست."
    en = "There is no map from {source} to {target}."


class UnknownLetter(Problem):
    """No letter has this number."""

    code = "terminology.unknown-letter"
    status = 404
    fa = "ابلاغیه‌ای با این شماره نیست."
    en = "There is no letter of this number."


class UnknownDraft(Problem):
    """The terminology has no version in the making."""

    code = "terminology.unknown-draft"
    status = 404
    fa = "این ترمینولوژی پیش‌نویسی ندارد."
    en = "This terminology has no draft."


class TooMany(Problem):
    """The answer would be larger than one call may carry."""

    code = "terminology.too-many"
    status = 413
    fa = "پاسخ بیش از {most} ردیف دارد؛ با after و limit صفحه‌به‌صفحه بخواهید یا فایل را بارگیری کنید."
    en = "The answer has more than {most} rows: ask page by page with after and limit, or download the file."


class TerminologyExists(Problem):
    """The name is taken, compared without case."""

    code = "terminology.exists"
    status = 409
    fa = "شناسهٔ «{id}» از آنِ ترمینولوژی دیگری است."
    en = "The id {id} belongs to another terminology."


class BadId(Problem):
    """The id would not survive an address or a message."""

    code = "terminology.bad-id"
    status = 422
    fa = "شناسه از حرف و رقم لاتین، نقطه، خط تیره و زیرخط است؛ حداکثر ۱۰۰ نویسه."
    en = "An id is made of Latin letters, digits, dots, hyphens and underscores, at most 100."


class BadLabel(Problem):
    """A version's label is missing or unusable."""

    code = "terminology.bad-label"
    status = 422
    fa = "نام نسخه از حرف و رقم لاتین، نقطه و خط تیره است؛ حداکثر ۴۰ نویسه."
    en = "A version is named in Latin letters, digits, dots and hyphens, at most 40."


class LabelTaken(Problem):
    """Another version of this terminology has the label."""

    code = "terminology.label-taken"
    status = 409
    fa = "نسخه‌ای با نام «{version}» هست."
    en = "There already is a version {version}."


class DraftOpen(Problem):
    """A terminology has one version in the making at most."""

    code = "terminology.draft-open"
    status = 409
    fa = "این ترمینولوژی پیش‌نویسی باز دارد؛ نخست آن را منتشر کنید یا کنار بگذارید."
    en = "This terminology has an open draft: publish or discard it first."


class ImportUnderWay(Problem):
    """Somebody else is loading this terminology right now."""

    code = "terminology.import-under-way"
    status = 409
    fa = "بارگذاری دیگری در این ترمینولوژی در جریان است."
    en = "Another import into this terminology is under way."
    retry = True


class DraftMoved(Problem):
    """The draft is no longer as the editor saw it."""

    code = "terminology.draft-moved"
    status = 409
    fa = "پیش‌نویس در این میان تغییر کرده است؛ حالت تازهٔ آن را ببینید و دوباره بفرستید."
    en = "The draft has changed meanwhile: look at it as it is now, and send again."


class NotSubmitted(Problem):
    """A draft is published after it was handed to a second person."""

    code = "terminology.not-submitted"
    status = 409
    fa = "این پیش‌نویس هنوز برای بررسی فرستاده نشده است."
    en = "This draft has not been submitted for review."


class AlreadyPublished(Problem):
    """What was ever published stays."""

    code = "terminology.already-published"
    status = 409
    fa = "این ترمینولوژی نسخهٔ منتشرشده دارد و حذف نمی‌شود."
    en = "This terminology has a published version and stays."


class MostWouldGo(Problem):
    """A file that lacks most of the codes is more likely the wrong file."""

    code = "terminology.most-would-go"
    status = 409
    fa = "این فایل {gone} کد از {of} کد در اعتبار را ندارد و آن‌ها منسوخ می‌شوند؛ اگر همین را می‌خواهید، تأیید کنید."
    en = "This file lacks {gone} of {of} codes in force, which would be retired: say so if that is meant."


class NotAnEditor(Problem):
    """Codings are made by the coding committee."""

    code = "terminology.not-an-editor"
    status = 403
    fa = "«{username}» عضو فعال کمیتهٔ کدینگ نیست."
    en = "{username} is no active member of the coding committee."


class SecondPersonNeeded(Problem):
    """Who has written a draft does not publish it."""

    code = "terminology.second-person-needed"
    status = 403
    fa = "کسی که در پیش‌نویس دست برده آن را منتشر نمی‌کند؛ عضو دیگری از کمیته باید آن را بپذیرد."
    en = "Who has worked on a draft does not publish it: another member of the committee has to."


class NothingChanged(Problem):
    """The draft holds what the last version holds."""

    code = "terminology.nothing-changed"
    status = 409
    fa = "این نسخه با نسخهٔ پیش فرقی ندارد."
    en = "This version does not differ from the one before."


class OnlyVersion(Problem):
    """Without this version nothing would be in force."""

    code = "terminology.only-version"
    status = 409
    fa = "تنها نسخهٔ منتشرشده را نمی‌توان پس گرفت."
    en = "The only published version cannot be withdrawn."


class RowsRefused(Told):
    """A file holds rows that cannot be taken, so none was."""

    code = "terminology.rows-refused"
    status = 422
    fa = "{count} ردیف فایل پذیرفتنی نیست و چیزی بارگذاری نشد؛ نخستین: سطر {line}، {why}"
    en = "{count} rows of the file cannot be taken, nothing was loaded; the first: line {line}, {why}"


class CodeMissing(Problem):
    """A row without a code."""

    code = "terminology.code-missing"
    status = 422
    fa = "کد ندارد."
    en = "There is no code."


class BadCode(Problem):
    """A code that cannot stand in a message."""

    code = "terminology.bad-code"
    status = 422
    fa = "کد بیش از ۱۰۰ نویسه یا نویسهٔ نادیدنی دارد."
    en = "The code has more than 100 letters, or invisible ones."


class ValueMissing(Problem):
    """A code without its value."""

    code = "terminology.value-missing"
    status = 422
    fa = "مقدار ندارد."
    en = "There is no value."


class ValueTooLong(Problem):
    """A value longer than any message carries."""

    code = "terminology.value-too-long"
    status = 422
    fa = "مقدار بیش از {most} نویسه دارد."
    en = "The value has more than {most} letters."


class BadText(Problem):
    """Control characters, or letters that no text has."""

    code = "terminology.bad-text"
    status = 422
    fa = "متن نویسهٔ کنترلی دارد."
    en = "The text holds control characters."


class CodeTwice(Problem):
    """The same code stands in the file before."""

    code = "terminology.code-twice"
    status = 422
    fa = "کد «{code}» پیش‌تر هم در فایل آمده است."
    en = "The code {code} stands in the file before."


class FormulaRefused(Problem):
    """A cell that a spreadsheet would run."""

    code = "terminology.formula-refused"
    status = 422
    fa = "خانهٔ «{column}» فرمول است."
    en = "The cell {column} is a formula."


class ParentMissing(Problem):
    """The parent of a code is not among the codes."""

    code = "terminology.parent-missing"
    status = 422
    fa = "والد «{parent}» در این نسخه نیست (کد {code})."
    en = "The parent {parent} is not in this version (code {code})."

    def __init__(self, *, parent: str, code: str = "…") -> None:
        super().__init__(parent=parent, code=code)


class SuccessorMissing(Problem):
    """The code that shall take the place of a retired one is not there."""

    code = "terminology.successor-missing"
    status = 422
    fa = "کد جایگزین «{successor}» در این نسخه نیست."
    en = "The successor {successor} is not in this version."


class MapEndMissing(Problem):
    """An end of a map is not a code in force."""

    code = "terminology.map-end-missing"
    status = 422
    fa = "کد «{end}» در {id} نیست."
    en = "There is no code {end} in {id}."


class BadRelation(Problem):
    """A map's relation that we do not know."""

    code = "terminology.bad-relation"
    status = 422
    fa = "نسبت «{relation}» شناخته نیست: equivalent، wider، narrower یا inexact."
    en = "The relation {relation} is not known: equivalent, wider, narrower or inexact."


class RowBroken(Told):
    """A row that has not the columns of its file."""

    code = "terminology.row-broken"
    status = 422
    fa = "سطر خوانده نشد: {why}"
    en = "The row could not be read: {why}"


class FileRefused(Told):
    """A file that is not what it should be."""

    code = "terminology.file-refused"
    status = 422
    fa = "فایل خوانده نشد: {why}"
    en = "The file could not be read: {why}"


class FilePartMissing(Problem):
    """A release without one of its files."""

    code = "terminology.file-part-missing"
    status = 422
    fa = "در این بسته فایل {name} نیست."
    en = "The release lacks the file {name}."


class LetterNumberTaken(Problem):
    """Two letters with one number."""

    code = "terminology.letter-number-taken"
    status = 409
    fa = "ابلاغیه‌ای با شمارهٔ «{number}» هست."
    en = "There already is a letter {number}."


class AttachmentRefused(Problem):
    """An attachment that is too large or of a kind that we do not pass on."""

    code = "terminology.attachment-refused"
    status = 422
    fa = "پیوست باید PDF، XLSX، CSV، ZIP یا تصویر و حداکثر {most} مگابایت باشد."
    en = "An attachment is a PDF, XLSX, CSV, ZIP or picture of at most {most} MB."


class LetterIncomplete(Problem):
    """A letter without a number, a title or a date that exists."""

    code = "terminology.letter-incomplete"
    status = 422
    fa = "ابلاغیه شماره، عنوان و تاریخ می‌خواهد."
    en = "A letter needs a number, a title and a date."


class SinceWrong(Problem):
    """No day, or one that no calendar has."""

    code = "terminology.since-wrong"
    fa = "since روزی است که هست: ۱۴۰۳/۰۱/۰۱ یا 2024-03-20، یا زمانی مانند 2024-03-20T10:00:00Z."
    en = "since is a day that exists, 1403/01/01 or 2024-03-20, or an instant like 2024-03-20T10:00:00Z."
