"""Free time against a naive model that looks at every minute on the wall clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.scheduling.models import Entry, Interval, Weekday, minute_of
from functions.scheduling.rules.hours import STEP, Wish, free_starts
from functions.shared.ids import AppointmentId
from tests.unit.scheduling.people import at, standing

ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Havana", "Australia/Lord_Howe"]
NOW = at("2026-09-01 00:00")
FIVE = st.integers(0, 288)
SPANS = st.tuples(FIVE, FIVE).filter(lambda span: span[0] < span[1])
DAYS = st.one_of(
    st.sampled_from([date(2026, 11, 1), date(2026, 10, 4), date(2026, 10, 31)]),
    st.dates(date(2026, 9, 3), date(2026, 11, 28)),
)
BUSY = st.lists(st.tuples(st.integers(-600, 2400), st.integers(5, 120)), max_size=6)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def naive(
    day: date, zone: str, spans: list[tuple[int, int]], busy: list[Entry], *, minutes: int, buffer: int
) -> list[int]:
    """Minute by minute: inside the hours as the wall clock shows them, on the steps, and nothing in the way."""
    noon = minute_of(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    inside: dict[int, bool] = {}
    for minute in range(noon - 40 * 60, noon + 40 * 60):
        wall = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
        shown = wall.hour * 60 + wall.minute
        inside[minute] = wall.date() == day and any(opens <= shown < closes for opens, closes in spans)
    occupied = {minute for entry in busy for minute in range(entry.s, entry.e)}
    found, opened = [], 0
    for minute, is_open in inside.items():
        if is_open and not inside.get(minute - 1, False):
            opened = minute
        session = range(minute, minute + minutes)
        if (
            is_open
            and (minute - opened) % STEP == 0
            and all(inside.get(one, False) for one in session)
            and occupied.isdisjoint(range(minute, minute + minutes + buffer))
        ):
            found.append(minute)
    return found


@settings(max_examples=150, deadline=None)
@given(
    day=DAYS,
    zone=st.sampled_from(ZONES),
    spans=st.lists(SPANS, min_size=1, max_size=3),
    extra=st.lists(SPANS, max_size=2),
    busy=BUSY,
    minutes=st.sampled_from([15, 20, 30, 45, 50]),
    buffer=st.sampled_from([0, 5, 10, 60]),
)
@example(day=date(2026, 11, 1), zone="America/New_York", spans=[(0, 288)], extra=[], busy=[], minutes=50, buffer=0)
@example(
    day=date(2026, 11, 1), zone="America/New_York", spans=[(18, 30)], extra=[], busy=[(60, 30)], minutes=15, buffer=5
)
@example(day=date(2026, 11, 1), zone="America/Havana", spans=[(0, 30)], extra=[], busy=[], minutes=45, buffer=0)
@example(day=date(2026, 10, 4), zone="Australia/Lord_Howe", spans=[(0, 288)], extra=[], busy=[], minutes=45, buffer=10)
def test_free_time_is_what_a_naive_look_at_every_minute_finds(
    *,
    day: date,
    zone: str,
    spans: list[tuple[int, int]],
    extra: list[tuple[int, int]],
    busy: list[tuple[int, int]],
    minutes: int,
    buffer: int,
) -> None:
    weekly = _apart([(opens * 5, closes * 5) for opens, closes in spans])
    added = [(opens * 5, closes * 5) for opens, closes in extra]
    midnight = minute_of(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))
    entries = [
        Entry(id=AppointmentId(f"apt_{n}"), s=midnight + begins, e=midnight + begins + length)
        for n, (begins, length) in enumerate(busy)
    ]
    provider = standing(
        zone=zone,
        buffer_minutes=buffer,
        weekly_hours=[
            {"weekday": list(Weekday)[day.weekday()], "opens": clock(opens), "closes": clock(closes)}
            for opens, closes in weekly
        ],
        extra_hours=[{"on": day, "opens": clock(opens), "closes": clock(closes)} for opens, closes in added],
        days_off=[{"first": day - timedelta(days=7), "last": day - timedelta(days=1)}],
    )
    wish = Wish(minutes, Interval(midnight - 24 * 60, midnight + 60 * 60))
    found = list(free_starts(provider, entries, wish, NOW))
    of_the_day = [start for start in found if _day(start, zone) == day]
    assert found == sorted(set(found))
    assert of_the_day == naive(day, zone, weekly + added, entries, minutes=minutes, buffer=buffer)


def _day(start: int, zone: str) -> date:
    return datetime.fromtimestamp(start * 60, ZoneInfo(zone)).date()


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that do not overlap an earlier one: weekly hours may not."""
    kept: list[tuple[int, int]] = []
    for opens, closes in spans:
        if all(closes <= begins or ends <= opens for begins, ends in kept):
            kept.append((opens, closes))
    return kept
