"""Keeping what came of a try at asking a payer: the check, whose the coverage is, what it pays, what that changes."""

from dataclasses import dataclass
from datetime import datetime

from functions.eligibility import store
from functions.eligibility.events import CoverageCheckChanged, SessionCostChanged
from functions.eligibility.models import Check, CheckState, Coverage
from functions.eligibility.payers.door import Heard
from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.changes import CostChange, Paying, changed_costs
from functions.eligibility.rules.prices import Fees
from functions.eligibility.rules.rejections import Action
from functions.eligibility.rules.verdict import Verdict
from functions.shared import log, outbox
from functions.shared.gate import MemberGate
from functions.shared.ids import ChangeId, MemberId
from functions.shared.table import Condition, Delete, Found, Item, Key, Put, Seen, Write, new
from functions.shared.transact import Plan, transact


@dataclass(frozen=True)
class Covered:
    """A coverage and what belongs to it."""

    coverage: Coverage
    benefits: Benefits
    fees: Fees
    again_at: datetime
    """When it is looked at again."""

    @property
    def paying(self) -> Paying:
        """What sessions cost by it."""
        return Paying(self.coverage.plan_id, self.benefits, self.fees, self.coverage.checked_at.date())


@dataclass(frozen=True)
class Result:
    """What a try came to; where the member is covered, by what."""

    verdict: Verdict
    heard: Heard | None = None
    claim: str | None = None
    """Whose this coverage is stands under this key, where the payer has spoken of the person."""
    covered: Covered | None = None


def settle(claimed: Check, result: Result, now: datetime) -> None:
    """Keep what a claimed try came to, while that try is the latest, and tell it. Raises AccountClosed."""
    member = claimed.member_id
    check_key, not_found_key = store.check_key(member, claimed.id), store.not_found_key(member, claimed.plan_id)
    of_coverage = _coverage_keys(member, result.claim) if result.claim else []

    def decide(found: Found) -> Plan[Verdict | None]:
        seen = found.seen(check_key, store.check_in)
        if seen.value is None or seen.value.attempts != claimed.attempts:
            return Plan(None, ())  # another try has taken over
        claim = result.covered.coverage.claim if result.covered else None
        owner = found.seen(store.claim_key(claim), store.owner_in).value if claim else None
        before = found.seen(not_found_key, lambda item: int(item["ttl"]) > now.timestamp())
        final = _final(result.verdict, taken=owner not in {None, member}, not_found_before=bool(before.value))
        ends = _ends(found, claimed, result.claim, final)
        outcome = final.outcome.model_copy(update={"ends_coverage": ends})
        check = claimed.model_copy(update={"asking_until": None, "outcome": outcome})
        item = store.check_item(check, found[check_key]["sealed"], final.outcome.retry_at)  # type: ignore[index]
        writes: list[Write] = [seen.becomes(item)]
        if final.outcome.state is not seen.value.outcome.state and _is_told(check):
            writes.append(outbox.put(_changed(check, (seen.version or 0) + 1), now, causation=check.id))
        if result.heard is not None and final.keeps_answer:
            writes.extend(_raw_answer(check, result.heard))
        if result.claim and ends:
            writes.extend(_ended(found, claimed, result.claim))
        elif result.covered and final.covers:
            writes.extend(_covered(found, claimed, result.covered, now))
        return Plan(final, [*writes, *_not_found(before, final, now)])

    final = transact(decide, gate=MemberGate(member), now=now, reads=[check_key, not_found_key, *of_coverage])
    if final is not None:
        tell = log.warning if final.alert else log.info
        tell("check_settled", check_id=claimed.id, state=final.outcome.state, outcome=final.outcome.reason)


def _final(verdict: Verdict, *, taken: bool, not_found_before: bool) -> Verdict:
    """The verdict, or a look by a person: for a coverage of another account, and for nobody found a second time."""
    if taken:
        return Verdict.review("coverage_claimed_by_another_account")
    if not_found_before and verdict.outcome.reason == Action.NOT_FOUND:
        return Verdict.review("not_found_again", alert=False, keeps_answer=verdict.keeps_answer)
    return verdict


def _not_found(before: Seen[bool | None], final: Verdict, now: datetime) -> list[Write]:
    """The mark that the plan did not find the member is made, or goes once it does."""
    if final.outcome.reason == Action.NOT_FOUND:
        return [before.becomes(store.not_found_item(now))]
    return [before.goes()] if final.covers and before.version is not None else []


def _coverage_keys(member: MemberId, claim: str) -> list[Key]:
    return [store.claim_key(claim), store.coverage_key(member), store.benefits_key(member)]


def _is_told(check: Check) -> bool:
    """Of a check that they did not ask for, members are told what they lose and what they can correct.

    That all is well, that a payer is down or that a person looks at it takes nothing from them.
    """
    return not check.by_us or check.outcome.state in {CheckState.INELIGIBLE, CheckState.NEEDS_CORRECTION}


def _spoken_since(found: Found, check: Check) -> bool:
    """A check that was made later has spoken already: this one changes nothing about the coverage."""
    last = found.seen(store.coverage_key(check.member_id), store.asked_at_in).value
    return last is not None and last > check.made_at


def _ends(found: Found, check: Check, claim: str | None, final: Verdict) -> bool:
    """The payer says that the coverage which the member has is over."""
    if claim is None or final.outcome.state is not CheckState.INELIGIBLE or _spoken_since(found, check):
        return False
    kept = found.seen(store.coverage_key(check.member_id), store.coverage_in).value
    return kept is not None and kept.claim == claim


def _ended(found: Found, check: Check, claim: str) -> list[Write]:
    """The coverage is nobody's any more. Its mark stays, so that no earlier check brings it back."""
    kept = found.seen(store.coverage_key(check.member_id), store.coverage_in)
    keys = [store.claim_key(claim), store.benefits_key(check.member_id)]
    stood = [found.seen(key, lambda item: item) for key in keys]
    return [kept.becomes(store.ended_item(check.made_at)), *(one.goes() for one in stood if one.version is not None)]


def _covered(found: Found, check: Check, now_by: Covered, now: datetime) -> list[Write]:
    """The coverage becomes the member's, and the one they had before nobody's."""
    if _spoken_since(found, check):
        return []
    member, coverage = check.member_id, now_by.coverage
    owner = found.seen(store.claim_key(coverage.claim), store.owner_in)
    kept = found.seen(store.coverage_key(member), store.coverage_in)
    stood = found.seen(store.benefits_key(member), lambda item: item)
    return [
        owner.becomes({"member": member}),
        kept.becomes(store.coverage_item(coverage, now_by.again_at)),
        stood.becomes(store.benefits_item(member, coverage.check_id, now_by.benefits, now_by.fees)),
        *_gives_up(kept.value, coverage.claim, member),
        *_cost_change(check, kept.value, stood.value, now_by, now),
    ]


def _cost_change(
    check: Check, former: Coverage | None, benefits: Item | None, now_by: Covered, now: datetime
) -> list[Write]:
    """What changes about the cost of a session is kept and told (E7); nothing where nothing was told before."""
    if former is None or benefits is None or not store.belong_together(former, benefits):
        return []
    member = check.member_id
    before = Paying(
        former.plan_id, store.benefits_in(member, benefits), store.fees_in(benefits), former.checked_at.date()
    )
    costs = changed_costs(before, now_by.paying)
    if not costs:
        return []
    change = CostChange(
        id=ChangeId(check.id.replace("chk_", "chg_")),
        at=now,
        plan_before=former.plan_id,
        plan_id=now_by.coverage.plan_id,
        costs=costs,
    )
    return [
        new(store.cost_change_key(member, change.id), store.cost_change_item(member, change)),
        outbox.put(SessionCostChanged(member_id=member, change_id=change.id), now, causation=check.id),
    ]


def _raw_answer(check: Check, heard: Heard) -> list[Put]:
    item = store.raw_answer_item(check, heard.raw)
    if item is None:
        log.warning("answer_too_large_to_keep", check_id=check.id)
        return []
    return [Put(store.raw_answer_key(check.member_id, check.id), item)]


def _changed(check: Check, version: int) -> CoverageCheckChanged:
    return CoverageCheckChanged(
        member_id=check.member_id, check_id=check.id, state=check.outcome.told_as, check_version=version
    )


def _gives_up(former: Coverage | None, claim: str, member: MemberId) -> list[Delete]:
    """A member who moves to another coverage no longer holds the former one."""
    if former is None or former.claim == claim:
        return []
    mine = Condition("#member = :mine", {":mine": member}, {"#member": "member"})
    return [Delete(store.claim_key(former.claim), mine)]
