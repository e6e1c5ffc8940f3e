"""Many people at once on the local system, for tests that look at what they leave behind."""
