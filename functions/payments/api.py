"""The HTTP operations of this domain."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from functions.payments import (
    answers,
    cards,
    passes,
    payables,
    paying,
    refunding,
    setups,
    statement_answers,
    statements,
    store,
)
from functions.payments.answers import (
    CardAnswer,
    CardSetupAnswer,
    OnePayableAnswer,
    PassAnswer,
    PayableAnswer,
    PayablesAnswer,
    PaymentAnswer,
    RefundAnswer,
)
from functions.payments.card_free import CardFreeApi
from functions.payments.models import BuyPass, GiveBack, Pay, SetUpCard, Way
from functions.payments.problems import (
    BeingCharged,
    CardDataRefused,
    CardNeeded,
    CoverageRequired,
    InReview,
    MoreThanPaid,
    NoCard,
    NothingOwed,
    PassNotOffered,
    RenewedAhead,
    StripeDown,
    TooLittle,
)
from functions.payments.statement_answers import StatementAnswer
from functions.payments.stripe_account import For, stripe_account
from functions.shared.api import AccessReason, IdempotencyKey, answer, caller, language
from functions.shared.caller import MEMBERS, SUPPORT
from functions.shared.clock import clock
from functions.shared.ids import MemberId, PayableId
from functions.shared.problems import KeyUsedOtherwise, NotFound

api = CardFreeApi()

_OnePayable = Annotated[str, Path(max_length=40)]


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
    "DELETE",
    "/v1/card",
    allow=MEMBERS,
    status=204,
    refuses=[CardNeeded, StripeDown],
    summary="Remove the caller's card",
)
def remove_card() -> Response[None]:
    """The card can no longer be charged, and is forgotten; also where there was none.

    Not while a late fee is unpaid, or an appointment booked that could come to cost one.
    """
    cards.remove(caller().member, stripe_account(), clock())
    return Response(204)


@api.operation(
    "POST",
    "/v1/passes",
    allow=MEMBERS,
    status=201,
    refuses=[CardDataRefused, CoverageRequired, PassNotOffered, RenewedAhead, KeyUsedOtherwise],
    summary="Buy or renew a coaching pass",
)
def buy_pass(_: Annotated[BuyPass, Body()], idempotency_key: IdempotencyKey) -> Response[PayableAnswer]:
    """The purchase, to be paid like any other payable; what costs nothing runs at once. Thirty days exactly.

    A purchase that is open already is given back. A renewal adds to the end of the running pass.
    """
    bought = passes.buy(caller().member, idempotency_key, clock())
    return answer(answers.payable(bought), status=201, location=f"/v1/payables/{bought.id}")


@api.operation("GET", "/v1/pass", allow=MEMBERS, summary="The caller's coaching pass")
def show_pass() -> PassAnswer:
    """Whether it runs, until when, and a purchase that waits to be paid."""
    return answers.pass_(passes.pass_of(caller().member), clock())


@api.operation("GET", "/v1/payables", allow=MEMBERS, summary="What the caller owes, owed and paid")
def list_payables() -> PayablesAnswer:
    """The balance in all, and each thing, the latest first. A pass that is not paid yet is no debt."""
    return answers.payables(store.payables_of(caller().member))


@api.operation(
    "GET", "/v1/payables/<payable_id>", allow=MEMBERS, refuses=[NotFound], summary="One thing that the caller pays for"
)
def show_payable(payable_id: _OnePayable) -> OnePayableAnswer:
    """With the refunds of it."""
    member = caller().member
    found = payables.standing(member, PayableId(payable_id))
    if found is None:
        raise NotFound
    return answers.one_payable(found, store.refunds_of(member))


@api.operation(
    "POST",
    "/v1/payables/<payable_id>/payment",
    allow=MEMBERS,
    refuses=[
        CardDataRefused,
        NotFound,
        NoCard,
        NothingOwed,
        InReview,
        BeingCharged,
        TooLittle,
        KeyUsedOtherwise,
        StripeDown,
    ],
    summary="Pay now, in one of three ways",
)
def pay(payable_id: _OnePayable, order: Annotated[Pay, Body()], idempotency_key: IdempotencyKey) -> PaymentAnswer:
    """Once, by however many ways at once: another way closes the former first; what is paid says so."""
    what = For(caller().member, PayableId(payable_id))
    return answers.payment(paying.pay(what, Way(order.way), idempotency_key, stripe_account(), clock()))


@api.operation(
    "GET",
    "/v1/statements/<payable_id>",
    allow=MEMBERS,
    refuses=[NotFound],
    summary="The itemised bill of one of the caller's sessions",
)
def show_statement(payable_id: _OnePayable) -> StatementAnswer:
    """Line by line what was charged, what the plan paid, and what is left to the member, in their language.

    What a revision changed is explained. While we check a bill, nothing of it is asked for. It is paid as a payable,
    under the same id.
    """
    found = statements.statement_of(caller().member, PayableId(payable_id))
    return statement_answers.statement(found, language())


@api.operation(
    "POST",
    "/v1/members/<member_id>/payables/<payable_id>/refunds",
    allow=SUPPORT,
    status=201,
    refuses=[CardDataRefused, NotFound, MoreThanPaid, KeyUsedOtherwise],
    summary="Give back a part of what a member paid",
)
def refund_payable(
    member_id: Annotated[str, Path(max_length=40)],
    payable_id: _OnePayable,
    order: Annotated[GiveBack, Body()],
    idempotency_key: IdempotencyKey,
    access_reason: AccessReason = None,  # noqa: ARG001 - judged before; here for the API document
) -> Response[RefundAnswer]:
    """Never above what came in, however many are at it; what becomes of it is what Stripe says."""
    what = For(MemberId(member_id), PayableId(payable_id))
    begun = refunding.order(what, order, idempotency_key, stripe_account(), clock())
    return answer(answers.refund(begun), status=201)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's way in."""
    return api.handle(event, context)
