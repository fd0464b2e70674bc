"""A prescription on paper: A5, with a square code, in Persian type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import segno

from nabz.prescriptions.errors.printing import NoPdf
from nabz.web.shell import STATIC

if TYPE_CHECKING:
    from nabz.prescriptions.model import Prescription

NOWHERE: Final = "http://paper.invalid/"
"""Where the page is said to stand: nothing is fetched from anywhere, its files are ours."""

_KINDS: Final = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


def square_code(one: Prescription) -> str:
    """Draw what a pharmacy's reader types: the patient's code and the tracking code, on two lines."""
    told = f"{one.patient_code}\n{one.tracking}"
    return str(segno.make(told, error="m", micro=False).svg_data_uri(scale=4, border=1, light="white"))


def pdf(html: str) -> bytes:
    """Make the PDF of a page, from its own style sheet and font. Raises NoPdf where that cannot be."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415 - its libraries may be missing
        from weasyprint.urls import (  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415
            URLFetcher,
            URLFetcherResponse,
        )
    except (ImportError, OSError) as missing:
        raise NoPdf from missing

    class Ours(URLFetcher):  # type: ignore[misc, unused-ignore]
        """Gives the files of this program and what stands in the page itself, and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url, headers)
            name = parts.path.removeprefix("/static/")
            path = (STATIC / name).resolve()
            if not url.startswith(NOWHERE) or not path.is_relative_to(STATIC) or not path.is_file():
                raise ValueError(url)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _KINDS.get(path.suffix, "")})

    return bytes(HTML(string=html, base_url=NOWHERE, url_fetcher=Ours()).write_pdf())
