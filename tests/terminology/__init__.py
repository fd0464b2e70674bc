"""The terminologies, from their rules to the browser."""
