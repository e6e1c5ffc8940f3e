"""Legal holds: why a member's records may not go yet, set and lifted by privacy officers (D2)."""

from datetime import datetime

from functions.privacy import rules, store
from functions.privacy.models import Erasure, ErasureState, Hold, HoldOrder
from functions.privacy.problems import ReviewInPast, ReviewTooFar
from functions.shared import log
from functions.shared.gate import KnownMember
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Put, Write, get
from functions.shared.transact import Plan, transact

HELD = "legal_hold"


def hold(member: MemberId, order: HoldOrder, by: str, now: datetime) -> Hold:
    """Stop erasure and clean-up of a member's records, or change the hold that is there.

    Raises ReviewInPast or ReviewTooFar.
    """
    if rules.begins(order.review_on) <= now:
        raise ReviewInPast
    if rules.begins(order.review_on) - now > rules.REVIEWED_WITHIN:
        raise ReviewTooFar
    key = store.hold_key(member)
    set_now = Hold(reason=order.reason, review_on=order.review_on, set_at=now, set_by=by)

    def plan(found: Found) -> Plan[Hold]:
        item = store.hold_item(set_now, member, rules.begins(order.review_on))
        return Plan(set_now, [found.seen(key, store.hold_in).becomes(item)])

    transact(plan, gate=KnownMember(member), now=now, reads=[key])
    log.info("legal_hold_set", member_id=member)
    return set_now


def hold_of(member: MemberId) -> Hold:
    """The hold on a member's records; raises NotFound."""
    item = get(store.hold_key(member))
    if item is None:
        raise NotFound
    return store.hold_in(item)


def lift(member: MemberId, now: datetime) -> None:
    """Let what waited go on with the next sweep; nothing happens where there is no hold."""
    key, waiting = store.hold_key(member), store.erasure_key(member)

    def plan(found: Found) -> Plan[bool]:
        held = found.seen(key, store.hold_in)
        if held.value is None:
            return Plan(False, ())
        writes: list[Write] = [held.goes(), *_let_go_on(found)]
        return Plan(True, writes)

    def _let_go_on(found: Found) -> list[Put]:
        erasure = found.seen(waiting, store.erasure_in)
        if not erasure.value or not _was_held(erasure.value):
            return []
        freed = erasure.value.model_copy(update={"next_at": now})
        return [erasure.becomes(store.erasure_item(freed, (found[waiting] or {}).get("sealed")))]

    if transact(plan, gate=KnownMember(member), now=now, reads=[key, waiting]):
        log.info("legal_hold_lifted", member_id=member)


def _was_held(erasure: Erasure) -> bool:
    return erasure.state is ErasureState.BLOCKED and erasure.blocked_by == HELD


def remind(member: MemberId, now: datetime) -> None:
    """The day of the review has come: somebody looks whether the hold is still needed. Said once a day until then."""
    key = store.hold_key(member)

    def plan(found: Found) -> Plan[bool]:
        seen = found.seen(key, store.hold_in)
        if seen.value is None:
            return Plan(False, ())
        return Plan(True, [seen.becomes(store.hold_item(seen.value, member, now + rules.HELD_FOR))])

    if transact(plan, gate=KnownMember(member), now=now, reads=[key]):
        log.warning("legal_hold_review_due", member_id=member)
