"""What programs ask the terminologies: the official functions behind the gateway, and our own interface beside them."""
