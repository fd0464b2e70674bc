"""Medical residents, their yearly promotion and its results: SIMAD, as its guide of 1402 has it."""
