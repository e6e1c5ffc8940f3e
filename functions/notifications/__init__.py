"""What people are told: events in, e-mail out."""
