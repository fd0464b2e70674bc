"""Who may call Tamin: signing keys, tokens and sessions, the way of a person through his browser."""

from __future__ import annotations

from nabz.access.service.oauth.porter import Porter, prune

__all__ = ["Porter", "prune"]
