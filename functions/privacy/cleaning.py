"""What the law kept goes when its time has come; last of all the key, and the mark that somebody left (D1)."""

from datetime import datetime

from functions.privacy import removing, rules, store
from functions.privacy.models import Erasure, ErasureState
from functions.shared import log
from functions.shared.gate import NoGate, gate_key
from functions.shared.ids import MemberId
from functions.shared.table import Found, get
from functions.shared.transact import Plan, transact
from functions.shared.vault import locks

_GONE = NoGate("the member is gone")


def clean_up(member: MemberId, now: datetime) -> None:
    """Remove what is no longer kept; safe to repeat and to kill anywhere. A legal hold puts it off, day by day."""
    item = get(store.erasure_key(member))
    if item is None or store.erasure_in(item).state is not ErasureState.COMPLETED:
        return
    erasure = store.erasure_in(item)
    with log.context(member_id=member, erasure_id=erasure.id):
        if get(store.hold_key(member)) is not None:
            _looks_again(member, erasure, now + rules.HELD_FOR, now)
            return
        removed = removing.clean_up(member, rules.left_on(erasure), now.date())
        log.info("kept_records_removed", count=removed)
        left = tuple(kept for kept in erasure.kept if rules.begins(kept.until) > now)
        if left:
            lasting = erasure.model_copy(update={"kept": left})
            _looks_again(member, lasting, min(rules.begins(kept.until) for kept in left), now)
        else:
            _forget(member, now)


def _looks_again(member: MemberId, erasure: Erasure, at: datetime, now: datetime) -> None:
    key = store.erasure_key(member)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(key, store.erasure_in)
        waits = erasure.model_copy(update={"next_at": at})
        return Plan(None, [seen.becomes(store.erasure_item(waits, None))])

    transact(plan, gate=_GONE, now=now, reads=[key])


def _forget(member: MemberId, now: datetime) -> None:
    """Nothing is kept any more: the key goes, the mark, and the erasure itself; unless a hold has come meanwhile."""
    key, hold = store.erasure_key(member), store.hold_key(member)
    last = [key, gate_key(member), *locks(member)]

    def plan(found: Found) -> Plan[bool]:
        held = found.seen(hold, store.hold_in)
        if held.value is not None:
            return Plan(False, ())
        seen = [found.seen(one, lambda item: item) for one in last]
        return Plan(True, [held.unchanged, *(one.goes() for one in seen if one.version is not None)])

    if transact(plan, gate=_GONE, now=now, reads=[*last, hold]):
        log.info("member_forgotten")
