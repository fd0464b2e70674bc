"""Every expected failure of prescriptions, by what was being done."""
