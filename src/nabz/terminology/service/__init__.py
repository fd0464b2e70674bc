"""The use cases of the terminologies."""
