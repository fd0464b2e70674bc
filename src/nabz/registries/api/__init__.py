"""The inquiries behind the gateway."""
