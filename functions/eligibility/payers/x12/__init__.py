"""X12 270/271, version 005010X279A1: writes the question, reads the answer."""
