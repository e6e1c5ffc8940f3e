"""What this domain's operations answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.payments import ledger
from functions.payments.models import (
    Card,
    CardSetup,
    Pass,
    Payable,
    PayableKind,
    PayableState,
    PaymentFailure,
    Progress,
    Refund,
    RefundId,
    RefundReason,
    RefundState,
    SetupIntentId,
    Way,
)
from functions.payments.paying import Outcome
from functions.shared.ids import AppointmentId, PayableId
from functions.shared.model import Instant, Record
from functions.shared.money import Money


class CardSetupAnswer(Record):
    """What the app hands to Stripe's SDK, which then asks for the card."""

    id: SetupIntentId
    client_secret: str


class CardAnswer(Record):
    """What a person recognises a card by."""

    brand: Annotated[str, Field(examples=["visa"])]
    last4: Annotated[str, Field(examples=["4242"])]
    exp_month: int
    exp_year: int
    funding: Annotated[str, Field(examples=["credit"], description="`credit`, `debit`, `prepaid` or `unknown`.")]


def card_setup(setup: CardSetup) -> CardSetupAnswer:
    """For the app of the member who asked."""
    return CardSetupAnswer(id=setup.id, client_secret=setup.client_secret)


def card(kept: Card) -> CardAnswer:
    """A member's own card."""
    return CardAnswer(
        brand=kept.brand,
        last4=kept.last4,
        exp_month=kept.exp_month,
        exp_year=kept.exp_year,
        funding=kept.funding,
    )


class PayableAnswer(Record):
    """One thing that a member pays for."""

    id: PayableId
    kind: PayableKind
    state: PayableState
    amount: Money
    paid: Money
    refunded: Money
    owed: Money
    """What is still to be paid."""
    appointment_id: AppointmentId | None = None
    opened_at: Instant
    charge_at: Instant | None = None
    """When a late fee is charged to the card on file, unless it is paid or waived before."""
    failure: PaymentFailure | None = None
    """Why the last try did not succeed."""


class RefundAnswer(Record):
    """Money on its way back, or gone back."""

    id: RefundId
    amount: Money
    reason: RefundReason
    state: RefundState
    begun_at: Instant


class OnePayableAnswer(PayableAnswer):
    """One thing that a member pays for, and what of it goes back."""

    refunds: list[RefundAnswer]


class PayablesAnswer(Record):
    """What a member owes in all, and each thing that they paid for or have to."""

    balance: Money
    payables: list[PayableAnswer]


class PassAnswer(Record):
    """A member's coaching access."""

    running: bool
    runs_until: Instant | None = None
    purchase: PayableId | None = None
    """A purchase or renewal that waits to be paid."""


class PaymentAnswer(Record):
    """Where paying stands."""

    state: Annotated[
        Progress,
        Field(
            description="`requires_action`: confirm with Stripe's SDK, or open `url`. `unpaid`: the bank said no; "
            "another way, or the same one again, can be tried."
        ),
    ]
    way: Way
    client_secret: str | None = None
    """For Stripe's SDK in the app."""
    url: str | None = None
    """Stripe's page, to pay at."""
    payable: PayableAnswer


def payable(stands: Payable) -> PayableAnswer:
    """A member's own payable."""
    return PayableAnswer.model_validate(_payable(stands))


def one_payable(stands: Payable, refunds: Sequence[Refund]) -> OnePayableAnswer:
    """A member's own payable with its refunds."""
    return OnePayableAnswer.model_validate(
        {**_payable(stands), "refunds": [refund(each) for each in refunds if each.payable_id == stands.id]}
    )


def payables(found: Sequence[Payable]) -> PayablesAnswer:
    """A member's own payables."""
    return PayablesAnswer(balance=Money(amount=ledger.balance(found)), payables=[payable(each) for each in found])


def _payable(stands: Payable) -> dict[str, object]:
    amounts = ("amount", "paid", "refunded", "owed")
    told = ("id", "kind", "state", "appointment_id", "opened_at", "charge_at", "failure")
    return {
        **{name: getattr(stands, name) for name in told},
        **{name: Money(amount=getattr(stands, name)) for name in amounts},
    }


def refund(begun: Refund) -> RefundAnswer:
    """A refund, as Stripe says that it stands."""
    return RefundAnswer(
        id=begun.id,
        amount=Money(amount=begun.cents),
        reason=begun.reason,
        state=begun.state,
        begun_at=begun.begun_at,
    )


def pass_(kept: Pass, now: datetime) -> PassAnswer:
    """A member's own pass."""
    runs = kept.runs_until is not None and now < kept.runs_until
    return PassAnswer(running=runs, runs_until=kept.runs_until, purchase=kept.purchase)


def payment(outcome: Outcome) -> PaymentAnswer:
    """What the app goes on with; the secret and the page are for the member who asked, and nowhere kept."""
    at, stands = outcome.at, outcome.payable
    if at is None or at.progress is Progress.OVER:
        state = Progress.UNPAID if stands.owed else Progress.PAID
        return PaymentAnswer(state=state, way=outcome.way, payable=payable(stands))
    goes_on = at.progress in {Progress.UNPAID, Progress.REQUIRES_ACTION}
    asks = goes_on and (outcome.way is not Way.CARD_ON_FILE or at.progress is Progress.REQUIRES_ACTION)
    return PaymentAnswer(
        state=Progress.REQUIRES_ACTION if asks else at.progress,
        way=outcome.way,
        client_secret=at.client_secret if goes_on else None,
        url=at.url if goes_on else None,
        payable=payable(stands),
    )
