"""The most memory that a function ever has in its first call, as a ratio to the bare handler."""

from bench.cold import Cold

Figures = dict[str, float]


def of(found: Cold) -> Figures:
    """The ratio of each function, the largest first: measured along with its start."""
    peaks = {name: ratio for name, ratio in found.peaks.items() if name != "bare"}
    return dict(sorted(peaks.items(), key=lambda item: -item[1]))
