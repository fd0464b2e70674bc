"""Prescriptions (Tamin): tests of the slice."""
