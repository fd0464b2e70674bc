"""Why there is no paper."""

from __future__ import annotations

from nabz.kit.errors import Fault, Problem


class NoPdf(Problem):
    """The libraries that draw PDF are not on this machine; the page itself can be printed."""

    code = "prescriptions.no-pdf"
    status = 503
    fa = "ساخت PDF روی این سرور ممکن نیست؛ همین صفحه را چاپ کنید یا با مرورگر به PDF تبدیل کنید."
    en = "This server cannot make PDF: print this page, or save it as PDF with your browser."
    fault = Fault.HOUSE
