"""Residency's part of the sandboxes: the demo, and very many residents."""

from nabz.residency.seed.demo import demo

__all__ = ["demo"]
