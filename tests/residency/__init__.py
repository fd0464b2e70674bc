"""Residency (SIMAD): tests of the slice."""
