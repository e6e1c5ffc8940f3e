"""The table of this domain: where each item stands and what of it is sealed. See docs/data-model.md.

What names a person or their money is sealed with the member's erasable key; what is left in the open are
ids, states, dates and keyed hashes.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from functions.eligibility.inquiry import Inquiry, Person
from functions.eligibility.models import (
    OPEN_STATES,
    Account,
    Check,
    CheckCoverage,
    Coverage,
    Plan,
    PlanTerms,
    Profile,
    ProfileEntry,
)
from functions.eligibility.rules.benefits import Benefits
from functions.eligibility.rules.changes import CostChange
from functions.eligibility.rules.member_number import MemberNumber
from functions.eligibility.rules.prices import Fees
from functions.shared import due
from functions.shared.blind import blind
from functions.shared.ids import ChangeId, CheckId, MemberId, PlanId
from functions.shared.instants import loaded, stored, ttl
from functions.shared.money import Cents
from functions.shared.settings import setting
from functions.shared.table import Item, Key, partition, query, wire
from functions.shared.vault import Retention, seal, unseal

CHECK_DUE = "ask_payer"
COVERAGE_DUE = "check_again"
_COST_CHANGE = "COST_CHANGE#"
_LARGEST_SEALED = 350_000
_COUNTED_FOR = timedelta(days=2)
_NOT_FOUND_FOR = timedelta(days=30)


def _key(pk: str, sk: str) -> Key:
    return Key(setting("ELIGIBILITY_TABLE"), pk, sk)


# Keys


def account_key(pool: str, sub: str) -> Key:
    """The link from an account of a user pool to our own id."""
    return _key(f"ACCOUNT#{pool}#{sub}", "ACCOUNT")


def contact_key(member: MemberId) -> Key:
    """Where a member's e-mail address stands."""
    return _key(f"MBR#{member}", "CONTACT")


def profile_key(member: MemberId) -> Key:
    """Where a member's profile stands."""
    return _key(f"MBR#{member}", "PROFILE")


def plan_key(plan: PlanId) -> Key:
    """Where a plan of the catalogue stands; all of them are one partition, small and seldom written."""
    return _key("PLANS", plan)


def check_key(member: MemberId, check: CheckId) -> Key:
    """Where a check stands."""
    return _key(f"MBR#{member}", f"CHECK#{check}")


def raw_answer_key(member: MemberId, check: CheckId) -> Key:
    """Where the payer's own words for a check stand."""
    return _key(f"MBR#{member}", f"ANSWER#{check}")


def asked_key(member: MemberId, now: datetime) -> Key:
    """The count of a member's checks of one UTC day."""
    return _key(f"MBR#{member}", f"ASKED#{now:%Y-%m-%d}")


def coverage_key(member: MemberId) -> Key:
    """Where a member's coverage stands."""
    return _key(f"MBR#{member}", "COVERAGE")


def benefits_key(member: MemberId) -> Key:
    """Where a member's benefits stand."""
    return _key(f"MBR#{member}", "BENEFITS")


def cost_change_key(member: MemberId, change: ChangeId) -> Key:
    """Where a change of what sessions cost stands; in the order in which they happened."""
    return _key(f"MBR#{member}", f"{_COST_CHANGE}{change}")


def not_found_key(member: MemberId, plan: PlanId) -> Key:
    """The mark that a plan did not find a member: the second time a person looks at it."""
    return _key(f"MBR#{member}", f"NOTFOUND#{plan}")


def not_found_item(now: datetime) -> Item:
    """The mark, for thirty days."""
    return {"ttl": ttl(now, _NOT_FOUND_FOR)}


def claim_key(claim: str) -> Key:
    """The mark that a coverage belongs to one account."""
    return _key(f"CLAIM#{claim}", "CLAIM")


def claim_of(asked: Inquiry, number: MemberNumber, patient: Person) -> str:
    """The keyed hash of a coverage: payer, number, birth date, and the first name as the payer has it.

    All of it is what the payer has confirmed, and nothing that two accounts could type in two ways for one person:
    not the plan that was picked, not the suffix, not how a name is spelled, nor which of its middle names.
    """
    words = unicodedata.normalize("NFKD", patient.first_name or asked.first_name).casefold().replace("-", " ").split()
    first = "".join(c for c in next(iter(words), "") if c.isalpha())
    return blind("coverage", asked.payer_id, number.number, asked.birth_date.isoformat(), first)


# Items


def asked_item(count: int, now: datetime) -> Item:
    """A day's count of checks."""
    return {"count": count, "ttl": ttl(now, _COUNTED_FOR)}


def count_in(item: Item) -> int:
    """The count of a day."""
    return int(item["count"])


def member_in(item: Item) -> MemberId:
    """Whose an item is."""
    return MemberId(item["pk"].removeprefix("MBR#"))


def owner_in(item: Item) -> str:
    """Whose a coverage is."""
    return str(item["member"])


def contact_item(member: MemberId, email: str, account: Account) -> Item:
    """An address, sealed, with its keyed hash and the account that signs in with it beside it."""
    sealed = seal(member, Retention.ERASABLE, "contact", email)
    return {"email": sealed, "email_index": email_index(email), **account.model_dump()}


def account_in(item: Item) -> Account:
    """The account in a contact item."""
    return Account.model_validate(item)


def email_index(email: str) -> str:
    """The keyed hash under which an address is found."""
    return blind("email", email.strip().casefold())


def email_index_in(item: Item) -> str:
    """The keyed hash of the address in a contact item."""
    return str(item["email_index"])


def email_in(member: MemberId, item: Item) -> str:
    """The address in a contact item."""
    return unseal(member, Retention.ERASABLE, "contact", item["email"])


def profile_item(member: MemberId, entry: ProfileEntry, now: datetime) -> Item:
    """A profile; language and zone in the open, for those who render and schedule."""
    return {
        "sealed": seal(member, Retention.ERASABLE, "profile", entry.model_dump_json()),
        "language": entry.language.value,
        "zone": entry.zone,
        "updated_at": stored(now),
    }


def profile_in(member: MemberId, item: Item) -> Profile:
    """The profile in an item."""
    entry = unseal(member, Retention.ERASABLE, "profile", item["sealed"])
    return Profile(
        entry=ProfileEntry.model_validate_json(entry), updated_at=loaded(item["updated_at"]), version=item["v"]
    )


def plan_item(terms: PlanTerms) -> Item:
    """A plan; nothing in it is about a person."""
    return {"terms": terms.model_dump_json()}


def plan_in(item: Item) -> Plan:
    """The plan in an item."""
    return Plan(id=PlanId(item["sk"]), terms=PlanTerms.model_validate_json(item["terms"], extra="ignore"))


def check_item(check: Check, sealed: bytes, deadline: datetime | None) -> Item:
    """A check; due again at `deadline` while it is open."""
    waits = due.due(CHECK_DUE, deadline, check.id) if deadline and check.outcome.state in OPEN_STATES else {}
    return {"check": check.model_dump_json(), "state": check.outcome.state.value, "sealed": sealed, **waits}


def check_in(item: Item) -> Check:
    """The check in an item."""
    return Check.model_validate_json(item["check"])


def sealed_order(check: Check, order: CheckCoverage) -> bytes:
    """What the member entered, sealed."""
    return seal(check.member_id, Retention.ERASABLE, f"check/{check.id}", order.model_dump_json())


def order_in(check: Check, item: Item) -> CheckCoverage:
    """What the member entered for a check."""
    return CheckCoverage.model_validate_json(
        unseal(check.member_id, Retention.ERASABLE, f"check/{check.id}", item["sealed"]), extra="ignore"
    )


def raw_answer_item(check: Check, raw: bytes) -> Item | None:
    """The payer's own words, compressed and sealed; None where they do not fit into an item (400 KB)."""
    text = raw.decode("utf-8", errors="backslashreplace")
    sealed = seal(check.member_id, Retention.ERASABLE, f"answer/{check.id}", text)
    return {"sealed": sealed} if len(sealed) <= _LARGEST_SEALED else None


def coverage_item(coverage: Coverage, again_at: datetime | None = None) -> Item:
    """A coverage, looked at again at `again_at`; below 1 KB, for every booking checks it."""
    waits = due.due(COVERAGE_DUE, again_at, coverage.check_id) if again_at else {}
    return {"coverage": coverage.model_dump_json(), **waits}


def ended_item(asked_at: datetime) -> Item:
    """What is left of a coverage that a check made at `asked_at` ended; its versions go on, so that none comes back."""
    return {"ended_by_check_of": stored(asked_at)}


def coverage_in(item: Item) -> Coverage | None:
    """The coverage in an item; None where it has ended."""
    return Coverage.model_validate_json(item["coverage"]) if "coverage" in item else None


def asked_at_in(item: Item) -> datetime:
    """When the check was made that a coverage, or its end, comes from."""
    coverage = coverage_in(item)
    return coverage.asked_at if coverage else loaded(item["ended_by_check_of"])


def benefits_item(member: MemberId, check: CheckId, benefits: Benefits, fees: Fees) -> Item:
    """Benefits, sealed: what a plan leaves somebody to pay is theirs to know.

    Beside them the check that found them, as in the coverage which they belong to, and the plan's allowed amounts.
    """
    sealed = seal(member, Retention.ERASABLE, "benefits", benefits.model_dump_json())
    return {"sealed": sealed, "check_id": check, "fees": dict(fees)}


def fits(member: MemberId, benefits: Benefits) -> bool:
    """Whether benefits can be kept: an item holds 400 KB."""
    return len(seal(member, Retention.ERASABLE, "benefits", benefits.model_dump_json())) <= _LARGEST_SEALED


def belong_together(coverage: Coverage | None, benefits: Item | None) -> bool:
    """Whether one check found both. Several items are not read at one instant, so a write may come in between."""
    return (coverage.check_id if coverage else None) == (benefits["check_id"] if benefits else None)


def fees_in(item: Item) -> Fees:
    """The allowed amounts that the costs of sessions were told with, beside the benefits."""
    fees: Mapping[str, Cents] = item["fees"]
    return fees


def benefits_in(member: MemberId, item: Item) -> Benefits:
    """The benefits in an item."""
    return Benefits.model_validate_json(unseal(member, Retention.ERASABLE, "benefits", item["sealed"]))


def cost_change_item(member: MemberId, change: CostChange) -> Item:
    """A change of what sessions cost, sealed: it tells what somebody has spent."""
    return {"sealed": seal(member, Retention.ERASABLE, f"cost_change/{change.id}", change.model_dump_json())}


def cost_change_in(member: MemberId, item: Item) -> CostChange:
    """The change in an item."""
    change = item["sk"].removeprefix(_COST_CHANGE)
    return CostChange.model_validate_json(unseal(member, Retention.ERASABLE, f"cost_change/{change}", item["sealed"]))


# Look-ups


def check_items(member: MemberId) -> Iterator[Item]:
    """All of a member's checks, the newest first."""
    return partition(setting("ELIGIBILITY_TABLE"), f"MBR#{member}", "CHECK#", ScanIndexForward=False)


def newest_check(member: MemberId) -> Check | None:
    """The check that was made last."""
    return next((check_in(item) for item in _newest(member, "CHECK#", 1)), None)


def cost_changes(member: MemberId, after: ChangeId | None, most: int) -> list[CostChange]:
    """At most so many changes of what sessions cost, the newest first; those that follow upon `after` in that order."""
    items = _newest(member, _COST_CHANGE, most, cost_change_key(member, after) if after else None)
    return [cost_change_in(member, item) for item in items]


def _newest(member: MemberId, beginning: str, most: int, after: Key | None = None) -> list[Item]:
    """What is called by ids that grow with time, the newest first."""
    options: dict[str, Any] = {"ExclusiveStartKey": wire(after.attributes)} if after else {}
    pk = f"MBR#{member}"
    found = partition(setting("ELIGIBILITY_TABLE"), pk, beginning, ScanIndexForward=False, Limit=most, **options)
    return list(islice(found, most))


def plans() -> Sequence[Plan]:
    """The catalogue, by plan id; a small partition of its own."""
    return [plan_in(item) for item in query(setting("ELIGIBILITY_TABLE"), "pk = :plans", {":plans": "PLANS"})]
