"""What this domain publishes: ids alone."""

from typing import ClassVar

from functions.payments.claims import StatementNoticeId
from functions.payments.models import CustomerId, RefundId, StripeEventId
from functions.shared.events import Event
from functions.shared.ids import MemberId, PayableId


class StripeEventReceived(Event):
    """Stripe says that something happened; what is true now has to be looked up there."""

    type: ClassVar[str] = "payments.stripe_event_received"
    stripe_event_id: StripeEventId
    stripe_type: str
    object_id: str
    customer_id: CustomerId | None
    """Whose it is, where it is about a card.

    Stripe leaves it out of an object that has just been detached, so the notice is the one to say.
    """

    @property
    def subject(self) -> str:
        """The object at Stripe."""
        return self.object_id


class CardKept(Event):
    """A member has a card on file: a first one, another one, or the same with a new date."""

    type: ClassVar[str] = "payments.card_kept"
    member_id: MemberId

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id


class CardGone(Event):
    """A member has no card on file any more."""

    type: ClassVar[str] = "payments.card_gone"
    member_id: MemberId

    @property
    def subject(self) -> str:
        """The member."""
        return self.member_id


class PayableEvent(Event):
    """Something happened to a payable."""

    member_id: MemberId
    payable_id: PayableId

    @property
    def subject(self) -> str:
        """The payable."""
        return self.payable_id


class PaymentReceived(PayableEvent):
    """Money came in for a payable, and was owed."""

    type: ClassVar[str] = "payments.payment_received"


class PaymentFailed(PayableEvent):
    """The card on file could not be charged; what is owed stays, to be paid in the app or by link."""

    type: ClassVar[str] = "payments.payment_failed"


class RefundChanged(PayableEvent):
    """A refund has begun, or Stripe says something else of it than before."""

    type: ClassVar[str] = "payments.refund_changed"
    refund_id: RefundId
    state: str


class PassActivated(Event):
    """A member's pass runs, or runs longer."""

    type: ClassVar[str] = "payments.pass_activated"
    member_id: MemberId
    pass_id: PayableId
    """Of the purchase."""

    @property
    def subject(self) -> str:
        """The purchase."""
        return self.pass_id


class PayableDue(PayableEvent):
    """Something has to be done for a payable that nobody else begins."""

    type: ClassVar[str] = "payments.payable_due"


class RefundDue(Event):
    """A refund has to be asked for, or looked at."""

    type: ClassVar[str] = "payments.refund_due"
    member_id: MemberId
    refund_id: RefundId

    @property
    def subject(self) -> str:
        """The refund."""
        return self.refund_id


class StatementReceived(Event):
    """The statement tool has told something; it is stored, and worked off from here."""

    type: ClassVar[str] = "payments.statement_received"
    notice_id: StatementNoticeId

    @property
    def subject(self) -> str:
        """What was told."""
        return self.notice_id


class StatementReady(PayableEvent):
    """A session's bill can be seen, in this revision; look up what is owed by it."""

    type: ClassVar[str] = "payments.statement_ready"
    revision: int
