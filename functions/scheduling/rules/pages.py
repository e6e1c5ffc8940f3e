"""Which page of a provider's calendar an interval stands on: pages are 28 days, cut at 09:00 UTC.

At 09:00 UTC it is night in the fifty states, so that hardly an appointment lies over a cut. In Guam and the Northern
Marianas it is seven in the evening: there, what lies over a cut stands on both pages more often, and is as safe.
"""

from functions.scheduling.models import DAY_MINUTES, Interval

_CUT = 9 * 60
_LENGTH = 28 * DAY_MINUTES


def page_of(minute: int) -> int:
    """The number of the page that a UTC minute stands on."""
    return (minute - _CUT) // _LENGTH


def pages_of(interval: Interval) -> range:
    """The numbers of the pages that `interval` touches: one, or two over a cut."""
    return range(page_of(interval.s), page_of(interval.e - 1) + 1)


def span_of(page: int) -> Interval:
    """The minutes of a page."""
    begins = page * _LENGTH + _CUT
    return Interval(begins, begins + _LENGTH)
