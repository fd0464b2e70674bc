"""The registries that the agencies share: people, insurance covers and HIDs, practitioners, facilities."""
