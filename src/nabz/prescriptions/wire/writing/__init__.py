"""What physicians' programs send and are answered: creating, editing, deleting, fetching (TAMIN-WIRE 5.2 to 5.5)."""
