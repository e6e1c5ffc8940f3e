"""Lengths of time as clients write them: `PT2H`, `P30D`, `P1DT12H30M` (ISO 8601, no months or years)."""

import re
from datetime import timedelta

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def duration(text: str) -> timedelta:
    """The duration that `text` means; raises ValueError for anything else."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        raise ValueError("not a duration such as PT2H or P30D")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
