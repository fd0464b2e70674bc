"""The messages of our own API: camelCase, instants of ISO 8601 in answers, and beside them Iran's calendar."""
