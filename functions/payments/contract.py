"""What other domains may read of this one."""

from datetime import datetime

from functions.payments import rules, store
from functions.payments.models import PayableKind, PayableState
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.table import Item, Key, get

__all__ = [
    "CardOnFile",
    "PayableKind",
    "PayableNow",
    "PayableState",
    "StatementNow",
    "card_in",
    "card_key",
    "pass_key",
    "pass_now",
    "pass_running",
    "payable_now",
    "statement_now",
]


class CardOnFile(Record):
    """A member's card, as far as a decision needs it."""

    usable: bool
    """It has not expired and is not being removed; only Stripe can say whether a charge succeeds."""


def card_key(member: MemberId) -> Key:
    """Where the member's card stands, to be read along with what else a decision needs."""
    return store.card_key(member)


def card_in(item: Item, now: datetime) -> CardOnFile:
    """The card in an item, judged at `now`."""
    return CardOnFile(usable=rules.usable(store.card_in(item), now))


def pass_key(member: MemberId) -> Key:
    """Where the member's coaching pass stands, to be read along with what else a decision needs."""
    return store.pass_key(member)


def pass_running(item: Item, now: datetime) -> bool:
    """Whether the pass in an item runs at `now`. A pass only ever grows, so it needs no condition."""
    until = store.pass_in(item).runs_until
    return until is not None and now < until


def pass_now(member: MemberId) -> datetime | None:
    """Until when the member's pass runs, or ran; None where there never was one. One read."""
    item = get(store.pass_key(member))
    return store.pass_in(item).runs_until if item else None


class PayableNow(Record):
    """Something that a member pays for, as it is now."""

    kind: PayableKind
    state: PayableState
    amount: Cents
    owed: Cents
    paid: Cents
    refunded: Cents
    appointment_id: AppointmentId | None
    charge_at: Instant | None


def payable_now(member: MemberId, payable_id: PayableId) -> PayableNow | None:
    """Where a payable stands; None when there is none. One read."""
    item = get(store.payable_key(member, payable_id))
    return PayableNow.model_validate(store.payable_in(item), from_attributes=True) if item else None


class StatementNow(Record):
    """The bill of a session, as far as a letter about it needs it."""

    changed: bool
    """The member was asked for another amount before."""
    self_pay: bool
    """No plan was told of the session: what is asked is the member's alone."""


def statement_now(member: MemberId, payable_id: PayableId) -> StatementNow | None:
    """The statement behind a payable; None when there is none. One read."""
    item = get(store.statement_key(member, payable_id))
    if item is None:
        return None
    billed = store.statement_in(item)
    return StatementNow(changed=billed.is_changed, self_pay=billed.statement.self_pay)
