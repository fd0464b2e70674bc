"""The tables of prescriptions."""
