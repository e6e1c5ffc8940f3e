"""The statement tool's webhook: public, so that nothing is believed before the signature has been checked."""

import base64
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header

from functions.payments import statements
from functions.payments.problems import NoStatementNotice, WrongSignature
from functions.payments.signature import verify
from functions.shared.api import Api
from functions.shared.caller import EVERYONE
from functions.shared.clock import clock
from functions.shared.model import Record
from functions.shared.secrets import secret

api = Api()


class StatementAcknowledged(Record):
    """Taken in, now or earlier; or not of interest."""

    received: bool = True


@api.operation(
    "POST",
    "/v1/webhooks/statements",
    allow=EVERYONE,
    refuses=[WrongSignature, NoStatementNotice],
    summary="The statement tool tells of a statement",
)
def hear_statement_tool(
    statement_signature: Annotated[str | None, Header(alias="Statement-Signature", description="`t=…,v1=…`")] = None,
) -> StatementAcknowledged:
    """Signed by the tool; stored before it is acknowledged, worked off later. For the tool alone."""
    event, now = api.current_event.raw_event, clock()
    content = str(event["body"])
    body = base64.b64decode(content) if event.get("isBase64Encoded") else content.encode()
    verify(statement_signature, body, secret("STATEMENT_TOOL_SECRET"), now)
    statements.take_in(body, now)
    return StatementAcknowledged()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
