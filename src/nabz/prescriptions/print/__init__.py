"""Prescriptions and receipts as people hold them in their hands."""
