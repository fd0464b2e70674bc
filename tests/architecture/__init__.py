"""The rules of the house that no linter knows: each is a function from a tree to its faults."""
