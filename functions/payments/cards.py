"""The card on file is what Stripe says the member's customer has: the newest card there, and no other.

Whatever is heard, and however often and in whichever order, the same thing is done: what Stripe has now is
looked up and kept. So the order of events cannot matter.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import fees, store
from functions.payments.events import CardGone, CardKept
from functions.payments.models import Card, CustomerId, Wallet
from functions.payments.problems import CardNeeded, NoCard
from functions.payments.quoted import fees_ahead, fees_ahead_key
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed
from functions.shared.table import Delete, Found, Seen, Write, get
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

_STILL_FORGOTTEN = NoGate("what Stripe no longer has is forgotten after the gate has closed, too")


def card_of(member: MemberId) -> Card:
    """The member's card; raises NoCard."""
    item = get(store.card_key(member))
    if item is None:
        raise NoCard
    return store.card_in(item)


def card_to_charge(member: MemberId) -> Card:
    """The member's card, unless it is being removed; raises NoCard."""
    card = card_of(member)
    if card.going:
        raise NoCard
    return card


def remove(member: MemberId, stripe: "Stripe", now: datetime) -> None:
    """Make the member's card unusable at Stripe, then forget it; nothing where there is none.

    Before Stripe is told, it stands here that the card is going: from then on nothing can be booked on it. Safe to
    repeat and to kill anywhere: the same again, or Stripe's own event, finishes what was begun. A card that is set up
    meanwhile stays. Raises CardNeeded, AccountClosed, StripeDown and StripeRefused.
    """
    item = get(store.customer_key(member))
    customer = store.customer_in(item) if item else None
    if not isinstance(customer, str):
        return
    for card in _given_up(member, customer, stripe, now):
        stripe.detach(card.payment_method, now)
    _keep_what_is_there(member, customer, stripe, now)


def _given_up(member: MemberId, customer: CustomerId, stripe: "Stripe", now: datetime) -> Sequence[Card]:
    """The cards that the customer has, the newest of them marked as going; no fee can come up from then on."""
    customer_key, card_key = store.customer_key(member), store.card_key(member)

    def plan(found: Found) -> Plan[Sequence[Card]]:
        mine = found.seen(customer_key, store.customer_in)
        cards = stripe.wallet(customer).cards if mine.value == customer else ()
        kept = found.seen(card_key, store.card_in)
        if not cards or (kept.value and kept.value.going and cards[0].is_the_same(kept.value)):
            return Plan(cards, ())
        ahead = fees_ahead(member, found, now)
        if fees.need_card(member, ahead.value):
            raise CardNeeded
        looked, marked = store.customer_item(customer), store.card_item(cards[0].leaving())
        return Plan(cards, [mine.becomes(looked), kept.becomes(marked), ahead.unchanged])

    reads = [customer_key, card_key, fees_ahead_key(member)]
    return transact(plan, gate=MemberGate(member), now=now, reads=reads)


def look_again(customer: CustomerId, stripe: "Stripe", now: datetime) -> None:
    """Something happened to a customer at Stripe: keep what is true there now, and make other cards unusable.

    Those are the ones that were replaced, and one whose removal was begun. A card belongs to the member whose customer
    it is; nothing where that is nobody. Raises StripeDown, StripeRefused.
    """
    item = get(store.owner_key(customer))
    if item is None:
        log.info("customer_unknown")
        return
    for unwanted in _keep_what_is_there(store.owner_in(item), customer, stripe, now):
        stripe.detach(unwanted.payment_method, now)


def _keep_what_is_there(member: MemberId, customer: CustomerId, stripe: "Stripe", now: datetime) -> Sequence[Card]:
    """Keep the newest card, or forget; returns the unwanted ones. Nothing is kept once the member's gate has closed."""
    keys = [store.customer_key(member), store.card_key(member)]

    def as_it_is(found: Found) -> Plan[Sequence[Card]]:
        return _plan(found, member, customer, stripe.wallet(customer), now)

    def without_keeping(found: Found) -> Plan[Sequence[Card]]:
        wallet = stripe.wallet(customer)
        return Plan((), ()) if wallet.cards else _plan(found, member, customer, wallet, now)

    try:
        return transact(as_it_is, gate=MemberGate(member), now=now, reads=keys)
    except AccountClosed:
        log.info("card_not_kept", member_id=member)
        return transact(without_keeping, gate=_STILL_FORGOTTEN, now=now, reads=keys)


def _plan(found: Found, member: MemberId, customer: CustomerId, wallet: Wallet, now: datetime) -> Plan[Sequence[Card]]:
    """What is written, and which cards are unwanted.

    Stripe was asked after `found` was read, and the customer's version counts each look. So of two who look at once,
    the one who looked earlier cannot write later: it reads and looks again.
    """
    mine = found.seen(store.customer_key(member), store.customer_in)
    if mine.value != customer:
        return Plan((), ())
    looked: Write
    if wallet.gone:
        looked = mine.goes()
        unlinked: list[Write] = [Delete(store.owner_key(customer))]
    else:
        looked = mine.becomes(store.customer_item(customer))
        unlinked = []
    kept = found.seen(store.card_key(member), store.card_in)
    newest = _marked(next(iter(wallet.cards), None), kept.value)
    unwanted = wallet.cards if newest and newest.going else wallet.cards[1:]
    return Plan(unwanted, [looked, *unlinked, *_card_writes(member, kept, newest, now)])


def _marked(newest: Card | None, kept: Card | None) -> Card | None:
    """The newest card at Stripe; one that was given up stays so."""
    return newest.leaving() if newest and kept and kept.going and newest.is_the_same(kept) else newest


def _card_writes(member: MemberId, kept: Seen[Card | None], newest: Card | None, now: datetime) -> list[Write]:
    if newest == kept.value:
        return []
    if newest is None:
        return [kept.goes(), outbox.put(CardGone(member_id=member), now)]
    return [kept.becomes(store.card_item(newest)), outbox.put(CardKept(member_id=member), now)]
