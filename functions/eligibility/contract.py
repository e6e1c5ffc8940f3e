"""What other domains may read of this one."""

from datetime import date, datetime

from functions.eligibility import store
from functions.eligibility.models import Account, Check, CheckState
from functions.eligibility.models import Plan as HealthPlan
from functions.eligibility.rules import cost
from functions.eligibility.rules.changes import BECAUSE, ChangedCost, ChangeReason
from functions.eligibility.rules.lines import Stated
from functions.eligibility.rules.member_number import MemberNumber, read_member_number
from functions.eligibility.rules.terms import Terms
from functions.shared.ids import ChangeId, CheckId, MemberId, PlanId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.problems import Moved
from functions.shared.services import Service
from functions.shared.table import Found, Item, Key, Seen, get, read
from functions.shared.vault import Retention, SealedForGoodError, key_of, unlock
from functions.shared.words import Language, Words

__all__ = [
    "Account",
    "CheckResult",
    "CoverageNow",
    "Reader",
    "account_of",
    "check_result",
    "coverage_keys",
    "coverage_now",
    "reader",
]


class CheckResult(Record):
    """What a member is told of a check: where it stands, in their language, and at which address."""

    state: str
    """Of the check; `lost` where it ended the coverage that they had."""
    language: Language
    email: str


class CoverageNow(Record):
    """What a booking decides on: a member's coverage, and what it says of one service in network."""

    plan_id: PlanId
    begins: date | None
    ends: date | None
    checked_at: Instant
    late_cancel_fee: Cents | None
    covered: Stated
    authorization: Stated
    visits_left: int | None
    """None is unknown or without limit, never none left."""


def coverage_keys(member: MemberId) -> list[Key]:
    """What `coverage_now` needs to be read, beside the member's erasable data key."""
    return [store.coverage_key(member), store.benefits_key(member)]


def coverage_now(member: MemberId, service: Service, found: Found) -> Seen[CoverageNow | None]:
    """The coverage in what was read, with the condition that it is still so; the benefits change only with it.

    Raises Moved where the benefits that were read are another check's, for the two are not read at one instant.
    """
    key, stood = store.coverage_key(member), found[store.benefits_key(member)]
    if not store.belong_together(found.seen(key, store.coverage_in).value, stood):
        raise Moved

    def parse(item: Item) -> CoverageNow | None:
        coverage = store.coverage_in(item)
        if coverage is None:
            return None
        terms = store.benefits_in(member, stood).in_network.terms.get(service) if stood else None
        known = terms or Terms()
        return CoverageNow(
            plan_id=coverage.plan_id,
            begins=coverage.begins,
            ends=coverage.ends,
            checked_at=coverage.checked_at,
            late_cancel_fee=coverage.late_cancel_fee,
            covered=known.covered,
            authorization=known.authorization,
            visits_left=known.visits.left,
        )

    return found.seen(key, parse)


class PassPrice(Record):
    """What buying a pass decides on."""

    plan_id: PlanId
    begins: date | None
    ends: date | None
    checked_at: Instant
    price: Cents | None
    """The plan's, as it was when the coverage was verified: 0 where the plan pays, None where it offers no coaching."""


def pass_price_key(member: MemberId) -> Key:
    """What `pass_price` needs to be read."""
    return store.coverage_key(member)


def pass_price(member: MemberId, found: Found) -> Seen[PassPrice | None]:
    """The price in what was read, with the condition that it is still so; None where nothing covers the member."""

    def parse(item: Item) -> PassPrice | None:
        coverage = store.coverage_in(item)
        if coverage is None:
            return None
        return PassPrice(
            plan_id=coverage.plan_id,
            begins=coverage.begins,
            ends=coverage.ends,
            checked_at=coverage.checked_at,
            price=coverage.coaching_pass,
        )

    return found.seen(store.coverage_key(member), parse)


class Claimant(Record):
    """Whom the plan knows: the least that billing a session needs (45 CFR 164.502(b))."""

    first_name: str
    last_name: str
    birth_date: date
    member_number: str
    """As the payer wants it in a question: with or without the person suffix."""
    plan_id: PlanId
    payer_id: str
    payer_name: str


def claimant(member: MemberId, plan: PlanId, at: datetime) -> Claimant | None:
    """Whom `plan` covered `at` that time, by the last check before it; None where it said no, or the key is gone.

    Whatever the member has found since, of another plan or of this one, is not that plan's to know of this session.
    One query, one read.
    """
    item = next((each for each in store.check_items(member) if _spoke(store.check_in(each), plan, at)), None)
    check = store.check_in(item) if item else None
    if item is None or check is None or check.outcome.state is not CheckState.ELIGIBLE:
        return None
    plan_key = store.plan_key(plan)
    found = read([plan_key, key_of(member, Retention.ERASABLE)])
    listed = found.seen(plan_key, store.plan_in).value
    if listed is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    order = store.order_in(check, item)
    return Claimant(
        first_name=order.first_name,
        last_name=order.last_name,
        birth_date=order.date_of_birth,
        member_number=_number(order.member_id, listed),
        plan_id=plan,
        payer_id=listed.terms.payer.id,
        payer_name=listed.terms.payer.name,
    )


def _spoke(check: Check, plan: PlanId, at: datetime) -> bool:
    """Whether the plan had said by then whether it covers the member."""
    said = check.outcome.state in {CheckState.ELIGIBLE, CheckState.INELIGIBLE}
    return said and check.plan_id == plan and check.made_at <= at


def _number(written: str, plan: HealthPlan) -> str:
    """As it was asked about; should the plan's rules have changed since, as the member wrote it."""
    number = read_member_number(written, plan.terms.member_numbers)
    return number.as_sent(plan.terms.member_numbers) if isinstance(number, MemberNumber) else written


class CostRange(Record):
    """What a session costs: exact where both are the same."""

    low: Cents
    high: Cents


class ChangedSession(Record):
    """A service whose sessions cost something else than before."""

    service: Service
    before: CostRange
    after: CostRange
    reasons: tuple[ChangeReason, ...]
    because: tuple[Words, ...]
    """The reasons in words, which go on after "because"; they name nobody."""
    arithmetic: dict[Language, tuple[str, ...]]
    """How the new amount comes about."""


class CostChangeNow(Record):
    """What a letter about changed costs has to say."""

    at: Instant
    sessions: tuple[ChangedSession, ...]


def cost_change(member: MemberId, change: ChangeId) -> CostChangeNow | None:
    """A change of what sessions cost; None where it or the member's key is gone. One read."""
    key = store.cost_change_key(member, change)
    found = read([key, key_of(member, Retention.ERASABLE)])
    item = found[key]
    if item is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    kept = store.cost_change_in(member, item)
    return CostChangeNow(at=kept.at, sessions=tuple(map(_changed_session, kept.costs)))


def _changed_session(changed: ChangedCost) -> ChangedSession:
    told = changed.after.estimate
    return ChangedSession(
        service=changed.after.service,
        before=CostRange(low=changed.before.estimate.low, high=changed.before.estimate.high),
        after=CostRange(low=told.low, high=told.high),
        reasons=changed.reasons,
        because=tuple(BECAUSE[reason] for reason in changed.reasons),
        arithmetic={language: tuple(cost.arithmetic(told, language)) for language in Language},
    )


_ZONE = "America/New_York"


class Reader(Record):
    """Whom a letter goes to: the address, and the language and wall clock that they chose."""

    email: str
    language: Language
    zone: str


def reader(member: MemberId) -> Reader | None:
    """Whom letters to a member go to; None where there is no address or key any more. One read.

    Who has not said who they are is written to in English, by the clock of New York.
    """
    contact_key, profile_key = store.contact_key(member), store.profile_key(member)
    found = read([contact_key, profile_key, key_of(member, Retention.ERASABLE)])
    contact, profile = found[contact_key], found[profile_key]
    if contact is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    email = store.email_in(member, contact)
    if profile is None:
        return Reader(email=email, language=Language.ENGLISH, zone=_ZONE)
    return Reader(email=email, language=Language(profile["language"]), zone=profile["zone"])


def account_of(member: MemberId) -> Account | None:
    """Who signs in as a member; None where no address is kept any more. One read."""
    contact = get(store.contact_key(member))
    return store.account_in(contact) if contact else None


def check_result(member: MemberId, check: CheckId) -> CheckResult | None:
    """Where `check` stands now; None when the check, the address or the key is gone. One read."""
    check_key, contact_key = store.check_key(member, check), store.contact_key(member)
    found = read([check_key, contact_key, key_of(member, Retention.ERASABLE)])
    checked, contact = found[check_key], found[contact_key]
    if checked is None or contact is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    kept = store.check_in(checked)
    return CheckResult(state=kept.outcome.told_as, language=kept.language, email=store.email_in(member, contact))
