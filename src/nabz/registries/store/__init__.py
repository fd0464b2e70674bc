"""The SQL of the registries."""
