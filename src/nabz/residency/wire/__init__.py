"""The official messages of SIMAD, letter for letter."""
