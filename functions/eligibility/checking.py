"""A member asks whether a plan covers them: the check is stored, and an event lets the payer be asked (E1 to E3)."""

from datetime import datetime

from functions.eligibility import store
from functions.eligibility.events import CoverageCheckRequested
from functions.eligibility.models import (
    NOT_ASKED_YET,
    Check,
    CheckCoverage,
    Profile,
)
from functions.eligibility.models import Plan as HealthPlan
from functions.eligibility.problems import (
    NOT_BORN_YET,
    UNKNOWN_PLAN,
    ProfileFirst,
    TooManyChecks,
    TooYoung,
    wrong_number,
)
from functions.eligibility.rules.member_number import MemberNumber, NumberMistake, read_member_number
from functions.eligibility.rules.person import of_age
from functions.eligibility.rules.retries import FIRST_LOOK
from functions.shared import outbox
from functions.shared.blind import blind
from functions.shared.gate import MemberGate
from functions.shared.ids import CheckId, MemberId, new_id
from functions.shared.places import zone
from functions.shared.problems import Invalid, NotFound
from functions.shared.settings import setting
from functions.shared.table import Found, get, new
from functions.shared.transact import Idempotency, Plan, idempotency_key, transact
from functions.shared.vault import Retention, key_of, unlock

CHECKS_A_DAY = 10


def start(member: MemberId, order: CheckCoverage, key: str, now: datetime) -> Check:
    """Store a check and let the payer be asked; the same `key` again gives the same check.

    Raises ProfileFirst, TooManyChecks, TooYoung (and then forgets the profile too), or Invalid naming each
    field that cannot be right.
    """
    fresh = CheckId(new_id("chk", now))
    profile, plan, asked = store.profile_key(member), store.plan_key(order.plan_id), store.asked_key(member, now)
    reads = [profile, plan, asked, key_of(member, Retention.ERASABLE)]

    too_young: list[TooYoung] = []

    def decide(found: Found) -> Plan[Check]:
        unlock(member, Retention.ERASABLE, found)
        health_plan, counted = found.seen(plan, store.plan_in), found.seen(asked, store.count_in)
        kept_profile = found.seen(profile, lambda item: store.profile_in(member, item)).value
        try:
            _admit(order, kept_profile, health_plan.value, now)
        except TooYoung as refusal:
            too_young.append(refusal)
            raise
        if (counted.value or 0) >= CHECKS_A_DAY:
            raise TooManyChecks
        check = Check(
            id=fresh,
            member_id=member,
            plan_id=order.plan_id,
            language=order.language,
            made_at=now,
            outcome=NOT_ASKED_YET,
        )
        item = store.check_item(check, store.sealed_order(check, order), now + FIRST_LOOK)
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
    finally:
        if too_young:  # whatever the key was used for before
            _forget_profile(member, now)


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
