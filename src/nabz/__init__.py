"""Nabz (نبض): the health exchange of six official systems in one program."""

__version__ = "0.1.0"
