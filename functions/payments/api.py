"""The HTTP operations of this domain."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.payments import answers, cards, setups
from functions.payments.answers import CardAnswer, CardSetupAnswer
from functions.payments.models import SetUpCard
from functions.payments.problems import CardDataRefused, NoCard, StripeDown
from functions.payments.stripe_gateway import stripe_account
from functions.shared.api import Api, IdempotencyKey, answer, caller
from functions.shared.caller import MEMBERS
from functions.shared.clock import clock

api = Api()


@api.operation(
    "POST",
    "/v1/card-setups",
    allow=MEMBERS,
    status=201,
    refuses=[CardDataRefused, StripeDown],
    summary="Begin to put a card on file",
)
def start_card_setup(_: Annotated[SetUpCard, Body()], idempotency_key: IdempotencyKey) -> Response[CardSetupAnswer]:
    """For Stripe's SDK in the app, which asks for the card; no card data ever comes here."""
    setup = setups.start(caller().member, idempotency_key, stripe_account(), clock())
    return answer(answers.card_setup(setup), status=201)


@api.operation("GET", "/v1/card", allow=MEMBERS, refuses=[NoCard], summary="The caller's card on file")
def show_card() -> CardAnswer:
    """What one recognises a card by; it is there once Stripe has said that it was set up."""
    return answers.card(cards.card_of(caller().member))


@api.operation(
    "DELETE", "/v1/card", allow=MEMBERS, status=204, refuses=[StripeDown], summary="Remove the caller's card"
)
def remove_card() -> Response[None]:
    """The card can no longer be charged, and is forgotten; also where there was none."""
    cards.remove(caller().member, stripe_account(), clock())
    return Response(204)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
