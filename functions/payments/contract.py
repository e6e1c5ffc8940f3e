"""What other domains may read of this one."""

from datetime import datetime

from functions.payments import rules, store
from functions.shared.ids import MemberId
from functions.shared.model import Record
from functions.shared.table import Item, Key


class CardOnFile(Record):
    """A member's card, as far as a decision needs it."""

    usable: bool
    """It has not expired; only Stripe can say whether a charge succeeds."""


def card_key(member: MemberId) -> Key:
    """Where the member's card stands, to be read along with what else a decision needs."""
    return store.card_key(member)


def card_in(item: Item, now: datetime) -> CardOnFile:
    """The card in an item, judged at `now`."""
    return CardOnFile(usable=rules.still_valid(store.card_in(item), now))
