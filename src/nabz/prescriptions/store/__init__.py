"""The SQL of prescriptions."""
