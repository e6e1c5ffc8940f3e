"""A call of a function that is warm, as a ratio to a warm call of the bare handler, and of the processor alone."""

from statistics import median
from typing import NamedTuple

from bench import cold
from bench.day import Day

CALLS, QUICK_CALLS = 200, 40
OPERATIONS = ("SchedulingApi", "EligibilityApi", "CareApi", "PaymentsApi", "PrivacyApi", "StripeWebhook")
"""With the call that `cold` starts them with: reads, and an event of Stripe that is known by now."""


class Figure(NamedTuple):
    """What one call takes, as ratios to the bare handler."""

    name: str
    wall: float
    cpu: float
    microseconds: float
    """Of the processor, here."""


def run(day: Day, *, quick: bool = False) -> list[Figure]:
    """Measure each operation, between two series of the bare handler."""
    calls = QUICK_CALLS if quick else CALLS
    plain = cold.bare_call(day)
    figures = []
    for name in OPERATIONS:
        day.put_back(day.calls[name])
        before = cold.bare(plain, calls=calls).warm
        own = cold.start(day.calls[name], calls=calls).warm
        beside = [*before, *cold.bare(plain, calls=calls).warm]
        wall, cpu = (median(each[what] for each in own) for what in ("wall", "cpu"))
        bare_wall, bare_cpu = (median(each[what] for each in beside) for what in ("wall", "cpu"))
        figures.append(Figure(name, wall / bare_wall, cpu / bare_cpu, cpu * 1e6))
    return figures
