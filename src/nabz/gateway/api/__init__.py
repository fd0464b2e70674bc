"""The JSON routes of the gateway."""
