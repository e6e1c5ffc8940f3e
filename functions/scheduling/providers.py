"""Providers: entered by administrators, looked at by members."""

from collections.abc import Iterator
from datetime import datetime

from functions.scheduling import store
from functions.scheduling.models import Provider, ProviderEntry, minute_of, standing_of
from functions.scheduling.rules.listing import why_not_listed
from functions.scheduling.rules.refusals import FollowUpByProvider, SlugTaken
from functions.scheduling.rules.wall_clock import day_of
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Delete, Found, Key, Write, get, read
from functions.shared.transact import Plan, transact


def keep_provider(
    provider_id: ProviderId, entry: ProviderEntry, expected: int | None, now: datetime
) -> tuple[Provider, int]:
    """Write a provider: listing, standing and booking link together.

    Raises Stale or VersionRequired unless `expected` stands, and SlugTaken where the slug is another provider's.
    """
    listing, standing = store.provider_key(provider_id), store.standing_key(provider_id)
    provider = Provider(id=provider_id, entry=entry)

    def plan(found: Found) -> Plan[tuple[Provider, int]]:
        listed = found.seen(listing, store.provider_in)
        listed.expect(expected)
        stood = found.seen(standing, store.standing_in)
        writes = [
            listed.becomes(store.provider_item(entry)),
            stood.becomes(store.standing_item(provider)),
            *_links(listed.value, provider, found),
        ]
        return Plan((provider, (listed.version or 0) + 1), writes)

    reads = [listing, standing, *_link_keys(provider)]
    return transact(plan, gate=NoGate("a provider is no member"), now=now, reads=reads)


def _link_keys(provider: Provider) -> list[Key]:
    return [store.link_key(provider.entry.slug)] if provider.entry.slug else []


def _links(before: Provider | None, after: Provider, found: Found) -> Iterator[Write]:
    """The former slug leads nowhere from now on, the new one to `after`.

    A link is written and removed only together with its listing; so the listing's condition guards the removal, too.
    """
    new = _link_keys(after)
    for former in _link_keys(before) if before else []:
        if former not in new:
            yield Delete(former)
    for key in new:
        link = found.seen(key, store.link_in)
        if link.value is None:
            yield link.becomes(store.link_item(after.id))
        elif link.value != after.id:
            raise SlugTaken


def linked_provider(slug: str, member: MemberId, now: datetime) -> Provider:
    """The provider whose booking link has this slug, for a new client.

    Raises NotFound where there is no such link (any more) or the provider is not listed today, and
    FollowUpByProvider for who knows the provider.
    """
    link_key, agenda_key = store.link_key(slug), store.agenda_key(member)
    found = read([link_key, agenda_key])
    link, agenda = found[link_key], found[agenda_key]
    if link is None:
        raise NotFound
    provider = listed_provider(store.link_in(link), now)
    if agenda and provider.id in store.agenda_in(agenda).known:
        raise FollowUpByProvider
    return provider


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
