"""What `mkdocs` asks while it builds the site: anchors and the direction of a page as the portal has them."""

from __future__ import annotations

import re
from typing import Any


def on_config(config: Any) -> Any:  # noqa: ANN401 - mkdocs is there only where the site is built
    """Name a heading's anchor as `/docs/` does: `problem+json` points to `#kit.not-found`."""
    config["mdx_configs"]["toc"]["slugify"] = anchor
    return config


def on_page_content(html: str, *, page: Any, **_: Any) -> str:  # noqa: ANN401
    """Turn a page with a Persian title round."""
    return f'<div dir="rtl" lang="fa">{html}</div>' if re.search("[آ-ی]", page.title or "") else html


def anchor(text: str, _separator: str) -> str:
    """Keep letters, digits, dots and dashes."""
    return re.sub(r"[^\w.-]+", "-", text.lower()).strip("-")
