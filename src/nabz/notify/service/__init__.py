"""The use cases of notify."""
