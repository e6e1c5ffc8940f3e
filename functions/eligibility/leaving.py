"""What a member's leaving means here, beyond what becomes of each record (D1), and by what they could be known."""

from datetime import datetime

from functions.eligibility import store
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.model import Record
from functions.shared.table import Found, Key, get
from functions.shared.transact import Plan, transact


class Traces(Record):
    """What links to a person, wherever it may stand: names as they were entered, and what is theirs alone."""

    names: frozenset[tuple[str, str]]
    """First and last name."""
    unique: frozenset[str]
    """Address, the account, and keyed hashes: what we know to be theirs."""
    typed: frozenset[str] = frozenset()
    """Numbers as they were entered; nobody has made sure that they are theirs alone, or not a typing error."""


def give_up(member: MemberId, now: datetime) -> None:
    """Give up the coverage that only one may have: who comes back finds it free. Safe to repeat and to kill anywhere.

    What it was stays until the records go, for sessions that are still to be billed.
    """
    item = get(store.coverage_key(member))
    coverage = store.coverage_in(item) if item else None
    if coverage:
        _let_go(store.claim_key(coverage.claim), "member", member, now)


def unlink(member: MemberId, now: datetime) -> None:
    """Take away the link from the account to the member. Safe to repeat and to kill anywhere.

    The account itself is deleted before, or a sign-in in between would make a new member of it.
    """
    contact = get(store.contact_key(member))
    if contact:
        account = store.account_in(contact)
        _let_go(store.account_key(account.pool, account.sub), "careway_id", member, now)


def _let_go(key: Key, owner: str, member: MemberId, now: datetime) -> None:
    """What stands at `key` goes if it is still the member's."""

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(key, lambda item: item)
        return Plan(None, [seen.goes()] if (seen.value or {}).get(owner) == member else [])

    transact(plan, gate=NoGate("the member leaves"), now=now, reads=[key])


def traces(member: MemberId) -> Traces:
    """By what the member could be known in our records; asked for before anything is removed."""
    names, unique, typed = set(), set(), set()
    if contact := get(store.contact_key(member)):
        unique |= {store.email_in(member, contact), store.email_index_in(contact), store.account_in(contact).sub}
    if (item := get(store.coverage_key(member))) and (coverage := store.coverage_in(item)):
        unique.add(coverage.claim)
    if item := get(store.profile_key(member)):
        entry = store.profile_in(member, item).entry
        names.add((entry.first_name, entry.last_name))
        typed |= {entry.phone} if entry.phone else set()
    for item in store.check_items(member):
        order = store.order_in(store.check_in(item), item)
        names.add((order.first_name, order.last_name))
        typed.add(order.member_id)
    return Traces(names=frozenset(names), unique=frozenset(unique), typed=frozenset(typed))
