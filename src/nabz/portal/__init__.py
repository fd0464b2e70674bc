"""Pages and addresses that join the domains: home, health, metrics, the API's documentation."""
