"""What a centre decides for itself."""

from __future__ import annotations

from nabz.appointments.model import FacilityRules
from nabz.appointments.wire.own.shapes import Done, Message, Short


class GetRules(Message, frozen=True, kw_only=True):
    """The rules of one facility."""

    facility: Short


class ToldRules(Message, frozen=True, kw_only=True):
    """Whether slots given back are offered again at once, the deposit, what goes back of it, and the reminder."""

    reoffer: bool
    deposit: int
    refund_hours: int
    late_refund_percent: int
    reminder_hours: int


class ShownRules(ToldRules, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The same in an answer."""

    @classmethod
    def of(cls, rules: FacilityRules) -> ShownRules:
        """Show rules."""
        return cls(
            reoffer=rules.reoffer,
            deposit=rules.deposit,
            refund_hours=rules.refund_hours,
            late_refund_percent=rules.late_refund_percent,
            reminder_hours=rules.reminder_hours,
        )


class PutRules(Message, frozen=True, kw_only=True):
    """All rules of one facility."""

    facility: Short
    rules: ToldRules

    def value(self, facility: str) -> FacilityRules:
        """Read them; whether they make sense is the service's to say."""
        told = self.rules
        return FacilityRules(
            facility=facility,
            reoffer=told.reoffer,
            deposit=told.deposit,
            refund_hours=told.refund_hours,
            late_refund_percent=told.late_refund_percent,
            reminder_hours=told.reminder_hours,
        )


class Rules(Done, frozen=True, kw_only=True):
    """The rules of a facility."""

    facility: str
    rules: ShownRules
