"""Asking a payer about a check (E1 to E4).

Asking is an effect outside the database, so each try is claimed on the check before the payer is called, and
what came of it is written only while that claim is still the latest. Killed anywhere, the check is due again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.eligibility import store
from functions.eligibility.events import CoverageCheckRequested
from functions.eligibility.inquiry import Inquiry
from functions.eligibility.models import OPEN_STATES, Check, CheckCoverage, CheckState, Coverage, Outcome
from functions.eligibility.models import Plan as HealthPlan
from functions.eligibility.payers.door import Payers
from functions.eligibility.payers.errors import PayerDown, PayerRefused, UnreadableAnswer
from functions.eligibility.rules import retries
from functions.eligibility.rules.member_number import MemberNumber, NumberMistake, read_member_number
from functions.eligibility.rules.rechecks import next_recheck
from functions.eligibility.rules.verdict import Verdict, judge
from functions.eligibility.settling import Covered, Result, settle
from functions.shared import log, outbox
from functions.shared.gate import MemberGate, NoGate
from functions.shared.ids import CheckId, MemberId
from functions.shared.places import zone
from functions.shared.problems import AccountClosed
from functions.shared.settings import setting
from functions.shared.table import Found, Key, get
from functions.shared.transact import Plan, transact

_ASKING = timedelta(minutes=3)
"""Of the last try: longer than a payer is waited for."""
_NO_LONGER = retries.PATIENCE + timedelta(hours=1)
"""A check this old is not asked any more: its tries have died, or the last of them came too late."""
_ANOTHER_NUMBER = Outcome(state=CheckState.NEEDS_CORRECTION, reason="number_does_not_fit", fields=("member_id",))


@dataclass(frozen=True)
class _Try:
    """One claimed try at asking: the check as claimed, what was entered, and the plan as it is now."""

    check: Check
    order: CheckCoverage
    plan: HealthPlan | None


@dataclass(frozen=True)
class _Question:
    """What the payer is asked for a check."""

    check: Check
    plan: HealthPlan
    number: MemberNumber
    inquiry: Inquiry


def ask(member: MemberId, check_id: CheckId, payers: Payers, now: datetime) -> None:
    """Ask the payer about an open check and keep what came of it; nothing where another try is under way."""
    try:
        claimed = _claim(member, check_id, now)
        if claimed is not None:
            settle(claimed.check, _result(claimed, payers, now), now)
    except AccountClosed:
        log.info("check_dropped", check_id=check_id)


def remind(member: MemberId, check_id: CheckId, now: datetime) -> None:
    """Let a check that is due be asked again: its payer was down, or whoever was asking died."""
    key = store.check_key(member, check_id)

    def decide(found: Found) -> Plan[None]:
        check = found.seen(key, store.check_in).value
        if check is None or not _waits_for_nobody(check, now):
            return Plan(None, ())
        return Plan(None, [outbox.put(CoverageCheckRequested(member_id=member, check_id=check_id), now)])

    try:
        transact(decide, gate=MemberGate(member), now=now, reads=[key])
    except AccountClosed:
        _no_longer_due(key, now)
        log.info("check_dropped", check_id=check_id)


def _no_longer_due(key: Key, now: datetime) -> None:
    """A check of somebody who has left is due for nothing; it stays until the erasure takes it."""

    def decide(found: Found) -> Plan[None]:
        seen = found.seen(key, store.check_in)
        if seen.value is None:
            return Plan(None, ())
        return Plan(None, [seen.becomes(store.check_item(seen.value, found[key]["sealed"], None))])  # type: ignore[index]

    transact(
        decide, gate=NoGate("the account is closed, and its check must not come up for ever"), now=now, reads=[key]
    )


def _waits_for_nobody(check: Check, now: datetime) -> bool:
    """Open, nobody is asking, and the time to try again has come."""
    until = max(check.asking_until or now, check.outcome.retry_at or now)
    return check.outcome.state in OPEN_STATES and until <= now


def _claim(member: MemberId, check_id: CheckId, now: datetime) -> _Try | None:
    key = store.check_key(member, check_id)
    item = get(key)
    if item is None:
        return None
    plan_item = get(store.plan_key(store.check_in(item).plan_id))
    health_plan = store.plan_in(plan_item) if plan_item else None

    def decide(found: Found) -> Plan[Check | None]:
        seen = found.seen(key, store.check_in)
        check = seen.value
        if check is None or not _waits_for_nobody(check, now):
            return Plan(None, ())
        # A try that dies comes again as patiently as one that finds the payer down.
        until = retries.next_try(check.attempts + 1, check.made_at, now) or now + _ASKING
        mine = check.model_copy(update={"attempts": check.attempts + 1, "asking_until": until})
        return Plan(mine, [seen.becomes(store.check_item(mine, item["sealed"], until))])

    mine = transact(decide, gate=MemberGate(member), now=now, reads=[key])
    return None if mine is None else _Try(mine, store.order_in(mine, item), health_plan)


def _inquiry(check: Check, order: CheckCoverage, number: MemberNumber, plan: HealthPlan, now: datetime) -> Inquiry:
    payer = plan.terms.payer
    return Inquiry(
        trace=check.id.replace("_", "-").upper(),
        payer_id=payer.id,
        payer_name=payer.name,
        provider_name=setting("ORGANISATION_NAME"),
        provider_npi=setting("ORGANISATION_NPI"),
        first_name=order.first_name,
        last_name=order.last_name,
        birth_date=order.date_of_birth,
        member_id=number.as_sent(plan.terms.member_numbers),
        service_types=payer.service_types,
        on=now.astimezone(zone(payer.zone)).date(),
        asked_at=now,
    )


def _result(claimed: _Try, payers: Payers, now: datetime) -> Result:
    """What a try comes to; the payer is asked unless that would be in vain."""
    check, order, plan = claimed.check, claimed.order, claimed.plan
    if plan is None or now - check.made_at > _NO_LONGER:
        return Result(Verdict.review("never_answered"))
    number = read_member_number(order.member_id, plan.terms.member_numbers)
    if isinstance(number, NumberMistake):  # the plan's rules have changed since it was entered
        return Result(Verdict(outcome=_ANOTHER_NUMBER))
    return _asked(_Question(check, plan, number, _inquiry(check, order, number, plan, now)), payers, now)


def _asked(question: _Question, payers: Payers, now: datetime) -> Result:
    """What the payer said, or its silence, came to."""
    check, payer = question.check, question.plan.terms.payer
    try:
        heard = payers.ask(question.inquiry, payer.door, one_service_per_question=payer.one_service_per_question)
    except PayerDown as down:
        return Result(_down(check, now, timedelta(seconds=down.retry_after or 0)))
    except PayerRefused as refused:
        log.warning("payer_refused", check_id=check.id, status=refused.status)
        return Result(Verdict.review("payer_refused"))
    except UnreadableAnswer:
        log.warning("answer_unreadable", check_id=check.id)
        return Result(Verdict.review("answer_unreadable"))
    verdict = judge(question.inquiry, question.number, heard.answer, question.plan.terms.family_rule)
    if verdict.benefits and not store.fits(check.member_id, verdict.benefits):
        return Result(Verdict.review("answer_too_large"))
    if verdict.outcome.state is CheckState.PAYER_UNAVAILABLE:
        return Result(_down(check, now))
    patient = heard.answer.patient
    claim = store.claim_of(question.inquiry, question.number, patient) if patient else None
    return Result(verdict, heard, claim, _covered_by(question, verdict, claim, now))


def _covered_by(question: _Question, verdict: Verdict, claim: str | None, now: datetime) -> Covered | None:
    if verdict.benefits is None or claim is None:
        return None
    terms = question.plan.terms
    coverage = Coverage(
        plan_id=question.plan.id,
        check_id=question.check.id,
        claim=claim,
        begins=verdict.benefits.begins,
        ends=verdict.benefits.ends,
        checked_at=now,
        asked_at=question.check.made_at,
        late_cancel_fee=terms.late_cancel_fee,
        coaching_pass=terms.coaching_pass,
    )
    again_at = next_recheck(question.check.member_id, terms.payer.zone, now)
    return Covered(coverage, verdict.benefits, terms.fees, again_at)


def _down(check: Check, now: datetime, at_least: timedelta = timedelta(0)) -> Verdict:
    at = retries.next_try(check.attempts, check.made_at, now, at_least)
    return Verdict.waits(at) if at else Verdict.review("payer_unavailable_too_long")
