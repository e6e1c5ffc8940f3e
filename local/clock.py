"""The project's own clock: it stands still until it is turned, or ticks along with the wall clock.

Either way no two ticks are the same millisecond, so that identifiers made from them are in order.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_MILLISECOND = timedelta(milliseconds=1)


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Time for everything that runs here; it never goes back by itself.

    `at` is where it starts (aware); a frozen clock moves one millisecond a tick and whatever it is turned, a
    live one goes on by itself from there.
    """

    def __init__(self, at: datetime | None = None, *, live: bool = False, wall: Callable[[], datetime] = _wall) -> None:
        started = _whole(at or wall())
        self._wall = wall
        self._live = live
        self._last = started
        self._ahead = started - _whole(wall())
        self._lock = threading.Lock()

    @property
    def live(self) -> bool:
        """Whether the clock goes on by itself."""
        return self._live

    def now(self) -> datetime:
        """The time, without taking a tick: reading it changes nothing."""
        with self._lock:
            return max(self._last, self._running()) if self._live else self._last

    def tick(self) -> datetime:
        """The time for one caller alone: later than every tick before it by a millisecond or more."""
        with self._lock:
            following = self._last + _MILLISECOND
            self._last = max(following, self._running()) if self._live else following
            return self._last

    def move_to(self, instant: datetime) -> None:
        """Turn the clock forward to `instant`; an earlier instant leaves it where it is."""
        with self._lock:
            if instant > self._last:
                self._last = _whole(instant)
            if self._live and self._last > self._running():
                self._ahead = self._last - _whole(self._wall())

    def set_back(self, instant: datetime) -> None:
        """Let it be `instant` again, for who has also brought back everything else as it was then."""
        with self._lock:
            self._last = _whole(instant)

    def _running(self) -> datetime:
        return _whole(self._wall()) + self._ahead


def _whole(instant: datetime) -> datetime:
    """`instant` in UTC, cut to the millisecond."""
    instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
