"""Careway's functions, a room a domain."""
