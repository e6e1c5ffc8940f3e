"""Providers: entered by administrators, looked at by members."""

from datetime import datetime

from functions.scheduling import store
from functions.scheduling.models import Provider, ProviderEntry, minute_of, standing_of
from functions.scheduling.rules.listing import why_not_listed
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.gate import NoGate
from functions.shared.ids import ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, get
from functions.shared.transact import Plan, transact


def keep_provider(
    provider_id: ProviderId, entry: ProviderEntry, expected: int | None, now: datetime
) -> tuple[Provider, int]:
    """Write a provider, listing and standing together; raises Stale or VersionRequired unless `expected` stands."""
    listing, standing = store.provider_key(provider_id), store.standing_key(provider_id)
    provider = Provider(id=provider_id, entry=entry)

    def plan(found: Found) -> Plan[tuple[Provider, int]]:
        listed = found.seen(listing, store.provider_in)
        listed.expect(expected)
        stood = found.seen(standing, store.standing_in)
        writes = [listed.becomes(store.provider_item(entry)), stood.becomes(store.standing_item(provider))]
        return Plan((provider, (listed.version or 0) + 1), writes)

    return transact(plan, gate=NoGate("a provider is no member"), now=now, reads=[listing, standing])


def listed_provider(provider_id: ProviderId, now: datetime) -> Provider:
    """A provider as members see one; raises NotFound for whoever is not listed today."""
    item = get(store.provider_key(provider_id))
    if item is None:
        raise NotFound
    provider = store.provider_in(item)
    standing = standing_of(provider)
    if why_not_listed(standing, day_of(minute_of(now), standing.zone)):
        raise NotFound
    return provider
