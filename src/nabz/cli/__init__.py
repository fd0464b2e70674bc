"""The command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `nabz`; without the server's or the command line's parts it says what to install."""
    try:
        from nabz.cli.commands import app
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("nabz"):
            raise
        print(f"nabz: {missing.name} is missing: pip install 'nabz[server]'", file=sys.stderr)
        sys.exit(1)
    from sqlalchemy.exc import SQLAlchemyError

    try:
        app()
    except (SQLAlchemyError, OSError) as error:  # a store or a folder that cannot be had
        lines = str(error).strip().splitlines() or [type(error).__name__]
        print(f"nabz: {lines[0]}", file=sys.stderr)
        sys.exit(2)
