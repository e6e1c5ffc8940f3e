"""The parts a stack is made of: small, each with one way to use it."""
