"""The use cases of residency."""
