"""What other domains may read of this one."""

from datetime import date

from functions.eligibility import store
from functions.eligibility.rules.lines import Stated
from functions.eligibility.rules.terms import Terms
from functions.shared.ids import CheckId, MemberId, PlanId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.table import Found, Item, Key, Seen, read
from functions.shared.vault import Retention, SealedForGoodError, key_of, unlock
from functions.shared.words import Language


class CheckResult(Record):
    """What a member is told of a check: where it stands, in their language, and at which address."""

    state: str
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
    """The coverage in what was read, with the condition that it is still so; the benefits change only with it."""
    stood = found[store.benefits_key(member)]

    def parse(item: Item) -> CoverageNow:
        coverage = store.coverage_in(item)
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

    return found.seen(store.coverage_key(member), parse)


class Reader(Record):
    """Whom a letter goes to: the address, and the language and wall clock that they chose."""

    email: str
    language: Language
    zone: str


def reader(member: MemberId) -> Reader | None:
    """Whom letters to a member go to; None where there is no address, profile or key any more. One read."""
    contact_key, profile_key = store.contact_key(member), store.profile_key(member)
    found = read([contact_key, profile_key, key_of(member, Retention.ERASABLE)])
    contact, profile = found[contact_key], found[profile_key]
    if contact is None or profile is None:
        return None
    try:
        unlock(member, Retention.ERASABLE, found)
    except SealedForGoodError:
        return None
    email = store.email_in(member, contact)
    return Reader(email=email, language=Language(profile["language"]), zone=profile["zone"])


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
    return CheckResult(state=kept.outcome.state, language=kept.language, email=store.email_in(member, contact))
