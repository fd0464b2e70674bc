"""Check recorded histories: `python -m tests.appointments.replay FILE...`.

Ends with 0 when every history has an order, with 1 when one has none, with 2 when a file cannot be read or decided.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.appointments.history import Operation, read
from tests.appointments.linear import Impossible, TangledError
from tests.appointments.specification import check

SHOWN = 25
"""So many lines of an order, or of what was under way, fit a reader."""


def told(one: Operation) -> str:
    """An operation on one line: when, who, what, and the answer."""
    back = "..." if one.back is None else f"{one.back:.3f}"
    where = [one.block, one.slot, one.to and f"to {one.to}"]
    until = "" if one.until is None else f"until {one.until:.3f}"
    asked = " ".join(filter(None, [one.kind, *where, one.person and f"for {one.person}", until]))
    seen = "" if one.seen is None else f" ({one.seen or 'nobody'})"
    return f"{one.call:10.3f} - {back:<10} {one.client:10} {asked:45} -> {one.answer or 'no answer'}{seen}"


def explained(found: Impossible) -> list[str]:
    """The shortest impossible beginning, for a reader."""
    under_way = [one for one in found.prefix if one.back is None and one.call <= (found.culprit.back or 0.0)]
    placed = {id(step.operation) for step in found.before}
    under_way = [one for one in under_way if id(one) not in placed and one != found.culprit.unanswered()]
    lines = [f"IMPOSSIBLE after {len(found.prefix)} operations, on {', '.join(found.things)}.", ""]
    lines.append("One order that explains everything before:")
    lines += _last([f"  {told(step.operation)}  | {'; '.join(step.told)}" for step in found.before])
    if under_way:
        lines += ["", "Under way then, with or without effect:"]
        lines += _last([f"  {told(one)}" for one in under_way])
    lines += ["", "No order explains this answer:", f"  {told(found.culprit)}"]
    return lines


def _last(lines: list[str]) -> list[str]:
    left_out = len(lines) - SHOWN
    return [f"  ({left_out} more before)", *lines[-SHOWN:]] if left_out > 0 else lines or ["  (nothing)"]


def replay(path: Path) -> tuple[int, list[str]]:
    """Check one file; its exit code and what to say about it."""
    try:
        history = read(path)
        found = check(history)
    except (OSError, ValueError, TangledError) as fault:
        return 2, [f"{path}: {fault}"]
    about = f" ({history.heading.about})" if history.heading.about else ""
    if found is None:
        return 0, [f"{path}: {len(history.operations)} operations have an order{about}"]
    return 1, [f"{path}: no order{about}", *explained(found)]


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    worst = 0
    for argument in arguments:
        code, lines = replay(Path(argument))
        sys.stdout.write("\n".join(lines) + "\n")
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
