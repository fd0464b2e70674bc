"""Questions about the whole program, and what joins domains for one person."""

from nabz.portal.service.living import alive

__all__ = ["alive"]
