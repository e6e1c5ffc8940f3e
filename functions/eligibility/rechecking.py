"""A coverage is looked at again each month, without its member (E8): asked with what the last check was asked with.

The sweep only says that a coverage is due; whoever may open members' records starts the check. Killed anywhere, the
coverage is due again within minutes; brought twice, the second finds another version of it and leaves it alone.
"""

from datetime import datetime, timedelta

from functions.eligibility import store
from functions.eligibility.events import CoverageCheckRequested, CoverageRecheckDue
from functions.eligibility.models import NOT_ASKED_YET, OPEN_STATES, Check, CheckCoverage, Coverage
from functions.eligibility.rules.rechecks import next_recheck
from functions.eligibility.rules.retries import FIRST_LOOK
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import CheckId, MemberId, new_id
from functions.shared.problems import AccountClosed
from functions.shared.table import Found, Item, Key, get, new
from functions.shared.transact import Plan, transact
from functions.shared.vault import Retention, key_of, unlock
from functions.shared.words import Language

_AFTER_THEIRS = timedelta(days=1)
"""So long a check of the member's own, whose payer has not answered yet, is left alone."""


def bring_up(member: MemberId, now: datetime) -> None:
    """Let a coverage that is due be looked at again; nothing becomes due any more for somebody who has left."""
    key = store.coverage_key(member)

    def decide(found: Found) -> Plan[None]:
        seen = found.seen(key, store.coverage_in)
        if seen.value is None or seen.version is None:
            return Plan(None, ())
        return Plan(None, [outbox.put(CoverageRecheckDue(member_id=member, coverage_version=seen.version), now)])

    try:
        transact(decide, gate=MemberGate(member), now=now, reads=[key])
    except AccountClosed:
        _no_longer_due(key, now)
        log.info("recheck_dropped", member_id=member)


def look_again(member: MemberId, version: int, now: datetime) -> None:
    """Start a check of the coverage that is still at `version`, and say when the next one is due.

    It counts against no limit, for the member did not ask. A check of their own that waits for a payer goes first.
    """
    item = get(store.coverage_key(member))
    if item is None or item["v"] != version:
        return
    try:
        _look_again(member, item, now)
    except AccountClosed:  # the sweep finds it once more, and lets it be due for nothing
        log.info("recheck_dropped", member_id=member)


def _look_again(member: MemberId, item: Item, now: datetime) -> None:
    coverage = store.coverage_in(item)
    if coverage is None:
        return
    key, plan_key = store.coverage_key(member), store.plan_key(coverage.plan_id)
    entered_key, profile_key = store.check_key(member, coverage.check_id), store.profile_key(member)
    newest, fresh = store.newest_check(member), CheckId(new_id("chk", now))
    waits = newest is not None and newest.outcome.state in OPEN_STATES

    def decide(found: Found) -> Plan[None]:
        seen = found.seen(key, store.coverage_in)
        plan, entered = found.seen(plan_key, store.plan_in).value, found.seen(entered_key, store.check_in)
        if seen.value is None or seen.version != item["v"]:
            return Plan(None, ())
        if waits:
            return Plan(None, [seen.becomes(store.coverage_item(coverage, now + _AFTER_THEIRS))])
        if plan is None or entered.value is None:
            log.warning("recheck_impossible", member_id=member)
            return Plan(None, [seen.becomes(store.coverage_item(coverage))])
        unlock(member, Retention.ERASABLE, found)
        order = store.order_in(entered.value, found[entered_key] or {})
        profile = found[profile_key]
        check = _check(fresh, member, coverage, _language(order, profile), now)
        again_at = next_recheck(member, plan.terms.payer.zone, now)
        return Plan(
            None,
            [
                new(
                    store.check_key(member, fresh),
                    store.check_item(check, store.sealed_order(check, order), now + FIRST_LOOK),
                ),
                seen.becomes(store.coverage_item(coverage, again_at)),
                outbox.put(CoverageCheckRequested(member_id=member, check_id=fresh), now),
            ],
        )

    reads = [key, plan_key, entered_key, profile_key, key_of(member, Retention.ERASABLE)]
    transact(decide, gate=MemberGate(member), now=now, reads=reads)


def _check(check: CheckId, member: MemberId, coverage: Coverage, language: Language, now: datetime) -> Check:
    return Check(
        id=check,
        member_id=member,
        plan_id=coverage.plan_id,
        language=language,
        made_at=now,
        by_us=True,
        outcome=NOT_ASKED_YET,
    )


def _language(order: CheckCoverage, profile: Item | None) -> Language:
    """The one they read now, which may be another than when they entered their card."""
    return Language(profile["language"]) if profile else order.language


def _no_longer_due(key: Key, now: datetime) -> None:
    def decide(found: Found) -> Plan[None]:
        seen = found.seen(key, store.coverage_in)
        return Plan(None, [] if seen.value is None else [seen.becomes(store.coverage_item(seen.value))])

    gate = NoGate("the account is closed, and its coverage must not come up for ever")
    transact(decide, gate=gate, now=now, reads=[key])
