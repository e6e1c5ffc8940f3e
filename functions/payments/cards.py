"""The card on file is what Stripe says the member's customer has: the newest card there, and no other.

Whatever is heard, and however often and in whichever order, the same thing is done: what Stripe has now is
looked up and kept. So the order of events cannot matter.
"""

from collections.abc import Sequence
from datetime import datetime

from functions.payments import store
from functions.payments.events import CardGone, CardKept
from functions.payments.models import Card, CustomerId, Wallet
from functions.payments.problems import NoCard
from functions.payments.stripe_gateway import Stripe
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed
from functions.shared.table import Delete, Found, Seen, Write, get
from functions.shared.transact import Plan, transact

_STILL_FORGOTTEN = NoGate("what Stripe no longer has is forgotten after the gate has closed, too")


def card_of(member: MemberId) -> Card:
    """The member's card; raises NoCard."""
    item = get(store.card_key(member))
    if item is None:
        raise NoCard
    return store.card_in(item)


def remove(member: MemberId, stripe: Stripe, now: datetime) -> None:
    """Make the member's card unusable at Stripe, then forget it; nothing where there is none.

    Safe to repeat and to kill anywhere: Stripe's own event forgets what was not forgotten here. Raises StripeDown
    and StripeRefused.
    """
    item = get(store.customer_key(member))
    customer = store.customer_in(item) if item else None
    if not isinstance(customer, str):
        return
    for card in stripe.wallet(customer).cards:
        stripe.detach(card.payment_method, now)
    _keep_what_is_there(member, customer, stripe, now)


def look_again(customer: CustomerId, stripe: Stripe, now: datetime) -> None:
    """Something happened to a customer at Stripe: keep what is true there now, and make replaced cards unusable.

    A card belongs to the member whose customer it is; nothing where that is nobody. Raises StripeDown, StripeRefused.
    """
    item = get(store.owner_key(customer))
    if item is None:
        log.info("customer_unknown")
        return
    for replaced in _keep_what_is_there(store.owner_in(item), customer, stripe, now):
        stripe.detach(replaced.payment_method, now)


def _keep_what_is_there(member: MemberId, customer: CustomerId, stripe: Stripe, now: datetime) -> Sequence[Card]:
    """Keep the newest card, or forget; returns the older ones. Nothing is kept once the member's gate has closed."""
    keys = [store.customer_key(member), store.card_key(member)]

    def as_it_is(found: Found) -> Plan[Wallet]:
        return _plan(found, member, customer, stripe.wallet(customer), now)

    def without_keeping(found: Found) -> Plan[Wallet]:
        wallet = stripe.wallet(customer)
        return Plan(Wallet(), ()) if wallet.cards else _plan(found, member, customer, wallet, now)

    try:
        wallet = transact(as_it_is, gate=MemberGate(member), now=now, reads=keys)
    except AccountClosed:
        log.info("card_not_kept", member_id=member)
        wallet = transact(without_keeping, gate=_STILL_FORGOTTEN, now=now, reads=keys)
    return wallet.cards[1:]


def _plan(found: Found, member: MemberId, customer: CustomerId, wallet: Wallet, now: datetime) -> Plan[Wallet]:
    """What is written. Stripe was asked after `found` was read, and the customer's version counts each look.

    So of two who look at once, the one who looked earlier cannot write later: it reads and looks again.
    """
    mine = found.seen(store.customer_key(member), store.customer_in)
    if mine.value != customer:
        return Plan(Wallet(), ())
    looked: Write
    if wallet.gone:
        looked = mine.goes()
        unlinked: list[Write] = [Delete(store.owner_key(customer))]
    else:
        looked = mine.becomes(store.customer_item(customer))
        unlinked = []
    kept = found.seen(store.card_key(member), store.card_in)
    return Plan(wallet, [looked, *unlinked, *_card_writes(member, kept, wallet, now)])


def _card_writes(member: MemberId, kept: Seen[Card | None], wallet: Wallet, now: datetime) -> list[Write]:
    newest = next(iter(wallet.cards), None)
    if newest == kept.value:
        return []
    if newest is None:
        return [kept.goes(), outbox.put(CardGone(member_id=member), now)]
    return [kept.becomes(store.card_item(newest)), outbox.put(CardKept(member_id=member), now)]
