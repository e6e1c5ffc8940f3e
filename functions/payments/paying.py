"""Paying: one way at a time, claimed before Stripe is asked, so that no two ways at once charge twice (P5).

All ways but Checkout share one PaymentIntent. It is made under a stored key, stored itself, and only then confirmed:
so whoever dies where, and whoever else is at it, there is one thing that money can come by, and Stripe lets it come
by that once. Another way first makes sure at Stripe that the former one is over; if it was paid, that is the answer.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from functions.payments import changes, payables, store
from functions.payments.cards import card_to_charge
from functions.payments.customers import customer_of
from functions.payments.fees import agree
from functions.payments.models import (
    CLOSED,
    Asked,
    AtStripe,
    Attempt,
    Card,
    CustomerId,
    Payable,
    PayableKind,
    PayableState,
    Progress,
    Way,
)
from functions.payments.problems import BeingCharged, InReview, NothingOwed, StripeDown, StripeRefused, TooLittle
from functions.payments.rules import LEFT_ALONE_FOR, LOOKED_AT_AFTER, TRIED_AGAIN_AFTER, can_be_repeated
from functions.payments.settling import close, look, settle
from functions.payments.stripe_account import For
from functions.shared.gate import MemberGate
from functions.shared.money import Cents
from functions.shared.problems import Busy, NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, Seen, Write
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

LEAST = Cents(50)
"""Stripe takes no less of a card."""
_ROUNDS = 4
"""How often another way that came in between is dealt with."""


class Outcome(NamedTuple):
    """Where paying stands: the payable, and what the member goes on with, if there is anything to do."""

    payable: Payable
    way: Way
    at: AtStripe | None = None


class Claim(NamedTuple):
    """A payable that is claimed: by which attempt, and by which try of it."""

    payable: Payable
    number: int
    tries: int

    @property
    def attempt(self) -> Attempt | None:
        """The attempt, unless another one has taken its place."""
        attempt = self.payable.attempt
        return attempt if attempt and attempt.number == self.number else None

    @property
    def may_charge(self) -> bool:
        """Whether this try has not been overtaken, and Stripe would still know it again."""
        return self.attempt is not None and self.attempt.tries == self.tries


class _InTheWay(Exception):  # noqa: N818 - named for what it is
    """Another way of paying has been begun."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.number)
        self.attempt = attempt


def pay(what: For, way: Way, key: str, stripe: "Stripe", now: datetime) -> Outcome:
    """Begin to pay, or go on with it; the same `key` again never charges a second time.

    Raises NotFound, NothingOwed, InReview, BeingCharged, TooLittle, NoCard, AccountClosed, StripeDown, StripeRefused.
    """
    stood = payables.standing(what.member, what.payable)
    if stood is None:
        raise NotFound
    if stood.kind is PayableKind.LATE_FEE and stood.appointment_id and stood.owed:
        agree(what.member, stood.appointment_id, stripe, now)
    card = card_to_charge(what.member) if way is Way.CARD_ON_FILE else None
    once = Idempotency(
        key=idempotency_key(setting("PAYMENTS_TABLE"), what.member, "pay", key),
        fingerprint=f"{what.payable} {way}",
        again=lambda result: _claimed_before(what, result),
    )
    claim, at = begin(what, way, stripe, now, once)
    if at is None or at.progress in {Progress.PAID, Progress.PROCESSING}:
        return Outcome(claim.payable, way, at)
    attempt = claim.attempt
    if card and attempt and claim.may_charge and can_be_repeated(_tried(attempt), now):
        at = confirmed(what, attempt, at, card, stripe, now, off_session=False)
    settled = settle(what.member, what.payable, at, stripe, now)
    return Outcome(settled or claim.payable, way, at)


def confirmed(  # noqa: PLR0913, PLR0917 - what is charged, with what, where and how
    what: For, attempt: Attempt, at: AtStripe, card: Card, stripe: "Stripe", now: datetime, *, off_session: bool
) -> AtStripe:
    """Charge a card on file. The key is that of this try: a function that died asks the same again, which charges once.

    What Stripe answers of an error is kept for the key, and the next who asks does so under another one; the
    PaymentIntent lets the money come once. Raises StripeDown and StripeRefused.
    """
    operation = attempt.try_operation(card.payment_method)
    try:
        return stripe.confirm(at.object_id, card.payment_method, operation, off_session=off_session)
    except (StripeDown, StripeRefused) as error:
        if error.answered:
            _met_an_error(what, attempt, now)
        raise


def _met_an_error(what: For, attempt: Attempt, now: datetime) -> None:
    def plan(found: Found) -> Plan[None]:
        stood = payables.seen(found, what.member, what.payable)
        stands = stood.value.attempt if stood.value else None
        if stood.value is None or stands is None or _number(stands) != _number(attempt):
            return Plan(None, ())
        met = stands.model_copy(update={"errors": stands.errors + 1})
        return Plan(None, _writes(stood, changes.claimed(stood.value, met)))

    key = store.payable_key(what.member, what.payable)
    transact(plan, gate=MemberGate(what.member), now=now, reads=[key])


def _number(attempt: Attempt) -> tuple[int, int, int]:
    return attempt.number, attempt.tries, attempt.errors


def _tried(attempt: Attempt) -> Asked:
    return attempt.asked.model_copy(update={"at": attempt.tried_at or attempt.asked.at, "spent": False})


def _claimed_before(what: For, result: str) -> Claim:
    payable = payables.standing(what.member, what.payable)
    if payable is None:
        raise NotFound
    number, _, tries = result.partition(".")
    return Claim(payable, int(number), int(tries))


def begin(
    what: For, way: Way, stripe: "Stripe", now: datetime, once: Idempotency[Claim] | None = None
) -> tuple[Claim, AtStripe | None]:
    """Claim a payable for one way of paying, and have what it is paid with at Stripe; None where there is none.

    There is none where nothing is owed any more, and where this very request was made before and another one
    has come after it.
    """
    for _ in range(_ROUNDS):
        try:
            claim = _claim(what, way, now, once)
        except _InTheWay as other:
            ended = settle(what.member, what.payable, closed := close(other.attempt, stripe, now), stripe, now)
            if ended and closed.progress is not Progress.OVER:
                return Claim(ended, 0, 0), closed
            continue
        once = None
        at = _at_stripe(claim.payable, claim.attempt, stripe, now) if claim.attempt else None
        if claim.attempt is None or (at and at.progress in {Progress.UNPAID, Progress.REQUIRES_ACTION}):
            return claim, at
        settled = settle(what.member, what.payable, at, stripe, now) if at else None
        if settled and at and at.progress is not Progress.OVER:
            return Claim(settled, 0, 0), at
    raise Busy


def _claim(what: For, way: Way, now: datetime, once: Idempotency[Claim] | None) -> Claim:
    def plan(found: Found) -> Plan[Claim]:
        stood = payables.seen(found, what.member, what.payable)
        if stood.value is None:
            raise NotFound
        attempt = _attempt(stood.value, way, now)
        if attempt is None:
            return Plan(Claim(stood.value, 0, 0), (), result="0.0")
        became = changes.claimed(stood.value, attempt)
        writes = [] if became == stood.value else _writes(stood, became)
        return Plan(Claim(became, attempt.number, attempt.tries), writes, result=f"{attempt.number}.{attempt.tries}")

    key = store.payable_key(what.member, what.payable)
    return transact(plan, gate=MemberGate(what.member), now=now, reads=[key], idempotency=once)


def _writes(stood: Seen[Payable | None], became: Payable) -> list[Write]:
    return [stood.becomes(store.payable_item(became))]


def _attempt(payable: Payable, way: Way, now: datetime) -> Attempt | None:
    """What `payable` is paid with in this way: what stands, or something new; None where there is nothing to pay.

    Raises what is in the way.
    """
    if payable.state in CLOSED:
        raise NothingOwed
    if payable.state is PayableState.IN_REVIEW:
        raise InReview
    stands, automatic = payable.attempt, way is Way.AUTOMATIC
    if not payable.owed or (automatic and (payable.charge_at is None or now < payable.charge_at)):
        return None
    if payable.owed < LEAST:
        raise TooLittle
    if stands and stands.way is Way.AUTOMATIC and not automatic:
        raise BeingCharged
    if stands and _fits(stands, payable, way, now):
        return _gone_on(stands, way, now)
    if stands and stands.object_id:
        raise _InTheWay(stands)
    number = payable.attempts + 1
    asked = Asked(operation=f"{payable.id}-{number}", at=now)
    return _gone_on(Attempt(number=number, way=way, cents=payable.owed, asked=asked, look_at=now), way, now)


def _fits(stands: Attempt, payable: Payable, way: Way, now: datetime) -> bool:
    """Whether this way goes on with what stands; what is charged automatically is nobody else's."""
    shared = {Way.APP, Way.CARD_ON_FILE}
    alike = stands.way is way or {stands.way, way} == shared
    known = stands.object_id is not None or can_be_repeated(stands.asked, now)
    return alike and known and stands.cents == payable.owed


def _gone_on(attempt: Attempt, way: Way, now: datetime) -> Attempt:
    """The attempt in the way that is chosen now: a wish of the member is another try, what goes on by itself is not."""
    if way is Way.AUTOMATIC:
        tried = {
            "tries": max(1, attempt.tries),
            "tried_at": attempt.tried_at or now,
            "look_at": now + TRIED_AGAIN_AFTER,
        }
    elif way is Way.CARD_ON_FILE:
        tried = {"tries": attempt.tries + 1, "tried_at": now, "look_at": now + LOOKED_AT_AFTER}
    else:
        tried = {"look_at": now + LOOKED_AT_AFTER}
    return attempt.model_copy(update={"way": way, **tried})


def _at_stripe(payable: Payable, attempt: Attempt, stripe: "Stripe", now: datetime) -> AtStripe | None:
    """What the payable is paid with: as it stands at Stripe, or made there. None where another took its place."""
    if attempt.object_id:
        return look(attempt, stripe)
    customer = customer_of(payable.member_id, stripe, now)
    try:
        made = _made(payable, attempt, customer, stripe)
    except (StripeDown, StripeRefused) as error:
        if error.answered:
            _became(payable, attempt.number, _spent, now)
        raise
    kept = _became(payable, attempt.number, lambda stood: stood.model_copy(update={"object_id": made.object_id}), now)
    return made if kept and kept.object_id == made.object_id else None


def _made(payable: Payable, attempt: Attempt, customer: CustomerId, stripe: "Stripe") -> AtStripe:
    about, operation = For(payable.member_id, payable.id), attempt.asked.operation
    if not attempt.by_page:
        return stripe.new_intent(about, customer, attempt.cents, operation)
    address = f"{setting('APP_URL').rstrip('/')}/payables/{payable.id}"
    return stripe.new_page(about, customer, attempt.cents, address, attempt.asked.at + LEFT_ALONE_FOR, operation)


def _spent(stood: Attempt) -> Attempt:
    return stood.model_copy(update={"asked": stood.asked.model_copy(update={"spent": True})})


def _became(payable: Payable, number: int, change: Callable[[Attempt], Attempt], now: datetime) -> Attempt | None:
    """Change the attempt of this number unless its id is known already; the attempt that stands then."""

    def plan(found: Found) -> Plan[Attempt | None]:
        stood = payables.seen(found, payable.member_id, payable.id)
        attempt = stood.value.attempt if stood.value else None
        if stood.value is None or attempt is None or attempt.number != number or attempt.object_id:
            return Plan(attempt if attempt and attempt.number == number else None, ())
        after = change(attempt)
        return Plan(after, _writes(stood, changes.claimed(stood.value, after)))

    key = store.payable_key(payable.member_id, payable.id)
    return transact(plan, gate=MemberGate(payable.member_id), now=now, reads=[key])
