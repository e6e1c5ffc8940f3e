"""Every hour: what Stripe lists of its events, in case its webhooks did not reach us.

All goes the way of a webhook and counts once, so nothing depends on who was first. What has been looked through is
noted day by day: a look that dies, or comes after a long time, goes on where the last one ended.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.payments import notices, store
from functions.payments.problems import NoStripeEvent
from functions.payments.stripe_account import stripe_account
from functions.shared import log
from functions.shared.clock import clock
from functions.shared.entry import entry
from functions.shared.gate import NoGate
from functions.shared.table import Found, get
from functions.shared.transact import Plan, transact

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

IN_ALL_SECONDS = 270
"""What one look gives Stripe in all."""
LISTED = timedelta(days=30)
"""How long Stripe lists an event. We know one again for longer."""
OVERLAP = timedelta(hours=2)
"""Looked through twice, for what is listed late."""
_STEP = timedelta(days=1)
_NOBODYS = NoGate("it only says how far Stripe's events were looked through")


@entry
def handler(_event: Any, _context: Any) -> None:
    """Take in what is listed and was not heard. When Stripe is down, the next look goes further back."""
    catch_up(stripe_account(IN_ALL_SECONDS), clock())


def catch_up(stripe: "Stripe", now: datetime) -> None:
    """Take in every event that Stripe lists since the last look; raises StripeDown and StripeRefused."""
    for begins, ends in _days(now):
        events = stripe.events(notices.HEARD, begins - OVERLAP, ends)
        news = sum(_is_news(event, now) for event in events)
        log.info("stripe_events_listed", count=news)
        _note(ends, now)


def _days(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The time since the last look, a day at a time."""
    item = get(store.looked_key())
    begins = max(store.looked_in(item), now - LISTED) if item else now - LISTED
    while begins < now:
        ends = min(begins + _STEP, now)
        yield begins, ends
        begins = ends


def _is_news(event: str, now: datetime) -> bool:
    try:
        return notices.take_in(event, now)
    except NoStripeEvent:
        log.warning("stripe_event_not_understood")  # which is no reason to take in no other
        return False


def _note(until: datetime, now: datetime) -> None:
    key = store.looked_key()

    def plan(found: Found) -> Plan[None]:
        stood = found.seen(key, store.looked_in)
        if stood.value and stood.value >= until:
            return Plan(None, ())
        return Plan(None, [stood.becomes(store.looked_item(until))])

    transact(plan, gate=_NOBODYS, now=now, reads=[key])
