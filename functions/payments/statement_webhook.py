"""The statement tool's webhook: public, so that nothing is believed before the signature has been checked."""

from collections.abc import Mapping
from typing import Any

from functions.payments import statements
from functions.payments.signature import verify
from functions.shared import http
from functions.shared.clock import clock
from functions.shared.receiver import Receiver
from functions.shared.secrets import secret


def _take_in(event: Mapping[str, Any], body: bytes) -> None:
    now = clock()
    verify(http.header(event, "statement-signature"), body, secret("STATEMENT_TOOL_SECRET"), now)
    statements.take_in(body, now)


handler = Receiver("hear_statement_tool", "/v1/webhooks/statements", _take_in).handle
