"""How calendars are kept."""

from functions.scheduling import store
from functions.scheduling.models import Agenda, AgendaEntry, Entry, Page, Quote, QuoteId, hold_until
from functions.scheduling.rules.pages import span_of
from functions.shared.ids import AppointmentId, HoldId
from functions.shared.money import Cents
from functions.shared.services import Service
from tests.unit.scheduling.people import PROVIDER, at

LARGEST_ITEM = 400 * 1024
"""Of DynamoDB."""
UNTIL = hold_until(at("2026-11-23 12:00"))


def held(number: int, begins: int) -> Entry:
    """A quarter of an hour; of all entries a hold is the longest to write."""
    return Entry(id=HoldId(f"hld_{number:026d}"), s=begins, e=begins + 15, until=UNTIL)


def test_a_calendar_is_one_text_and_reads_as_it_was_written() -> None:
    """A text is read at once; of a list in DynamoDB's own types every number is unpacked by itself."""
    entry = held(1, 29_000_000)
    page = Page(busy=(entry, held(2, 29_000_015)))
    agenda = Agenda().booking(AgendaEntry(**entry.model_dump(), provider=PROVIDER, service=Service.THERAPY))
    assert {name: type(value) for name, value in store.page_item(page).items()} == {"page": str}
    assert {name: type(value) for name, value in store.agenda_item(agenda).items()} == {"agenda": str}
    assert store.page_in(store.page_item(page)) == page
    assert store.agenda_in(store.agenda_item(agenda)) == agenda


def test_a_page_that_is_taken_day_and_night_fits_into_an_item() -> None:
    whole = span_of(740)
    page = Page(busy=tuple(held(n, begins) for n, begins in enumerate(range(whole.s, whole.e, 15))))
    assert len(page.busy) == 28 * 24 * 4
    assert len(store.page_item(page)["page"].encode()) < LARGEST_ITEM * 2 / 3


def test_a_quote_reads_as_it_was_written_and_goes_by_itself_two_days_after_it_has_run_out() -> None:
    quote = Quote(
        id=QuoteId("qte_1"),
        appointment_id=AppointmentId("apt_1"),
        cents=Cents(12_500),
        free_until=at("2026-11-23 12:00"),
        expires_at=at("2026-11-24 12:15"),
    )
    item = store.quote_item(quote)
    assert store.quote_in(item) == quote
    assert item["ttl"] == at("2026-11-26 12:15").timestamp()
