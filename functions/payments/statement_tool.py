"""The statement tool: it is told of each session once, bills the plan, and sends statements by webhook.

What a claim needs is all that it learns. Signed as its own webhooks are: HMAC-SHA256 over time stamp and body.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from functions.payments.problems import StatementToolDown, StatementToolRefused
from functions.shared.secrets import secret
from functions.shared.settings import setting

HEADER = "Statement-Signature"
_CONNECT_SECONDS, _ANSWER_SECONDS = 2, 8
_TOLD_BEFORE = 409
"""This session was told in other words: it has been told."""


class StatementTool:
    """The tool at `base_url`. Holds connections: make one and keep it.

    Every method raises StatementToolDown where asking again may help, else StatementToolRefused.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key.encode()
        self._pool = urllib3.PoolManager(retries=False)

    def tell(self, session: Mapping[str, Any], now: datetime) -> None:
        """Tell of a session that took place, under its own id: the same again changes nothing."""
        self._post("/v1/sessions", session, now)

    def report(self, statement: str, payment: Mapping[str, Any], now: datetime) -> None:
        """Tell of a payment that we took on a statement, under its own id; what bears a later revision replaces it."""
        self._post(f"/v1/statements/{statement}/payments", payment, now)

    def _post(self, path: str, body: Mapping[str, Any], now: datetime) -> None:
        content = json.dumps(body, separators=(",", ":")).encode()
        stamp = str(int(now.timestamp()))
        signature = hmac.new(self._key, stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", HEADER: f"t={stamp},v1={signature}"}
        try:
            answer = self._pool.request(
                "POST",
                self._base_url + path,
                body=content,
                headers=headers,
                timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS),
            )
        except HTTPError:
            raise StatementToolDown from None
        if answer.status >= 500 or answer.status == 429:
            raise StatementToolDown
        if answer.status >= 300 and answer.status != _TOLD_BEFORE:
            raise StatementToolRefused(answer.status)


_made: dict[tuple[str, str], StatementTool] = {}


def statement_tool() -> StatementTool:
    """The statement tool of this deployment with the current key, made once per process."""
    key = (setting("STATEMENT_TOOL_URL"), secret("STATEMENT_TOOL_SECRET"))
    if key not in _made:
        _made.clear()
        _made[key] = StatementTool(*key)
    return _made[key]
