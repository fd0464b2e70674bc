"""The registries, from their rules to the running program."""
