"""The official messages of the registries, letter for letter."""
