"""Policy of care: no I/O."""
