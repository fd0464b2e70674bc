"""What an answer looks like without its values: keys in their order, nesting and types."""

from typing import Any

KINDS = {str: "text", int: "number", float: "number", bool: "boolean"}
EITHER_WAY = "null or something"


def shape(value: Any) -> Any:
    """Draw a value; of a list its first element stands for all."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None if value is None else KINDS[type(value)]


def differences(found: Any, expected: Any, where: str = "") -> list[str]:
    """Tell in what two shapes differ, where neither has null or an empty list."""
    if found is None or expected is None or [] in (found, expected):
        return []
    if isinstance(found, dict) and isinstance(expected, dict):
        if list(found) != list(expected):
            return [f"{where}: {list(found)} instead of {list(expected)}"]
        return [fault for key in found for fault in differences(found[key], expected[key], f"{where}.{key}")]
    if isinstance(found, list) and isinstance(expected, list):
        return differences(found[0], expected[0], f"{where}[0]")
    return [] if found == expected else [f"{where}: {found} instead of {expected}"]
