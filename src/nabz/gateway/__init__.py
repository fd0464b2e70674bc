"""DITAS: the gateway in front of every provider, in-house or outside.

Follows the MAXA guide 1.3 (sections 2, 3, 5) and what clients of the real gateway show.
"""
