"""The use cases of prescriptions."""
