"""The table of this domain: pages of 28 days per provider, one agenda per member. See docs/data-model.md."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from functions.scheduling.models import (
    Agenda,
    Appointment,
    Interval,
    Page,
    Provider,
    ProviderEntry,
    Quote,
    QuoteId,
    Standing,
    standing_of,
)
from functions.scheduling.rules.pages import pages_of
from functions.shared.ids import AppointmentId, MemberId, ProviderId
from functions.shared.instants import stored, ttl
from functions.shared.settings import setting
from functions.shared.table import Item, Key, partition, query
from functions.shared.vault import Retention, seal, unseal

_DIRECTORY = "PROVIDERS"
_QUOTES_KEPT = timedelta(days=2)


def _key(pk: str, sk: str) -> Key:
    return Key(setting("SCHEDULING_TABLE"), pk, sk)


# Keys


def provider_key(provider: ProviderId) -> Key:
    """Where a provider's listing stands; all of them are one partition, which the search reads."""
    return _key(_DIRECTORY, provider)


def link_key(slug: str) -> Key:
    """Where it stands whose booking link a slug is."""
    return _key(f"LINK#{slug}", "LINK")


def standing_key(provider: ProviderId) -> Key:
    """Where the facts stand that free time and booking decide on."""
    return _key(f"PRV#{provider}", "STANDING")


def page_key(provider: ProviderId, number: int) -> Key:
    """Where a page of a provider's time stands."""
    return _key(f"PRV#{provider}", f"PAGE#{number:05d}")


def page_keys(provider: ProviderId, interval: Interval) -> list[Key]:
    """The pages that an interval lies on."""
    return [page_key(provider, number) for number in pages_of(interval)]


def agenda_key(member: MemberId) -> Key:
    """Where a member's time stands."""
    return _key(f"MBR#{member}", "AGENDA")


def appointment_key(member: MemberId, appointment: AppointmentId) -> Key:
    """Where an appointment stands."""
    return _key(f"MBR#{member}", f"APT#{appointment}")


def quote_key(member: MemberId, quote: QuoteId) -> Key:
    """Where it stands what a member was told that cancelling costs."""
    return _key(f"MBR#{member}", f"QUOTE#{quote}")


# Items


def provider_item(entry: ProviderEntry) -> Item:
    """A listing; nothing in it is about a member."""
    return {"entry": entry.model_dump_json()}


def provider_in(item: Item) -> Provider:
    """The provider in a listing."""
    return Provider(id=ProviderId(item["sk"]), entry=ProviderEntry.model_validate_json(item["entry"], extra="ignore"))


def link_item(provider: ProviderId) -> Item:
    """A booking link; written and removed together with the listing that has its slug."""
    return {"provider": provider}


def link_in(item: Item) -> ProviderId:
    """Whose booking link it is."""
    return ProviderId(item["provider"])


def standing_item(provider: Provider) -> Item:
    """The standing of a provider, below 1 KB: every booking checks it."""
    return {"standing": standing_of(provider).model_dump_json(exclude_defaults=True)}


def standing_in(item: Item) -> Standing:
    """The standing in an item."""
    return Standing.model_validate_json(item["standing"])


def page_item(page: Page) -> Item:
    """A page as one text, which costs a search far less to read than its entries would; it names no member."""
    return {"page": page.model_dump_json(exclude_none=True)}


def page_in(item: Item) -> Page:
    """The page in an item."""
    return Page.model_validate_json(item["page"])


def agenda_item(agenda: Agenda) -> Item:
    """An agenda."""
    return {"agenda": agenda.model_dump_json(exclude_none=True)}


def agenda_in(item: Item) -> Agenda:
    """The agenda in an item."""
    return Agenda.model_validate_json(item["agenda"])


def appointment_item(appointment: Appointment, sealed: bytes | None) -> Item:
    """An appointment; `provider` and `starts` put it into the provider's calendar."""
    return {
        "appointment": appointment.model_dump_json(),
        "provider": appointment.provider_id,
        "starts": stored(appointment.starts_at),
        "sealed": sealed,
    }


def appointment_in(item: Item) -> Appointment:
    """The appointment in an item."""
    return Appointment.model_validate_json(item["appointment"])


def quote_item(quote: Quote) -> Item:
    """A quote; it is kept a while longer than it holds."""
    return {"quote": quote.model_dump_json(), "ttl": ttl(quote.expires_at, _QUOTES_KEPT)}


def quote_in(item: Item) -> Quote:
    """The quote in an item."""
    return Quote.model_validate_json(item["quote"])


def sealed_phone(member: MemberId, appointment: AppointmentId, phone: str | None) -> bytes | None:
    """The number to call for a phone consult, sealed; a part of the record of the visit."""
    if phone is None:
        return None
    return seal(member, Retention.RETAINED, f"appointment/{appointment}", json.dumps({"phone": phone}))


def phone_in(appointment: Appointment, item: Item) -> str | None:
    """The number to call."""
    if item.get("sealed") is None:
        return None
    place = f"appointment/{appointment.id}"
    opened: dict[str, str] = json.loads(unseal(appointment.member_id, Retention.RETAINED, place, item["sealed"]))
    return opened["phone"]


# Look-ups


def directory() -> list[Provider]:
    """Every provider's listing, in one query a megabyte; some four hundred providers."""
    return [provider_in(item) for item in _all_of(_DIRECTORY, "prv_")]


def appointments_of(member: MemberId) -> list[Appointment]:
    """A member's appointments, oldest first."""
    return [appointment_in(item) for item in _all_of(f"MBR#{member}", "APT#")]


def _all_of(pk: str, begins: str) -> Iterator[Item]:
    return partition(setting("SCHEDULING_TABLE"), pk, begins)


def calendar(provider: ProviderId, since: datetime, until: datetime) -> Sequence[Appointment]:
    """A provider's appointments that begin from `since` until before `until`, earliest first."""
    last = until - timedelta(milliseconds=1)
    found = query(
        setting("SCHEDULING_TABLE"),
        "provider = :provider AND starts BETWEEN :since AND :until",
        {":provider": provider, ":since": stored(since), ":until": stored(last)},
        IndexName="calendar",
    )
    return [appointment_in(item) for item in found]
