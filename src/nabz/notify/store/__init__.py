"""The SQL of notify."""
