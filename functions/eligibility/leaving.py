"""What a member's leaving means here, beyond what becomes of each record (D1), and by what they could be known."""

from datetime import datetime

from functions.eligibility import store
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.model import Record
from functions.shared.table import Delete, Found, get
from functions.shared.transact import Plan, transact


class Traces(Record):
    """What links to a person, wherever it may stand: names as they were entered, and what is theirs alone."""

    names: frozenset[tuple[str, str]]
    """First and last name."""
    unique: frozenset[str]
    """Address, the account, and keyed hashes: what we know to be theirs."""
    typed: frozenset[str] = frozenset()
    """Numbers as they were entered; nobody has made sure that they are theirs alone, or not a typing error."""


def leave(member: MemberId, now: datetime) -> None:
    """Give up the coverage that only one may have, and the link from the account. Safe to repeat and to kill anywhere.

    The account itself is deleted before, or a sign-in in between would make a new member of it.
    """
    item, contact = get(store.coverage_key(member)), get(store.contact_key(member))
    coverage = store.coverage_in(item) if item else None
    claim = coverage.claim if coverage else None
    account = store.account_in(contact) if contact else None
    owned = {
        **({store.claim_key(claim): "member"} if claim else {}),
        **({store.account_key(account.pool, account.sub): "careway_id"} if account else {}),
    }

    def plan(found: Found) -> Plan[None]:
        seen = {key: found.seen(key, lambda item: item) for key in owned}
        writes: list[Delete] = [
            seen[key].goes() for key, owner in owned.items() if (seen[key].value or {}).get(owner) == member
        ]
        return Plan(None, writes)

    transact(plan, gate=NoGate("the member leaves"), now=now, reads=list(owned))


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
