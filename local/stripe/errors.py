"""Errors in Stripe's shape."""

from http import HTTPStatus
from typing import Any

REQUEST, CARD, IDEMPOTENCY, API = "invalid_request_error", "card_error", "idempotency_error", "api_error"

_MESSAGES = {
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "payment_intent_authentication_failure": "The provided PaymentMethod has failed authentication.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}
_OF_CARDS = {"insufficient_funds": "Your card has insufficient funds."}


class ApiError(Exception):
    """An answer that is an error: `{"error": {"type", "code", "message", "param", …}}`."""

    def __init__(
        self, status: int, message: str, code: str | None = None, param: str | None = None, kind: str = REQUEST
    ) -> None:
        super().__init__(message)
        self.status = int(status)
        self.error: dict[str, Any] = {"type": kind, "message": message}
        if code:
            self.error["code"] = code
        if param:
            self.error["param"] = param

    @property
    def body(self) -> dict[str, Any]:
        """The whole answer."""
        return {"error": self.error}


def refused(message: str, code: str | None = None, param: str | None = None) -> ApiError:
    """A request that is not acceptable: 400."""
    return ApiError(HTTPStatus.BAD_REQUEST, message, code, param)


def not_there(what: str, named: str, *, param: str = "id", in_path: bool = False) -> ApiError:
    """No such object: 404 where the path names it, 400 where a parameter does."""
    status = HTTPStatus.NOT_FOUND if in_path else HTTPStatus.BAD_REQUEST
    return ApiError(status, f"No such {what}: '{named}'", "resource_missing", param)


def declined(code: str, decline_code: str = "") -> ApiError:
    """The bank says no to a card: 402."""
    message = _OF_CARDS.get(decline_code) or _MESSAGES.get(code, "Your card was declined.")
    error = ApiError(HTTPStatus.PAYMENT_REQUIRED, message, code, kind=CARD)
    if decline_code:
        error.error["decline_code"] = decline_code
    return error
