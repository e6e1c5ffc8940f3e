"""What this domain keeps: customer and card, what is owed and paid and refunded, passes; and what its clients send."""

from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import Field

from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.model import Command, Instant, Record
from functions.shared.money import Cents

CustomerId = NewType("CustomerId", str)
PaymentMethodId = NewType("PaymentMethodId", str)
SetupIntentId = NewType("SetupIntentId", str)
StripeEventId = NewType("StripeEventId", str)
"""Ids that Stripe gives."""

SetupId = NewType("SetupId", str)
"""Our own id of one member's wish to put a card on file."""


class SetUpCard(Command):
    """A member wants to put a card on file; there is nothing to say about it here."""


class BuyPass(Command):
    """A member wants a coaching pass; there is nothing to say about it here."""


class Asked(Record):
    """Something that Stripe has been asked to make, stored before it is asked; what came of it is not known yet."""

    operation: str
    """The idempotency key at Stripe."""
    at: Instant
    spent: bool = False
    """Stripe has answered with an error, which it would repeat to the same key."""


class CardSetup(Record):
    """What the app needs to put a card on file with Stripe."""

    id: SetupIntentId
    client_secret: str
    """For this member's app alone; asked of Stripe each time, never stored or logged."""


class Card(Record):
    """A card on file; nothing else of it is kept (P1)."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int
    funding: str
    payment_method: PaymentMethodId
    going: bool = False
    """It is being removed: nothing is charged to it, and nothing booked on it, from then on."""

    def is_the_same(self, other: "Card | None") -> bool:
        """Whether it is that card, whatever is known of it by now."""
        return other is not None and other.payment_method == self.payment_method

    def leaving(self) -> "Card":
        """The same, being removed."""
        return self.model_copy(update={"going": True})


class Wallet(Record):
    """What a customer has at Stripe at this moment."""

    gone: bool = False
    """The customer has been deleted there."""
    cards: tuple[Card, ...] = ()
    """Newest first."""


# What is owed, and how it is paid

PaymentIntentId = NewType("PaymentIntentId", str)
CheckoutId = NewType("CheckoutId", str)
StripeRefundId = NewType("StripeRefundId", str)
"""Ids that Stripe gives."""

RefundId = NewType("RefundId", str)
"""Our own id of a refund."""


class PayableKind(StrEnum):
    """What a member pays for."""

    PASS = "pass"  # noqa: S105 - thirty days of coaching
    LATE_FEE = "late_fee"
    STATEMENT = "statement"


class PayableState(StrEnum):
    """Where a payable stands; the last four are the end of it."""

    OPEN = "open"
    CLAIMED = "claimed"
    """One way of paying has been begun; another one closes that first."""
    IN_REVIEW = "in_review"
    """A person looks at it before anybody is asked for money; statements only."""
    PAID = "paid"
    """Nothing is owed; a later revision of a statement may open it again."""
    WAIVED = "waived"
    WRITTEN_OFF = "written_off"
    VOID = "void"


CLOSED = frozenset({PayableState.WAIVED, PayableState.WRITTEN_OFF, PayableState.VOID})
"""Nothing is ever owed again."""


class Way(StrEnum):
    """How a payable is paid."""

    CARD_ON_FILE = "card_on_file"
    """The member asks to charge their card."""
    APP = "app"
    """The app confirms a PaymentIntent with a card that is entered there."""
    CHECKOUT = "checkout"
    """The member opens Stripe's own page."""
    AUTOMATIC = "automatic"
    """The card on file, while the member is away: late fees alone."""


class PaymentFailure(StrEnum):
    """Why the last try did not succeed."""

    DECLINED = "declined"
    AUTHENTICATION_REQUIRED = "authentication_required"
    NO_CARD = "no_card"


class Pay(Command):
    """A member wants to pay."""

    way: Literal[Way.CARD_ON_FILE, Way.APP, Way.CHECKOUT]
    """`card_on_file` charges it now; `app` gives what Stripe's SDK needs; `checkout` a page to pay at."""


class Attempt(Record):
    """One PaymentIntent or Checkout session that a payable is being paid with; stored before Stripe makes it.

    Neither takes money by being made: a PaymentIntent is confirmed by its stored id, a session by who opens its page.
    So one whose answer was lost is never used, and a try of unknown outcome is resolved by looking at the id.
    """

    number: int
    way: Way
    """The last way that was chosen; all but Checkout share one PaymentIntent."""
    cents: Cents
    asked: Asked
    object_id: str | None = None
    """`pi_…` or `cs_…`, once it is known."""
    tries: int = 0
    """How often the card on file has been tried with it; each try has an idempotency key of its own."""
    tried_at: Instant | None = None
    errors: int = 0
    """How many errors Stripe has answered to its tries; it repeats each to the same key, so the next key differs."""
    look_at: Instant
    """When somebody looks what became of it, in case nobody tells."""

    @property
    def by_page(self) -> bool:
        """Whether it is a Checkout session, and no PaymentIntent of our own."""
        return self.way is Way.CHECKOUT

    def try_operation(self, card: PaymentMethodId) -> str:
        """The idempotency key under which a card on file is tried: another card is another question to Stripe.

        However many there are, the PaymentIntent is paid once.
        """
        return f"{self.asked.operation}-{self.tries}.{self.errors}-{card}"


class Payment(Record):
    """Money that came in for a payable."""

    reference: str
    """`pi_…` at Stripe, or what another taker of payments calls it."""
    cents: Cents
    at: Instant
    refunding: Cents = Cents(0)
    """Of it, what is being given back."""
    refunded: Cents = Cents(0)
    """Of it, what has been given back."""

    @property
    def through_stripe(self) -> bool:
        """Whether Stripe can give it back."""
        return self.reference.startswith("pi_")

    @property
    def left(self) -> Cents:
        """What Stripe can still give back of it."""
        return Cents(self.cents - self.refunding - self.refunded) if self.through_stripe else Cents(0)


class Payable(Record):
    """One thing that a member pays for; its id is made of the id of its cause, so there is one for each."""

    id: PayableId
    member_id: MemberId
    kind: PayableKind
    appointment_id: AppointmentId | None = None
    amount: Cents
    """What is asked for in all."""
    payments: tuple[Payment, ...] = ()
    given_back: Cents = Cents(0)
    """Of what was paid, the part that never was, or no longer is, owed: it is refunded, or waits for that."""
    state: PayableState = PayableState.OPEN
    attempt: Attempt | None = None
    attempts: int = 0
    """How many there have been."""
    failure: PaymentFailure | None = None
    opened_at: Instant
    charge_at: Instant | None = None
    """A late fee is charged to the card on file then, and not before (S5); None once it is paid or could not be."""

    @property
    def paid(self) -> Cents:
        """All that came in."""
        return Cents(sum(payment.cents for payment in self.payments))

    @property
    def refunded(self) -> Cents:
        """What went back to the member."""
        return Cents(sum(payment.refunded for payment in self.payments))

    @property
    def refunding(self) -> Cents:
        """What is on its way back."""
        return Cents(sum(payment.refunding for payment in self.payments))

    @property
    def settled(self) -> Cents:
        """What has been paid of the amount."""
        return Cents(self.paid - self.given_back)

    @property
    def owed(self) -> Cents:
        """What is still to be paid."""
        return Cents(0) if self.state in CLOSED else Cents(max(0, self.amount - self.settled))

    @property
    def written_off(self) -> Cents:
        """What is missing of the amount, and is not asked for as the member has left."""
        gone = self.state is PayableState.WRITTEN_OFF
        return Cents(max(0, self.amount - self.settled)) if gone else Cents(0)

    @property
    def refundable(self) -> Cents:
        """What could still be given back, through Stripe."""
        return Cents(sum(payment.left for payment in self.payments))

    @property
    def counted(self) -> tuple[tuple[Payment, Cents], ...]:
        """Of each payment through Stripe, what is for the amount: of what is still there, the oldest first.

        What went back though it was owed counts, too: it is not asked for again.
        """
        ours = {payment: 0 for payment in self.payments if payment.through_stripe}
        left = self.settled - (self.paid - sum(payment.cents for payment in ours))
        for most in ("left", "cents"):
            for payment, counts in ours.items():
                more = max(0, min(getattr(payment, most) - counts, left))
                ours[payment] += more
                left -= more
        return tuple((payment, Cents(counts)) for payment, counts in ours.items())

    @property
    def is_debt(self) -> bool:
        """Whether it counts in the balance: a pass is owed by nobody before it is paid."""
        return self.kind is not PayableKind.PASS


class RefundReason(StrEnum):
    """Why money goes back."""

    DUPLICATE = "duplicate"
    """It came for something that was paid, or owed no longer."""
    FEE_WAIVED = "fee_waived"
    REVISED_STATEMENT = "revised_statement"
    SERVICE_NOT_DELIVERED = "service_not_delivered"
    STATE_LAW = "state_law"
    GOODWILL = "goodwill"


class Amount(Command):
    """An amount above nothing, as clients send it: cents of US dollars."""

    amount: Annotated[Cents, Field(gt=0, le=10_000_000, strict=True)]
    currency: Literal["USD"] = "USD"


class GiveBack(Command):
    """Support gives back a part of what was paid, or all of it."""

    amount: Amount
    reason: Literal[
        RefundReason.DUPLICATE, RefundReason.SERVICE_NOT_DELIVERED, RefundReason.STATE_LAW, RefundReason.GOODWILL
    ]


class RefundState(StrEnum):
    """As Stripe names them; failed and cancelled ones do not count as refunded (P6)."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Refund(Record):
    """Money on its way back, of one payment."""

    id: RefundId
    member_id: MemberId
    payable_id: PayableId
    intent: PaymentIntentId
    cents: Cents
    reason: RefundReason
    state: RefundState = RefundState.PENDING
    asked: Asked
    """The asking of Stripe, stored before it."""
    stripe_id: StripeRefundId | None = None
    begun_at: Instant
    look_at: Instant
    """When it is asked for again, or looked at, unless Stripe has said by then how it ended."""

    @property
    def is_over(self) -> bool:
        """Whether Stripe has said how it ended."""
        return self.state not in {RefundState.PENDING, RefundState.REQUIRES_ACTION}


class Pass(Record):
    """A member's coaching access: until when, and the purchase that is open or was the last."""

    runs_until: Instant | None = None
    purchase: PayableId | None = None
    """The purchase that is open, so that two taps or two devices buy once."""
    bought: PayableId | None = None
    """The last one that was paid."""
    bought_at: Instant | None = None


# What Stripe says


class Progress(StrEnum):
    """How far something that a payable is paid with has come at Stripe."""

    UNPAID = "unpaid"
    """It waits for somebody to pay with it; or the bank has said no."""
    REQUIRES_ACTION = "requires_action"
    """The bank wants the person to act."""
    PROCESSING = "processing"
    PAID = "paid"
    OVER = "over"
    """Cancelled or expired: it can never be paid with."""


class AtStripe(Record):
    """A PaymentIntent or a Checkout session as it stands at Stripe."""

    object_id: str
    progress: Progress
    intent: PaymentIntentId | None = None
    """The PaymentIntent that the money came by."""
    received: Cents = Cents(0)
    failure: PaymentFailure | None = None
    """Why the last card did not pay."""
    member_id: MemberId | None = None
    payable_id: PayableId | None = None
    """What it is for, as we noted there."""
    client_secret: str | None = None
    """For this member's app alone; never stored or logged."""
    url: str | None = None
    """Of the Checkout page; likewise."""


class RefundAtStripe(Record):
    """A refund as it stands at Stripe."""

    id: StripeRefundId
    state: RefundState
    member_id: MemberId | None = None
    refund_id: RefundId | None = None
    """Which refund of ours it is, as we noted there."""
