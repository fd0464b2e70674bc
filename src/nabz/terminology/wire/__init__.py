"""The messages of MAXA: the official ones letter for letter, and those of our own interface."""
