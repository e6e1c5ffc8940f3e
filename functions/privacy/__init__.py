"""Privacy (D1, D2, D5): a member leaves and nothing is left but what the law keeps; who looked at a record is known."""
