"""What the API document tells of the webhooks. The functions that answer are `webhook` and `statement_webhook`.

They are declared here, apart from them, so that they start without the resolver, which they do not need to answer.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header

from functions.payments.problems import NoStatementNotice, NoStripeEvent, WrongSignature
from functions.payments.webhook import LARGEST_EVENT
from functions.shared.api import Api
from functions.shared.caller import EVERYONE
from functions.shared.model import Record

stripe_webhook = Api(largest_body=LARGEST_EVENT)
statement_webhook = Api()


class Acknowledged(Record):
    """Taken in, now or earlier; or not of interest."""

    received: bool = True


@stripe_webhook.operation(
    "POST",
    "/v1/webhooks/stripe",
    allow=EVERYONE,
    refuses=[WrongSignature, NoStripeEvent],
    summary="Stripe tells what happened there",
)
def hear_stripe(
    stripe_signature: Annotated[str | None, Header(alias="Stripe-Signature", description="`t=…,v1=…[,v1=…]`")] = None,
) -> Acknowledged:
    """Signed by Stripe; stored before it is acknowledged, worked off later. For Stripe alone."""
    raise NotImplementedError("functions.payments.webhook answers")


class StatementAcknowledged(Record):
    """Taken in, now or earlier; or not of interest."""

    received: bool = True


@statement_webhook.operation(
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
    raise NotImplementedError("functions.payments.statement_webhook answers")
