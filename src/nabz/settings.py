"""One frozen object of settings; the only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Each field is also the environment variable NABZ_<FIELD IN CAPITALS>."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: str = "data"
    database: str = ""
    workers: int = 1
    demo: bool = False
    fsync: bool = True
    database_seats: int = 16
    secret_key: str = ""
    """64 or more hex digits; without it a key is made once and kept in the data folder."""

    public_address: str = ""
    trusted_proxies: tuple[str, ...] = ()
    https_only: bool = False
    body_limit: int = 2_000_000
    body_seconds: float = 20.0

    token_seconds: int = 900
    refresh_token_days: int = 30
    token_cache_seconds: float = 1.0
    session_idle_minutes: int = 30
    session_hours: int = 12
    link_hours: int = 48

    appointments_apart: bool = True
    """Nobody holds two appointments at the same time."""

    appointments_once_a_day: bool = True
    """Nobody holds two appointments with one provider on one day."""

    registries_pascal_case: bool = False
    """The insurance inquiry answers with capitals, as its older clients read it."""

    simad_plain_token: bool = False
    """SIMAD's tokens are also given under a key without the leading blank."""

    simad_asks_key: bool = False
    """SIMAD's authentication asks for a `token` header, as one of its printed answers does."""

    tamin_ports: tuple[int, ...] = ()
    """Further ports of the same host to listen on; `nabz serve --tamin-ports` names those of Tamin's guide."""

    traffic_days: int = 30
    traffic_rows: int = 2_000_000
    body_days: int = 3
    quota_block: int = 100
    traffic_flush_seconds: float = 0.25

    smtp_address: str = ""
    mail_from: str = "nabz@localhost"
    log_level: str = "INFO"

    @property
    def database_url(self) -> str:
        """Tell the database's address: the embedded one in the data folder unless another is named."""
        return self.database or f"sqlite:///{Path(self.data).resolve() / 'nabz.sqlite'}"

    @property
    def base_url(self) -> str:
        """Tell the address under which people reach this program."""
        return self.public_address or f"http://{self.host}:{self.port}"


def load(**given: Any) -> Settings:  # noqa: ANN401
    """Read the environment; what the command line gives goes before it."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        text = os.environ.get(f"NABZ_{field.name.upper()}")
        if text is not None:
            values[field.name] = (
                [part.strip() for part in text.split(",") if part.strip()] if "tuple" in str(field.type) else text
            )
    values.update({name: value for name, value in given.items() if value is not None})
    return msgspec.convert(values, Settings, strict=False)
