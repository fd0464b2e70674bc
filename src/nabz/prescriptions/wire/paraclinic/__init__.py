"""The messages of paraclinic centres (TAMIN-WIRE 6.2 and 6.3): today's, and those of the older hosts."""
