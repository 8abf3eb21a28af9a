"""How many faults the tests catch: small ones are put into the library one at a time, and the tests run."""
