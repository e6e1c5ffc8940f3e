"""Thirty days of coaching: bought or renewed by the member, running when Stripe says that it is paid (P2)."""

from datetime import datetime

from functions.payments import changes, payables, quoted, store
from functions.payments.models import Pass, Payable, PayableKind, PayableState
from functions.payments.problems import PassNotOffered, RenewedAhead
from functions.payments.rules import is_renewed_ahead, is_second_tap
from functions.payments.settling import activated
from functions.shared import log
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId, PayableId, new_id
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, get
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact

_NOTHING_SAID = "{}"
"""The body of every such request, so that no two differ."""


def buy(member: MemberId, key: str, now: datetime) -> Payable:
    """Begin to buy a pass, or to renew it: the purchase, to be paid; one that costs nothing runs at once.

    A purchase that is open already is given back, and so is one that was paid within the hour: two taps or two
    devices buy once. Raises CoverageRequired, PassNotOffered, RenewedAhead and AccountClosed.
    """
    purchase = PayableId(new_id("pas", now))
    pass_key = store.pass_key(member)

    def plan(found: Found) -> Plan[PayableId]:
        stood = found.seen(pass_key, store.pass_in)
        kept = stood.value or Pass()
        earlier = kept.purchase or (kept.bought if is_second_tap(kept.bought_at, now) else None)
        if earlier:
            return Plan(earlier, (), result=earlier)
        price, still_so = quoted.pass_price(member, found, now)
        if price is None:
            raise PassNotOffered
        if is_renewed_ahead(kept.runs_until, now):
            raise RenewedAhead
        state = PayableState.OPEN if price else PayableState.PAID
        bought = Payable(id=purchase, member_id=member, kind=PayableKind.PASS, amount=price, state=state, opened_at=now)
        opened = found.seen(store.payable_key(member, purchase), store.payable_in).becomes(store.payable_item(bought))
        if not price:
            return Plan(purchase, [opened, *activated(stood, bought, now), still_so], result=purchase)
        waits = kept.model_copy(update={"purchase": purchase})
        return Plan(purchase, [opened, stood.becomes(store.pass_item(waits)), still_so], result=purchase)

    once = Idempotency(
        key=idempotency_key(setting("PAYMENTS_TABLE"), member, "buy_pass", key),
        fingerprint=_NOTHING_SAID,
        again=PayableId,
    )
    reads = [pass_key, store.payable_key(member, purchase), quoted.pass_price_key(member)]
    bought = transact(plan, gate=MemberGate(member), now=now, reads=reads, idempotency=once)
    log.info("pass_purchase", payable_id=bought)
    found = payables.standing(member, bought)
    if found is None:
        raise NotFound
    return found


def pass_of(member: MemberId) -> Pass:
    """The member's pass; an empty one where they never had any."""
    item = get(store.pass_key(member))
    return store.pass_in(item) if item else Pass()


def void(purchase: Payable, now: datetime) -> None:
    """A purchase that nobody paid comes to nothing, so that another one can be begun."""
    pass_key, payable_key = store.pass_key(purchase.member_id), store.payable_key(purchase.member_id, purchase.id)

    def plan(found: Found) -> Plan[None]:
        stood = found.seen(payable_key, store.payable_in)
        if stood.value is None or stood.value.attempt or not stood.value.owed:
            return Plan(None, ())
        kept = found.seen(pass_key, store.pass_in)
        freed = (
            [kept.becomes(store.pass_item(kept.value.model_copy(update={"purchase": None})))]
            if kept.value and kept.value.purchase == purchase.id
            else []
        )
        return Plan(None, [stood.becomes(store.payable_item(changes.voided(stood.value).payable)), *freed])

    transact(plan, gate=MemberGate(purchase.member_id), now=now, reads=[pass_key, payable_key])
