"""Pages as PDF, drawn from their own style sheets and our type."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from nabz.kit.errors import Fault, Problem
from nabz.web.shell import STATIC

NOWHERE: Final = "http://paper.invalid/"
"""Where the page is said to stand: nothing is fetched from anywhere, its files are ours."""

_KINDS: Final = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


class NoPdf(Problem):
    """The libraries that draw PDF are not on this machine; the page itself can be printed."""

    code = "web.no-pdf"
    status = 503
    fa = "ساخت PDF روی این سرور ممکن نیست؛ همین صفحه را چاپ کنید یا با مرورگر به PDF تبدیل کنید."
    en = "This server cannot make PDF: print this page, or save it as PDF with your browser."
    fault = Fault.HOUSE


def pdf(html: str) -> bytes:
    """Make the PDF of a page; this takes its time and belongs into a thread. Raises NoPdf where that cannot be."""
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
