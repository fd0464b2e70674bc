"""The answers of our own API: camelCase, instants in UTC, and beside them the day as Iran's calendar names it."""
