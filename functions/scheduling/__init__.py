"""Scheduling: who can be seen, when they are free, and what is booked (S1 to S8)."""
