"""Instants as they are stored: UTC text of one width, so that they sort; the table's TTL alone wants seconds."""

from datetime import UTC, datetime, timedelta


def stored(instant: datetime) -> str:
    """`instant` (aware) as `2026-11-22T23:45:00.000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def loaded(text: str) -> datetime:
    """The instant that `stored` wrote."""
    return datetime.fromisoformat(text)


def ttl(now: datetime, keep: timedelta) -> int:
    """Epoch seconds at which the table may drop an item."""
    return int((now + keep).timestamp())
