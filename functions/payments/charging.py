"""What happens to a payable by itself: a late fee is charged off session, what was left is looked at or closed (P3).

Each step asks scheduling and Stripe what is true, and writes it; so it is safe to repeat and to kill anywhere.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments import changes, passes, payables, store
from functions.payments.cards import card_to_charge
from functions.payments.events import PaymentFailed
from functions.payments.fees import agree
from functions.payments.models import Attempt, Payable, PayableKind, PaymentFailure, Progress, Way
from functions.payments.paying import begin, confirmed
from functions.payments.problems import NoCard, NothingOwed
from functions.payments.rules import LEFT_ALONE_FOR, LOOKED_AT_AFTER
from functions.payments.settling import close, look, settle
from functions.payments.stripe_account import For
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import MemberId, PayableId
from functions.shared.problems import AccountClosed
from functions.shared.table import Found, Write
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

_LEAVES = NoGate("the account is closed, and its payables must not come up for ever")


def attend(member: MemberId, payable_id: PayableId, stripe: "Stripe", now: datetime) -> None:
    """Do what is due for a payable. Nothing once its member leaves: leaving closes everything itself.

    Raises StripeDown and StripeRefused.
    """
    payable = payables.standing(member, payable_id)
    if payable is None:
        return
    try:
        _attend(payable, stripe, now)
    except AccountClosed:
        _no_longer_due(member, payable_id, now)
        log.info("payable_of_closed_account", payable_id=payable_id)


def _no_longer_due(member: MemberId, payable_id: PayableId, now: datetime) -> None:
    """What somebody who leaves would pay is due for nothing more; leaving closes it, weeks later perhaps."""
    key = store.payable_key(member, payable_id)

    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, member, payable_id)
        if stood.value is None:
            return Plan(None, ())
        return Plan(None, [stood.becomes(store.payable_item(stood.value, waits=False))])

    transact(plan, gate=_LEAVES, now=now, reads=[key])


def _attend(payable: Payable, stripe: "Stripe", now: datetime) -> None:
    attempt = payable.attempt
    if payable.kind is PayableKind.LATE_FEE and payable.owed and payable.charge_at and payable.charge_at <= now:
        charge(payable, stripe, now)
    elif attempt and (attempt.look_at <= now or not payable.owed):
        _look(payable, attempt, stripe, now)
    elif attempt is None and payable.kind is PayableKind.PASS and payable.opened_at + LEFT_ALONE_FOR <= now:
        passes.void(payable, now)


def _look(payable: Payable, attempt: Attempt, stripe: "Stripe", now: datetime) -> None:
    """What a member began to pay: written when it has ended, closed when it is left alone, else looked at again."""
    left_alone = attempt.asked.at + LEFT_ALONE_FOR <= now or not payable.owed
    if attempt.object_id is None:
        if left_alone:
            _write(payable, lambda stood: changes.released(stood) if stood.attempt == attempt else stood, now)
            return
    else:
        at = look(attempt, stripe)
        if left_alone and at.progress in {Progress.UNPAID, Progress.REQUIRES_ACTION}:
            at = close(attempt, stripe, now)
        settle(payable.member_id, payable.id, at, stripe, now)
        if at.progress in {Progress.PAID, Progress.OVER}:
            return
    later = attempt.model_copy(update={"look_at": now + LOOKED_AT_AFTER})
    _write(payable, lambda stood: changes.claimed(stood, later) if stood.attempt == attempt else stood, now)


def charge(payable: Payable, stripe: "Stripe", now: datetime) -> None:
    """Charge a late fee to the card on file while the member is away, if it is still owed and may be charged.

    A card that does not pay leaves the balance, and an event that tells the member; nothing is tried again by itself.
    Raises AccountClosed, StripeDown and StripeRefused.
    """
    stands = agree(payable.member_id, payable.appointment_id, stripe, now) if payable.appointment_id else None
    if stands is None:
        log.warning("fee_unknown", payable_id=payable.id)
        return
    try:
        card = card_to_charge(stands.member_id)
    except NoCard:
        if _under_way(stands, stripe, now):
            return
        log.info("declined", payable_id=stands.id, code=PaymentFailure.NO_CARD)
        _not_charged(stands, now)
        return
    what = For(stands.member_id, stands.id)
    try:
        claim, at = begin(what, Way.AUTOMATIC, stripe, now)
    except NothingOwed:
        return
    attempt = claim.attempt
    if at is None or attempt is None or at.progress in {Progress.PAID, Progress.PROCESSING}:
        return
    if not at.failure:
        at = confirmed(what, attempt, at, card, stripe, now, off_session=True)
    if at.progress in {Progress.UNPAID, Progress.REQUIRES_ACTION}:
        ended = close(attempt.model_copy(update={"object_id": at.object_id}), stripe, now)
        at = ended.model_copy(update={"failure": at.failure or PaymentFailure.DECLINED})
    settle(stands.member_id, stands.id, at, stripe, now)


def _under_way(payable: Payable, stripe: "Stripe", now: datetime) -> bool:
    """Whether an earlier try has the money or is getting it; a try that died before it knew has it, too."""
    if payable.attempt is None or payable.attempt.object_id is None:
        return False
    at = look(payable.attempt, stripe)
    settle(payable.member_id, payable.id, at, stripe, now)
    return at.progress in {Progress.PAID, Progress.PROCESSING}


def _not_charged(payable: Payable, now: datetime) -> None:
    """There is no card: the member is told, and pays in another way."""

    def change(stood: Payable) -> Payable:
        return changes.not_charged(stood, PaymentFailure.NO_CARD) if stood.charge_at and stood.owed else stood

    event = PaymentFailed(member_id=payable.member_id, payable_id=payable.id)
    _write(payable, change, now, outbox.put(event, now))


def _write(payable: Payable, change: Callable[[Payable], Payable], now: datetime, *along: Write) -> None:
    """Change a payable without a word to the ledger; nothing where it stays as it is."""

    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, payable.member_id, payable.id)
        after = change(stood.value) if stood.value else None
        if after is None or after == stood.value:
            return Plan(None, ())
        return Plan(None, [stood.becomes(store.payable_item(after)), *along])

    key = store.payable_key(payable.member_id, payable.id)
    transact(plan, gate=MemberGate(payable.member_id), now=now, reads=[key])
