"""The SQL of residency."""
