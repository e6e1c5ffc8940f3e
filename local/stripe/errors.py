"""Errors in Stripe's shape."""

from http import HTTPStatus
from typing import Any

REQUEST, CARD, IDEMPOTENCY, API = "invalid_request_error", "card_error", "idempotency_error", "api_error"


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
