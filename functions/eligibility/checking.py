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
from functions.shared.table import Condition, Delete, Found, Key, Put, Write, get, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact
from functions.shared.vault import Retention, SealedForGoodError, key_of, unlock

CHECKS_A_DAY = 10
_FIRST_LOOK = timedelta(minutes=2)
"""A requested check that no queue has brought by then is taken up by the sweeper."""
_ASKING = timedelta(minutes=3)
"""Longer than a payer is waited for; after it, whoever claimed the try is taken to have died."""
_NO_LONGER = retries.PATIENCE + timedelta(hours=1)
"""A check this old is not asked any more: its tries have died, or the last of them came too late."""
_NOT_ASKED_YET = Outcome(state=CheckState.PENDING, reason="not_asked_yet")
_ANOTHER_NUMBER = Outcome(state=CheckState.NEEDS_CORRECTION, reason="number_does_not_fit", fields=("member_id",))


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


@dataclass(frozen=True)
class _Result:
    """What a try came to; where the member is covered, the claim that this coverage is theirs."""

    verdict: Verdict
    heard: Heard | None = None
    claim: str | None = None


def ask(member: MemberId, check_id: CheckId, payers: Payers, now: datetime) -> None:
    """Ask the payer about an open check and keep what came of it; nothing where another try is under way."""
    try:
        claimed = _claim(member, check_id, now)
        if claimed is not None:
            _settle(claimed.check, _result(claimed, payers, now), now)
    except (AccountClosed, SealedForGoodError):
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
        # A try that dies comes again as patiently as one that finds the payer down.
        deadline = retries.next_try(mine.attempts, mine.made_at, now) or until
        return Plan(mine, [seen.becomes(store.check_item(mine, item["sealed"], deadline))])

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


def _result(claimed: _Try, payers: Payers, now: datetime) -> _Result:
    """What a try comes to; the payer is asked unless that would be in vain."""
    check, order, plan = claimed.check, claimed.order, claimed.plan
    if plan is None or now - check.made_at > _NO_LONGER:
        return _Result(Verdict.review("never_answered"))
    number = read_member_number(order.member_id, plan.terms.member_numbers)
    if isinstance(number, NumberMistake):  # the plan's rules have changed since it was entered
        return _Result(Verdict(outcome=_ANOTHER_NUMBER))
    return _asked(_Question(check, plan, number, _inquiry(check, order, number, plan, now)), payers, now)


def _asked(question: _Question, payers: Payers, now: datetime) -> _Result:
    """What the payer said, or its silence, came to."""
    check, payer = question.check, question.plan.terms.payer
    try:
        heard = payers.ask(question.inquiry, payer.door, one_service_per_question=payer.one_service_per_question)
    except PayerDown:
        return _Result(_down(check, now))
    except PayerRefused as refused:
        log.warning("payer_refused", check_id=check.id, status=refused.status)
        return _Result(Verdict.review("payer_refused"))
    except UnreadableAnswer:
        log.warning("answer_unreadable", check_id=check.id)
        return _Result(Verdict.review("answer_unreadable"))
    verdict = judge(question.inquiry, question.number, heard.answer, question.plan.terms.family_rule)
    if verdict.outcome.state is CheckState.PAYER_UNAVAILABLE:
        return _Result(_down(check, now))
    patient = heard.answer.patient if verdict.covers else None
    return _Result(verdict, heard, store.claim_of(check.plan_id, question.number, patient) if patient else None)


def _down(check: Check, now: datetime) -> Verdict:
    at = retries.next_try(check.attempts, check.made_at, now)
    return Verdict.waits(at) if at else Verdict.review("payer_unavailable_too_long")


# What came of it is kept


def _settle(claimed: Check, result: _Result, now: datetime) -> None:
    member, verdict = claimed.member_id, result.verdict
    check_key = store.check_key(member, claimed.id)
    of_coverage = _coverage_keys(member, result.claim) if result.claim else []

    def decide(found: Found) -> Plan[Verdict | None]:
        seen = found.seen(check_key, store.check_in)
        if seen.value is None or seen.value.attempts != claimed.attempts:
            return Plan(None, ())  # another try has taken over
        taken = result.claim and found.seen(store.claim_key(result.claim), store.owner_in).value not in {None, member}
        final = Verdict.review("coverage_claimed_by_another_account") if taken else verdict
        check = claimed.model_copy(update={"asking_until": None, "outcome": final.outcome})
        item = store.check_item(check, found[check_key]["sealed"], final.outcome.retry_at)  # type: ignore[index]
        writes: list[Write] = [seen.becomes(item)]
        if final.outcome.state is not seen.value.outcome.state:
            writes.append(outbox.put(_changed(check, (seen.version or 0) + 1), now, causation=check.id))
        if result.heard is not None and final.keeps_answer:
            writes.extend(_raw_answer(check, result.heard))
        if result.claim and final.benefits is not None:
            writes.extend(_covered(found, check, result.claim, final.benefits, now))
        return Plan(final, writes)

    final = transact(decide, gate=MemberGate(member), now=now, reads=[check_key, *of_coverage])
    if final is not None:
        tell = log.warning if final.alert else log.info
        tell("check_settled", check_id=claimed.id, state=final.outcome.state, outcome=final.outcome.reason)


def _coverage_keys(member: MemberId, claim: str) -> list[Key]:
    return [store.claim_key(claim), store.coverage_key(member), store.benefits_key(member)]


def _covered(found: Found, check: Check, claim: str, benefits: Benefits, now: datetime) -> list[Write]:
    """The coverage becomes the member's, and the one they had before nobody's."""
    member = check.member_id
    owner = found.seen(store.claim_key(claim), store.owner_in)
    kept = found.seen(store.coverage_key(member), store.coverage_in)
    stood = found.seen(store.benefits_key(member), lambda item: item)
    return [
        owner.becomes({"member": member}),
        kept.becomes(store.coverage_item(_coverage(check, claim, benefits, now))),
        stood.becomes(store.benefits_item(member, benefits)),
        *_gives_up(kept.value, claim, member),
    ]


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
