"""What this domain publishes: ids alone."""

from typing import ClassVar

from functions.payments.models import CustomerId, StripeEventId
from functions.shared.events import Event
from functions.shared.ids import MemberId


class StripeEventReceived(Event):
    """Stripe says that something happened; what is true now has to be looked up there."""

    type: ClassVar[str] = "payments.stripe_event_received"
    stripe_event_id: StripeEventId
    stripe_type: str
    object_id: str
    customer_id: CustomerId
    """Whose it is; Stripe leaves it out of an object that has just been detached, so the notice is the one to say."""

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
