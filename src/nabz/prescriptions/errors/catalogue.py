"""What can go wrong with the catalogue."""

from __future__ import annotations

from nabz.kit.errors import Problem, Told


class CatalogueMoved(Problem):
    """Another import was faster."""

    code = "prescriptions.catalogue-moved"
    status = 409
    fa = "در همین میان فهرست دیگری بار شد؛ دوباره بار کنید."
    en = "Another import has changed the catalogue in the meantime: load again."
    retry = True


class ServiceIdTaken(Problem):
    """Two services would have one srvId."""

    code = "prescriptions.service-id-taken"
    status = 409
    fa = "شناسهٔ یکی از خدمت‌ها (srvId) از آن خدمت دیگری است."
    en = "A service's srvId belongs to another."


class CatalogueFileRefused(Told):
    """A file that is no such table at all."""

    code = "prescriptions.catalogue-file-refused"
    status = 400
    fa = "این فایل خوانده نمی‌شود: {why}."
    en = "The file cannot be read: {why}."


class CatalogueRowsRefused(Told):
    """Some rows are wrong, so none was taken."""

    code = "prescriptions.catalogue-rows-refused"
    status = 422
    fa = "{count} سطر نادرست است و چیزی بار نشد؛ نخستین: سطر {line}: {why}."
    en = "{count} rows are wrong and nothing was loaded; the first, line {line}: {why}."
