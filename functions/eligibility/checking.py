"""Verifying coverage: a check is stored, the payer is asked, the answer is judged and kept (E1 to E4).

Asking is an effect outside the database, so each try is claimed on the check before the payer is called, and
what came of it is written only while that claim is still the latest. Killed anywhere, the check is due again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.eligibility import store
from functions.eligibility.events import CoverageCheckChanged, CoverageCheckRequested
from functions.eligibility.inquiry import Inquiry
from functions.eligibility.models import (
    OPEN_STATES,
    Check,
    CheckCoverage,
    CheckState,
    Coverage,
    Outcome,
    Profile,
)
from functions.eligibility.models import Plan as HealthPlan
from functions.eligibility.payers.door import Heard, Payers
from functions.eligibility.payers.errors import PayerDown, PayerRefused, UnreadableAnswer
from functions.eligibility.problems import (
    NOT_BORN_YET,
    UNKNOWN_PLAN,
    ProfileFirst,
    TooManyChecks,
    TooYoung,
    wrong_number,
)
from functions.eligibility.rules import retries
from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.member_number import MemberNumber, NumberMistake, read_member_number
from functions.eligibility.rules.person import of_age
from functions.eligibility.rules.verdict import Verdict, judge
from functions.shared import log, outbox
from functions.shared.blind import blind
from functions.shared.gate import MemberGate
from functions.shared.ids import CheckId, MemberId, new_id
from functions.shared.places import zone
from functions.shared.problems import AccountClosed, Invalid, NotFound
from functions.shared.settings import setting
from functions.shared.table import Condition, Delete, Found, Put, Write, get, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact
from functions.shared.vault import Retention, key_of, unlock

CHECKS_A_DAY = 10
_FIRST_LOOK = timedelta(minutes=2)
"""A requested check that no queue has brought by then is taken up by the sweeper."""
_ASKING = timedelta(minutes=3)
"""Longer than a payer is waited for; after it, whoever claimed the try is taken to have died."""
_NOT_ASKED_YET = Outcome(state=CheckState.PENDING, reason="not_asked_yet")


# A member asks


def start(member: MemberId, order: CheckCoverage, key: str, now: datetime) -> Check:
    """Store a check and let the payer be asked; the same `key` again gives the same check.

    Raises ProfileFirst, TooManyChecks, TooYoung (and then forgets the profile too), or Invalid naming each
    field that cannot be right.
    """
    fresh = CheckId(new_id("chk", now))
    profile, plan, asked = store.profile_key(member), store.plan_key(order.plan_id), store.asked_key(member, now)
    reads = [profile, plan, asked, key_of(member, Retention.ERASABLE)]

    def decide(found: Found) -> Plan[Check]:
        unlock(member, Retention.ERASABLE, found)
        health_plan, counted = found.seen(plan, store.plan_in), found.seen(asked, store.count_in)
        _admit(order, found.seen(profile, lambda item: store.profile_in(member, item)).value, health_plan.value, now)
        if (counted.value or 0) >= CHECKS_A_DAY:
            raise TooManyChecks
        check = Check(
            id=fresh,
            member_id=member,
            plan_id=order.plan_id,
            language=order.language,
            made_at=now,
            outcome=_NOT_ASKED_YET,
        )
        item = store.check_item(check, store.sealed_order(check, order), now + _FIRST_LOOK)
        return Plan(
            check,
            [
                new(store.check_key(member, fresh), item),
                counted.becomes(store.asked_item((counted.value or 0) + 1, now)),
                outbox.put(CoverageCheckRequested(member_id=member, check_id=fresh), now),
            ],
            result=fresh,
        )

    once = Idempotency(
        key=idempotency_key(setting("ELIGIBILITY_TABLE"), member, "check_coverage", key),
        fingerprint=blind("fingerprint", order.model_dump_json()),
        again=lambda result: check_of(member, CheckId(result)),
    )
    try:
        return transact(decide, gate=MemberGate(member), now=now, reads=reads, idempotency=once)
    except TooYoung:
        _forget_profile(member, now)
        raise


def check_of(member: MemberId, check: CheckId) -> Check:
    """A member's own check; raises NotFound for any other."""
    item = get(store.check_key(member, check))
    if item is None:
        raise NotFound
    return store.check_in(item)


def _admit(order: CheckCoverage, profile: Profile | None, plan: HealthPlan | None, now: datetime) -> MemberNumber:
    """The member number to ask with, or every reason why this cannot be asked."""
    if profile is None:
        raise ProfileFirst
    today = now.astimezone(zone(profile.entry.zone)).date()
    if order.date_of_birth > today or today.year - order.date_of_birth.year > 130:
        raise Invalid(NOT_BORN_YET)
    if not of_age(order.date_of_birth, today):
        raise TooYoung
    if plan is None:
        raise Invalid(UNKNOWN_PLAN)
    return _number(order, plan)


def _number(order: CheckCoverage, plan: HealthPlan) -> MemberNumber:
    number = read_member_number(order.member_id, plan.terms.member_numbers)
    if isinstance(number, NumberMistake):
        raise wrong_number(number.code)
    return number


def _forget_profile(member: MemberId, now: datetime) -> None:
    key = store.profile_key(member)

    def decide(found: Found) -> Plan[None]:
        seen = found.seen(key, lambda item: item)
        return Plan(None, [] if seen.value is None else [seen.goes()])

    transact(decide, gate=MemberGate(member), now=now, reads=[key])


# The payer is asked


@dataclass(frozen=True)
class _Try:
    """One claimed try at asking: the check as claimed, and all that the question needs."""

    check: Check
    order: CheckCoverage
    plan: HealthPlan
    number: MemberNumber
    inquiry: Inquiry


def ask(member: MemberId, check_id: CheckId, payers: Payers, now: datetime) -> None:
    """Ask the payer about an open check and keep what came of it; nothing where another try is under way."""
    try:
        claimed = _claim(member, check_id, now)
        if claimed is not None:
            _settle(claimed, *_heard(claimed, payers, now), now)
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
        log.info("check_dropped", check_id=check_id)


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
        until = now + _ASKING
        mine = check.model_copy(update={"attempts": check.attempts + 1, "asking_until": until})
        return Plan(mine, [seen.becomes(store.check_item(mine, item["sealed"], until))])

    mine = transact(decide, gate=MemberGate(member), now=now, reads=[key])
    if mine is None or health_plan is None:
        return None
    order = store.order_in(mine, item)
    number = _number(order, health_plan)
    return _Try(mine, order, health_plan, number, _inquiry(mine, order, number, health_plan, now))


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


def _heard(claimed: _Try, payers: Payers, now: datetime) -> tuple[Verdict, Heard | None]:
    """The verdict on what the payer said, or on its silence."""
    payer = claimed.plan.terms.payer
    try:
        heard = payers.ask(claimed.inquiry, payer.door, one_service_per_question=payer.one_service_per_question)
    except PayerDown:
        return _down(claimed.check, now), None
    except PayerRefused as refused:
        log.warning("payer_refused", check_id=claimed.check.id, status=refused.status)
        return Verdict.review("payer_refused"), None
    except UnreadableAnswer:
        log.warning("answer_unreadable", check_id=claimed.check.id)
        return Verdict.review("answer_unreadable"), None
    verdict = judge(claimed.inquiry, claimed.number, heard.answer, claimed.plan.terms.family_rule)
    if verdict.outcome.state is CheckState.PAYER_UNAVAILABLE:
        return _down(claimed.check, now), None
    return verdict, heard


def _down(check: Check, now: datetime) -> Verdict:
    at = retries.next_try(check.attempts, check.made_at, now)
    return Verdict.waits(at) if at else Verdict.review("payer_unavailable_too_long")


# What came of it is kept


def _settle(claimed: _Try, verdict: Verdict, heard: Heard | None, now: datetime) -> None:
    member, claimed_check = claimed.check.member_id, claimed.check
    claim = store.claim_of(claimed.order, claimed.number.number, claimed.number.suffix)
    check_key, claim_key = store.check_key(member, claimed_check.id), store.claim_key(claim)
    coverage_key, benefits_key = store.coverage_key(member), store.benefits_key(member)
    reads = [check_key, claim_key, coverage_key, benefits_key]

    def decide(found: Found) -> Plan[Outcome | None]:
        seen = found.seen(check_key, store.check_in)
        if seen.value is None or seen.value.attempts != claimed_check.attempts:
            return Plan(None, ())  # another try has taken over
        owner = found.seen(claim_key, store.owner_in)
        taken = verdict.covers and owner.value not in {None, member}
        final = Verdict.review("coverage_claimed_by_another_account") if taken else verdict
        check = claimed_check.model_copy(update={"asking_until": None, "outcome": final.outcome})
        item = store.check_item(check, found[check_key]["sealed"], final.outcome.retry_at)  # type: ignore[index]
        writes: list[Write] = [seen.becomes(item)]
        if final.outcome.state is not seen.value.outcome.state:
            writes.append(outbox.put(_changed(check, (seen.version or 0) + 1), now, causation=check.id))
        if heard is not None and final.keeps_answer:
            writes.extend(_raw_answer(check, heard))
        if final.benefits is not None:
            kept = found.seen(coverage_key, store.coverage_in)
            writes.append(owner.becomes({"member": member}))
            writes.append(kept.becomes(store.coverage_item(_coverage(check, claim, final.benefits, now))))
            writes.append(
                found.seen(benefits_key, lambda stood: stood).becomes(store.benefits_item(member, final.benefits))
            )
            writes.extend(_gives_up(kept.value, claim, member))
        return Plan(final.outcome, writes)

    outcome = transact(decide, gate=MemberGate(member), now=now, reads=reads)
    if outcome is not None:
        log.info("check_settled", check_id=claimed_check.id, state=outcome.state, outcome=outcome.reason)


def _raw_answer(check: Check, heard: Heard) -> list[Put]:
    item = store.raw_answer_item(check, heard.raw)
    if item is None:
        log.warning("answer_too_large_to_keep", check_id=check.id)
        return []
    return [Put(store.raw_answer_key(check.member_id, check.id), item)]


def _changed(check: Check, version: int) -> CoverageCheckChanged:
    return CoverageCheckChanged(
        member_id=check.member_id, check_id=check.id, state=check.outcome.state, check_version=version
    )


def _coverage(check: Check, claim: str, benefits: Benefits, now: datetime) -> Coverage:
    return Coverage(
        plan_id=check.plan_id,
        check_id=check.id,
        claim=claim,
        begins=benefits.begins,
        ends=benefits.ends,
        checked_at=now,
    )


def _gives_up(former: Coverage | None, claim: str, member: MemberId) -> list[Delete]:
    """A member who moves to another coverage no longer holds the former one."""
    if former is None or former.claim == claim:
        return []
    mine = Condition("#member = :mine", {":mine": member}, {"#member": "member"})
    return [Delete(store.claim_key(former.claim), mine)]
