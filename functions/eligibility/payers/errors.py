"""What can go wrong with a payer. None of it says anything about the member's coverage (E4)."""


class PayerDown(Exception):  # noqa: N818 - named for what happened
    """The payer or the clearinghouse gave no answer (time-out, connection, 408, 429, 5xx): ask again later."""

    def __init__(self, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__("no answer" if status is None else f"status {status}")
        self.status = status
        self.retry_after = retry_after
        """Seconds to wait, where the other side says so."""


class PayerRefused(Exception):  # noqa: N818 - named for what happened
    """The clearinghouse did not accept the request (3xx, 4xx): our fault, asking again does not help."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class UnreadableAnswer(Exception):  # noqa: N818 - named for what happened
    """An answer came and cannot be read, or is not the answer to our question.

    The text is why and where, never what stands there.
    """

    def __init__(self, reason: str, place: str) -> None:
        super().__init__(f"{reason} at {place}")
        self.place = place
        self.raw: bytes = b""
        """What came, for review; kept out of the text of the error."""
