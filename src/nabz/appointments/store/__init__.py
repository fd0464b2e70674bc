"""The SQL of appointments."""
