"""The SQL of the gateway."""
