"""The table of this domain: where each item stands. Nothing in it names a person or a whole card number."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from functions.payments.claims import Billed, BilledSession, StatementNoticeId
from functions.payments.ledger import Entry
from functions.payments.models import (
    Asked,
    Card,
    CustomerId,
    Pass,
    Payable,
    Refund,
    RefundId,
    SetupId,
    SetupIntentId,
)
from functions.payments.rules import due_at
from functions.shared.due import due
from functions.shared.ids import AppointmentId, MemberId, PayableId
from functions.shared.instants import loaded, stored, ttl
from functions.shared.settings import setting
from functions.shared.table import Item, Key, Put, new, partition

PAYABLE_DUE, REFUND_DUE = "payable", "refund"
"""What the sweep of this table finds: an item's `due`."""

_SETUP_KEPT = timedelta(days=3)
"""Longer than an idempotency key of ours stands for it."""
_NOTICE_KEPT = timedelta(days=40)
"""The statement tool tells again for days, too."""
_SESSION_KEPT = timedelta(days=8 * 365)
"""Longer than plans reopen a claim, and than the law keeps what it is for."""


def _key(pk: str, sk: str) -> Key:
    return Key(setting("PAYMENTS_TABLE"), pk, sk)


# Keys


def customer_key(member: MemberId) -> Key:
    """Where it stands which customer the member is at Stripe."""
    return _key(f"MBR#{member}", "CUSTOMER")


def owner_key(customer: CustomerId) -> Key:
    """Where it stands which member a customer is."""
    return _key(f"CUSTOMER#{customer}", "CUSTOMER")


def card_key(member: MemberId) -> Key:
    """Where the member's card stands."""
    return _key(f"MBR#{member}", "CARD")


def setup_key(member: MemberId, setup: SetupId) -> Key:
    """Where a member's wish to put a card on file stands."""
    return _key(f"MBR#{member}", f"SETUP#{setup}")


def looked_key() -> Key:
    """Where it stands how far Stripe's list of events has been looked through."""
    return _key("STRIPE_EVENTS", "LOOKED")


def payable_key(member: MemberId, payable: PayableId) -> Key:
    """Where something that a member pays for stands."""
    return _key(f"MBR#{member}", f"PAYABLE#{payable}")


def entry_key(member: MemberId, cause: str) -> Key:
    """Where it stands what one cause did to the member's accounts."""
    return _key(f"MBR#{member}", f"ENTRY#{cause}")


def refund_key(member: MemberId, refund: RefundId) -> Key:
    """Where a refund stands."""
    return _key(f"MBR#{member}", f"REFUND#{refund}")


def pass_key(member: MemberId) -> Key:
    """Where the member's pass stands."""
    return _key(f"MBR#{member}", "PASS")


def session_key(member: MemberId, appointment: AppointmentId) -> Key:
    """Where it stands that the statement tool has been told of a session."""
    return _key(f"MBR#{member}", f"SESSION#{appointment}")


def session_owner_key(appointment: AppointmentId) -> Key:
    """Where it stands whose session that is."""
    return _key(f"SESSION#{appointment}", "SESSION")


def statement_key(member: MemberId, payable: PayableId) -> Key:
    """Where the statement of a session stands, in its latest revision."""
    return _key(f"MBR#{member}", f"STATEMENT#{payable}")


def notice_key(notice: StatementNoticeId) -> Key:
    """Where it stands what the statement tool has told, as it came."""
    return _key(f"STATEMENTS#{notice}", "EVENT")


# Items


def customer_item(standing: CustomerId | Asked) -> Item:
    """A customer, or that Stripe has been asked for one."""
    return _asked_item(standing) if isinstance(standing, Asked) else {"customer_id": standing}


def customer_in(item: Item) -> CustomerId | Asked:
    """The customer in an item, or what Stripe has been asked."""
    return CustomerId(item["customer_id"]) if "customer_id" in item else _asked_in(item)


def setup_item(standing: SetupIntentId | Asked, now: datetime) -> Item:
    """A SetupIntent, or that Stripe has been asked for one; never its secret."""
    kept = _asked_item(standing) if isinstance(standing, Asked) else {"setup_intent": standing}
    return {**kept, "ttl": ttl(now, _SETUP_KEPT)}


def setup_in(item: Item) -> SetupIntentId | Asked:
    """The SetupIntent in an item, or what Stripe has been asked."""
    return SetupIntentId(item["setup_intent"]) if "setup_intent" in item else _asked_in(item)


def _asked_item(asked: Asked) -> Item:
    return {"operation": asked.operation, "asked_at": stored(asked.at), "spent": asked.spent}


def _asked_in(item: Item) -> Asked:
    return Asked(operation=item["operation"], at=loaded(item["asked_at"]), spent=item["spent"])


def owner_item(member: MemberId) -> Item:
    """Whose a customer is."""
    return {"member": member}


def owner_in(item: Item) -> MemberId:
    """Whose a customer is."""
    return MemberId(item["member"])


def card_item(card: Card) -> Item:
    """A card on file."""
    return card.model_dump(exclude_defaults=True)


def card_in(item: Item) -> Card:
    """The card in an item."""
    return Card.model_validate(item)


def looked_item(until: datetime) -> Item:
    """Up to when Stripe's list of events has been looked through."""
    return {"until": stored(until)}


def looked_in(item: Item) -> datetime:
    """Up to when Stripe's list of events has been looked through."""
    return loaded(item["until"])


def payable_item(payable: Payable, *, waits: bool = True) -> Item:
    """A payable; due while something has to be done for it that nobody else begins, unless it `waits` for nothing."""
    at = due_at(payable) if waits else None
    is_due = due(PAYABLE_DUE, at, payable.id) if at else {}
    return {"payable": payable.model_dump_json(exclude_none=True), "state": payable.state.value, **is_due}


def payable_in(item: Item) -> Payable:
    """The payable in an item."""
    return Payable.model_validate_json(item["payable"])


def entry_put(member: MemberId, entry: Entry, now: datetime) -> Put:
    """The write of a ledger entry; the database refuses a second one for the same cause."""
    lines = [line.model_dump(mode="json") for line in entry.lines]
    return new(entry_key(member, entry.cause), {"payable": entry.payable_id, "lines": lines, "at": stored(now)})


def refund_item(refund: Refund) -> Item:
    """A refund; due while Stripe has not said how it ends."""
    waits = {} if refund.is_over else due(REFUND_DUE, refund.look_at, refund.id)
    return {"refund": refund.model_dump_json(exclude_none=True), "payable": refund.payable_id, **waits}


def refund_in(item: Item) -> Refund:
    """The refund in an item."""
    return Refund.model_validate_json(item["refund"])


def pass_item(kept: Pass) -> Item:
    """A member's pass."""
    return {"pass": kept.model_dump_json(exclude_none=True)}


def pass_in(item: Item) -> Pass:
    """The pass in an item."""
    return Pass.model_validate_json(item["pass"])


def told_item(told_at: datetime | None) -> Item:
    """A session that the statement tool is told of, or was."""
    return {"told_at": stored(told_at) if told_at else None}


def told_in(item: Item) -> datetime | None:
    """When the statement tool heard of a session; None while it has not."""
    return loaded(item["told_at"]) if "told_at" in item else None


def session_owner_item(session: BilledSession, now: datetime) -> Item:
    """Whose a session is, and who was to pay for it."""
    return {"session": session.model_dump_json(), "ttl": ttl(now, _SESSION_KEPT)}


def session_owner_in(item: Item) -> BilledSession:
    """Whose a session is, and who was to pay for it."""
    return BilledSession.model_validate_json(item["session"])


def notice_item(notice: str, now: datetime) -> Item:
    """What the statement tool told, as far as we know its fields: ids, codes, dates and amounts alone."""
    return {"notice": notice, "ttl": ttl(now, _NOTICE_KEPT)}


def notice_in(item: Item) -> str:
    """What the statement tool told."""
    return str(item["notice"])


def statement_item(billed: Billed) -> Item:
    """A statement."""
    return {"billed": billed.model_dump_json(by_alias=True, exclude_none=True)}


def statement_in(item: Item) -> Billed:
    """The statement in an item."""
    return Billed.model_validate_json(item["billed"])


# Look-ups


def payables_of(member: MemberId) -> list[Payable]:
    """Everything that a member ever paid for or has to, the latest first."""
    found = [payable_in(item) for item in _all_of(f"MBR#{member}", "PAYABLE#")]
    return sorted(found, key=lambda payable: (payable.opened_at, payable.id), reverse=True)


def told_of(member: MemberId) -> set[AppointmentId]:
    """The sessions of a member that the statement tool has heard of."""
    found = _all_of(f"MBR#{member}", "SESSION#")
    return {AppointmentId(item["sk"].removeprefix("SESSION#")) for item in found if told_in(item)}


def refunds_of(member: MemberId) -> list[Refund]:
    """A member's refunds, oldest first."""
    return [refund_in(item) for item in _all_of(f"MBR#{member}", "REFUND#")]


def _all_of(pk: str, begins: str) -> Iterator[Item]:
    return partition(setting("PAYMENTS_TABLE"), pk, begins)
