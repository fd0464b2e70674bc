"""The edges of appointments."""
