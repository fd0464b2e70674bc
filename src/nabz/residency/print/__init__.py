"""What residency gives people on paper."""
