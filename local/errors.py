"""What can be wrong before anything runs; each message says what is missing and how to get it."""


class SetupError(RuntimeError):
    """The local system cannot start; the message is for the person who started it."""
