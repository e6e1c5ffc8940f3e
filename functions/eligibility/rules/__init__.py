"""Policy and arithmetic of eligibility: pure functions, no input or output, time is an argument."""
