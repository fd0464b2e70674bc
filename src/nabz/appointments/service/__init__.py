"""The use cases of appointments."""
