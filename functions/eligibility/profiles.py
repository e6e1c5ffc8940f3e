"""A member's profile: versioned, changed by the member alone."""

from datetime import datetime

from functions.eligibility import store
from functions.eligibility.models import Profile, ProfileEntry
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound
from functions.shared.table import Found, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import Retention, key_of, unlock


def profile_of(member: MemberId) -> Profile:
    """The profile; raises NotFound before there is one."""
    key = store.profile_key(member)
    found = read([key, key_of(member, Retention.ERASABLE)])
    item = found[key]
    if item is None:
        raise NotFound
    unlock(member, Retention.ERASABLE, found)
    return store.profile_in(member, item)


def keep_profile(member: MemberId, entry: ProfileEntry, expected: int | None, now: datetime) -> Profile:
    """Write the whole profile; raises Stale or VersionRequired unless `expected` is the version that stands."""
    key = store.profile_key(member)
    item = store.profile_item(member, entry, now)

    def plan(found: Found) -> Plan[Profile]:
        seen = found.seen(key, lambda stored: stored["v"])
        seen.expect(expected)
        return Plan(Profile(entry=entry, updated_at=now, version=(seen.version or 0) + 1), [seen.becomes(item)])

    return transact(plan, gate=MemberGate(member), now=now, reads=[key])
