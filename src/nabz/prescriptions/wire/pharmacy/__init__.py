"""The messages of pharmacies (TAMIN-WIRE 6.1), letter for letter; G1 takes the same."""
