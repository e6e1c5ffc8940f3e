"""A member asks to be erased, or staff for one who wrote to us; until it begins it can be taken back (D1)."""

from datetime import datetime, timedelta

from functions.privacy import rules, store
from functions.privacy.events import ErasureCancelled, ErasureRequested
from functions.privacy.models import (
    OPEN,
    AskedBy,
    CertificateId,
    Erasure,
    ErasureOrder,
    ErasureState,
)
from functions.privacy.problems import (
    ErasureHasBegun,
    ErasureUnderWay,
    ReceivedInFuture,
    ReceivedTooLongAgo,
    SignInAgain,
)
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import ErasureId, MemberId, new_id
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, Item, get
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact


def request(member: MemberId, signed_in_at: datetime | None, key: str, now: datetime) -> Erasure:
    """Ask for one's own erasure; the same `key` again gives the same answer.

    Raises SignInAgain unless the member signed in within ten minutes, or ErasureUnderWay.
    """
    if not rules.is_recent(signed_in_at, now):
        raise SignInAgain
    once = Idempotency(
        key=idempotency_key(setting("PRIVACY_TABLE"), member, "request_erasure", key),
        fingerprint="erasure",
        again=lambda _: erasure_of(member),
    )
    return _request(member, _asked(AskedBy.MEMBER, now, now), once, now)


def request_for(member: MemberId, order: ErasureOrder, by: str, key: str, now: datetime) -> Erasure:
    """Ask for the erasure of a member who wrote to us; one that is blocked is tried again at once.

    The same `key` again gives the same answer. Raises ReceivedInFuture, ReceivedTooLongAgo,
    ErasureUnderWay, or AccountClosed for somebody who is gone.
    """
    received = rules.begins(order.received_on)
    if received > now:
        raise ReceivedInFuture
    if now - received > rules.RECEIVED_WITHIN:
        raise ReceivedTooLongAgo
    item = get(store.erasure_key(member))
    if item and store.erasure_in(item).state is ErasureState.BLOCKED:
        return _again(member, now)
    asked = _asked(AskedBy.STAFF, received, now).model_copy(update={"identity_checked": order.identity_checked})
    once = Idempotency(
        key=idempotency_key(setting("PRIVACY_TABLE"), by, "request_erasure_for", key),
        fingerprint=f"{member}#{order.model_dump_json()}",
        again=lambda _: erasure_of(member),
    )
    return _request(member, asked, once, now)


def cancel(member: MemberId, now: datetime) -> Erasure:
    """Stay after all; nothing happens where it is cancelled already.

    Raises NotFound, ErasureHasBegun, or AccountClosed.
    """
    key = store.erasure_key(member)

    def plan(found: Found) -> Plan[Erasure]:
        seen = found.seen(key, store.erasure_in)
        if seen.value is None:
            raise NotFound
        if seen.value.state is ErasureState.CANCELLED:
            return Plan(seen.value, ())
        if not rules.may_be_cancelled(seen.value):
            raise ErasureHasBegun
        ended = {"state": ErasureState.CANCELLED, "ended_at": now, "next_at": None, "blocked_by": None}
        cancelled = seen.value.model_copy(update=ended)
        told = outbox.put(ErasureCancelled(member_id=member, erasure_id=cancelled.id), now)
        return Plan(cancelled, [seen.becomes(store.erasure_item(cancelled, None)), told])

    cancelled = transact(plan, gate=MemberGate(member), now=now, reads=[key])
    log.info("erasure_cancelled", erasure_id=cancelled.id)
    return cancelled


def erasure_of(member: MemberId) -> Erasure:
    """Where a member's erasure stands, the last that was asked for; raises NotFound."""
    item = get(store.erasure_key(member))
    if item is None:
        raise NotFound
    return store.erasure_in(item)


def _asked(by: AskedBy, received: datetime, now: datetime) -> Erasure:
    days = int(setting("ERASURE_COOLING_OFF_DAYS"))
    runs_at = now + timedelta(days=days)
    return Erasure(
        id=ErasureId(new_id("era", now)),
        certificate_id=CertificateId(new_id("cer", now)),
        state=ErasureState.COOLING_OFF if days else ErasureState.REQUESTED,
        asked_by=by,
        requested_at=now,
        runs_at=runs_at,
        deadline=rules.deadline(received),
        next_at=runs_at,
    )


def _request(member: MemberId, asked: Erasure, once: Idempotency[Erasure], now: datetime) -> Erasure:
    key = store.erasure_key(member)

    def plan(found: Found) -> Plan[Erasure]:
        seen = found.seen(key, store.erasure_in)
        if seen.value and seen.value.state in OPEN:
            raise ErasureUnderWay
        told = outbox.put(ErasureRequested(member_id=member, erasure_id=asked.id), now)
        return Plan(asked, [seen.becomes(store.erasure_item(asked, None)), told], result=asked.id)

    asked = transact(plan, gate=MemberGate(member), now=now, reads=[key], idempotency=once)
    log.info("erasure_requested", erasure_id=asked.id, state=asked.state)
    return asked


def _again(member: MemberId, now: datetime) -> Erasure:
    """Let the sweep try once more, with new patience."""
    key = store.erasure_key(member)

    def plan(found: Found) -> Plan[Erasure]:
        seen = found.seen(key, store.erasure_in)
        if seen.value is None or seen.value.state is not ErasureState.BLOCKED:
            raise ErasureUnderWay
        again = seen.value.model_copy(update={"tries": 0, "next_at": now})
        return Plan(again, [seen.becomes(store.erasure_item(again, _sealed(found[key])))])

    return transact(plan, gate=NoGate("the gate may have closed for this erasure"), now=now, reads=[key])


def _sealed(item: Item | None) -> bytes | None:
    sealed: bytes | None = (item or {}).get("sealed")
    return sealed
