"""The official messages of Tamin, letter for letter."""
