"""The door of Tamin: official addresses without regard to case, tokens, the envelope, and the vendors' log."""

from nabz.prescriptions.api.door.operating import JSON, Op, OwnOp, wrong_method
from nabz.prescriptions.api.door.registering import Official, official
from nabz.prescriptions.api.door.sent import OK, Bare, Sent, caller_of, data_set_of, says_test

__all__ = [
    "JSON",
    "OK",
    "Bare",
    "Official",
    "Op",
    "OwnOp",
    "Sent",
    "caller_of",
    "data_set_of",
    "official",
    "says_test",
    "wrong_method",
]
