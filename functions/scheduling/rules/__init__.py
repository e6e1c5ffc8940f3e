"""What scheduling decides, as pure functions: no table, no network, and the time is an argument."""
