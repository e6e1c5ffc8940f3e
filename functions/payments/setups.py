"""Putting a card on file: one SetupIntent for each wish, whose permanent key is the member's Idempotency-Key (P1)."""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import cards, store
from functions.payments.customers import customer_of
from functions.payments.models import CardSetup, CustomerId, SetupId, SetupIntentId
from functions.payments.once import Once, asking
from functions.payments.problems import StripeRefused
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId, new_id
from functions.shared.settings import setting
from functions.shared.table import Found, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

_NOTHING_SAID = "{}"
"""The body of every such request, so that no two differ."""


def start(member: MemberId, key: str, stripe: "Stripe", now: datetime) -> CardSetup:
    """A SetupIntent for `member`; the same `key` again, whatever became of the first request, gives the same one.

    A customer who was deleted at Stripe, without our having heard of it, is replaced. Raises AccountClosed, StripeDown
    and StripeRefused.
    """
    setup = _wish(member, key, now)
    customer = customer_of(member, stripe, now)
    try:
        return _setup_intent(member, setup, customer, stripe, now)
    except StripeRefused:
        cards.look_again(customer, stripe, now)
        instead = customer_of(member, stripe, now)
        if instead == customer:
            raise
        return _setup_intent(member, setup, instead, stripe, now)


def _wish(member: MemberId, key: str, now: datetime) -> SetupId:
    fresh = SetupId(new_id("set", now))

    def plan(_: Found) -> Plan[SetupId]:
        item = store.setup_item(asking(now), now)
        return Plan(fresh, [new(store.setup_key(member, fresh), item)], result=fresh)

    once = Idempotency(
        key=idempotency_key(setting("PAYMENTS_TABLE"), member, "start_card_setup", key),
        fingerprint=_NOTHING_SAID,
        again=SetupId,
    )
    return transact(plan, gate=MemberGate(member), now=now, idempotency=once)


def _setup_intent(member: MemberId, setup: SetupId, customer: CustomerId, stripe: "Stripe", now: datetime) -> CardSetup:
    answered: list[CardSetup] = []

    def ask(operation: str) -> SetupIntentId:
        answered.append(stripe.new_setup(customer, operation))
        return answered[0].id

    intent = Once(member, store.setup_key(member, setup), store.setup_in, lambda stands: store.setup_item(stands, now))
    # One whose answer was lost needs no looking for: nobody has its secret, so it can never be used.
    made = intent.made(ask, look=lambda _: None, now=now)
    return next((setup for setup in answered if setup.id == made), None) or stripe.setup(made)
