"""How the house writes JSON: exact names, Persian letters as they are, nothing that JSON does not know."""

from __future__ import annotations

import msgspec

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
