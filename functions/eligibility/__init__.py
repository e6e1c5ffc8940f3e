"""Coverage: who is covered, what the plan pays, what a session costs."""
