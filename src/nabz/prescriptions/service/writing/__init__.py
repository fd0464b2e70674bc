"""Writing, editing and deleting prescriptions."""

from nabz.prescriptions.service.writing.creating import create, put
from nabz.prescriptions.service.writing.deleting import delete
from nabz.prescriptions.service.writing.desk import Desk, must_be_writer
from nabz.prescriptions.service.writing.drafting import drafted, item_of, tracking_code
from nabz.prescriptions.service.writing.editing import edit

__all__ = [
    "Desk",
    "create",
    "delete",
    "drafted",
    "edit",
    "item_of",
    "must_be_writer",
    "put",
    "tracking_code",
]
