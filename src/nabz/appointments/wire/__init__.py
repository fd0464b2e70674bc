"""The official messages of appointments, letter for letter."""
