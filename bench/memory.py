"""The most memory that a function ever has in its first call, as a ratio to the bare handler."""

from statistics import median

from bench import cold
from bench.day import Day

TRIES, QUICK_TRIES = 3, 1
Figures = dict[str, float]


def run(day: Day, *, quick: bool = False) -> Figures:
    """The ratio of each function, the largest first."""
    plain = cold.bare_call(day)
    figures = {}
    for name in cold.wanted():
        tries = range(QUICK_TRIES if quick else TRIES)
        own = [cold.once(day, name).peak for _ in tries]
        figures[name] = median(own) / median(cold.bare(plain).peak for _ in tries)
    return dict(sorted(figures.items(), key=lambda item: -item[1]))
