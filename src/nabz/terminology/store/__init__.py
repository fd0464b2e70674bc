"""The SQL of the terminologies."""
