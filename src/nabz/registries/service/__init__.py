"""The use cases of the registries."""
