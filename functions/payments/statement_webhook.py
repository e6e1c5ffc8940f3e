"""The statement tool's webhook: public, so that nothing is believed before the signature has been checked."""

from functions.payments import statements
from functions.payments.problems import NoStatementNotice, WrongSignature
from functions.payments.signature import verify
from functions.shared.clock import clock
from functions.shared.receiver import Receiver
from functions.shared.secrets import secret


def _take_in(body: bytes, signature: str | None) -> None:
    """Signed by the tool; stored before it is acknowledged, worked off later. For the tool alone."""
    now = clock()
    verify(signature, body, secret("STATEMENT_TOOL_SECRET"), now)
    statements.take_in(body, now)


receiver = Receiver(
    "hear_statement_tool",
    "/v1/webhooks/statements",
    summary="The statement tool tells of a statement",
    signature="Statement-Signature",
    form="`t=…,v1=…`",
    refuses=[WrongSignature, NoStatementNotice],
    take_in=_take_in,
)
handler = receiver.handle
