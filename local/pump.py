"""The pump: everything that moves by itself, moved one step at a time in an order that a seed draws.

After a request it runs until nothing is left to do *now*. When the clock is turned it goes from one instant
to the next at which something can happen (a message becomes visible, a retry is due, a record's deadline
in an index called `due` is reached, a schedule fires) and runs until quiet at each.

Schedules. A cron expression, and a rate of more than an hour, fires at every one of its times. A shorter rate
is a sweep: it looks whether something is due, and 43,200 looks a month at an unchanged table would show
nothing and take minutes. So a sweep fires at its first tick after the turn begins and at its last tick before the
turn ends, and in between while there is a backlog for it (overdue records, rows not yet published): at the tick
after the instant at which it arises, and tick after tick for as long as it changes and a few ticks more, since a
sweep may wait some minutes before it takes a row. For it is what lies in the indexes that the template lets its
function query; a sweep that may query none fires after every instant at which something else happened.

Items with a time to live. DynamoDB removes them within two days after their time, nobody knows when. Here what is
over when a turn begins is removed then, and what has been over for two days when it ends is removed as well, so
that code meets both: an item that is over and still there, and one that is gone.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from local.clock import Clock
from local.expiry import LATEST, remove
from local.schedules import Rate
from local.sources import Watched, scan
from local.wiring import Scheduled, SparseIndex, Wired

_SLOWEST_SWEEP = timedelta(hours=1)
_PATIENCE = 5
"""Ticks that a sweep goes on with a backlog that does not change."""
_MOST_STEPS = 100_000
_REMOVES_EVERY = timedelta(hours=1)

Deadlines = Mapping[Watched, list[datetime]]


class NeverQuietError(RuntimeError):
    """Functions keep causing each other without end."""


class Pump:
    """Moves what the template wires; call it from one thread only."""

    def __init__(self, wired: Wired, dynamodb: Any, clock: Clock, rng: Random) -> None:
        self._wired = wired
        self._dynamodb = dynamodb
        self._clock = clock
        self._rng = rng
        self._at = clock.now()
        self._timers = [_Timer(scheduled, self._at) for scheduled in wired.schedules]
        self._removed_at: datetime | None = None

    def drain(self) -> None:
        """Run until there is nothing left to do at this instant; raises NeverQuietError."""
        for _ in range(_MOST_STEPS):
            self._look()
            ready = [source for source in self._wired.sources if source.ready(self._clock.now())]
            if not ready:
                return
            self._rng.choice(ready).work()
        raise NeverQuietError("the system does not come to rest: events cause each other without end")

    def turn(self, to: datetime) -> None:
        """Turn the clock to `to`; everything that falls due on the way happens in order."""
        self.drain()
        self._remove_what_is_over()
        for timer in self._timers:
            timer.arm(self._at)
        deadlines = self._deadlines()
        while (instant := self._next(to, deadlines)) is not None:
            self._at = instant
            self._clock.move_to(instant)
            fired = [timer for timer in self._timers if timer.fires_at(instant)]
            self._rng.shuffle(fired)
            for timer in fired:
                timer.fire(instant)
            self.drain()
            deadlines = self._deadlines()
            self._after(instant, deadlines, only_sweeps=bool(fired) and all(timer.sweeps for timer in fired))
        self._at = max(self._at, to)
        self._clock.move_to(to)
        self.drain()
        if self._removed_at is not None and to - self._removed_at > LATEST:
            remove(self._dynamodb, self._wired.expiring, to - LATEST)

    def _remove_what_is_over(self) -> None:
        """At most once an hour: a clock that ticks along turns every second."""
        now = self._clock.now()
        if self._removed_at is None or now - self._removed_at >= _REMOVES_EVERY:
            self._removed_at = now
            remove(self._dynamodb, self._wired.expiring, now)

    def _look(self) -> None:
        for feed in self._wired.feeds:
            feed.look()

    def _next(self, to: datetime, deadlines: Deadlines) -> datetime | None:
        instants = [source.next(self._at) for source in self._wired.sources]
        instants += [timer.next for timer in self._timers]
        instants += [at for each in deadlines.values() for at in each]
        reached = [instant for instant in instants if instant is not None and self._at < instant <= to]
        if reached:
            return min(reached)
        return min((tick for timer in self._timers if (tick := timer.armed_for_last(self._at, to))), default=None)

    def _after(self, instant: datetime, deadlines: Deadlines, *, only_sweeps: bool) -> None:
        backlog = {watched: [at.isoformat() for at in each if at <= instant] for watched, each in deadlines.items()}
        backlog |= {feed.watched: feed.unsent() for feed in self._wired.feeds}
        for timer in self._timers:
            timer.look(instant, backlog, only_sweeps=only_sweeps)

    def _deadlines(self) -> Deadlines:
        return {index.watched: list(self._of(index)) for index in self._wired.deadlines}

    def _of(self, index: SparseIndex) -> Iterator[datetime]:
        for item in scan(self._dynamodb, index.table, index.name, index.order):
            yield datetime.fromisoformat(item[index.order]["S"])


class _Timer:
    """When a schedule fires next; a sweep only when it is armed."""

    def __init__(self, scheduled: Scheduled, started: datetime) -> None:
        self._scheduled = scheduled
        self._fired_at = started
        self._backlog: frozenset[tuple[Watched, str]] = frozenset()
        self._patience = _PATIENCE
        every = scheduled.when.every if isinstance(scheduled.when, Rate) else None
        self._sweeps_every = every if every is not None and every <= _SLOWEST_SWEEP else None
        self.next = None if self.sweeps else scheduled.when.after(started)

    @property
    def sweeps(self) -> bool:
        """Whether this is a short rate, which need not fire at every tick."""
        return self._sweeps_every is not None

    def arm(self, now: datetime) -> None:
        """Let a sweep fire at its next tick."""
        if self.sweeps and self.next is None:
            self.next = self._scheduled.when.after(max(now, self._fired_at))

    def look(self, now: datetime, waiting: Mapping[Watched, list[str]], *, only_sweeps: bool) -> None:
        """Arm a sweep when there is something for it: what has been `waiting` for long counts for a few ticks only."""
        watches = self._scheduled.watches
        backlog = frozenset((watched, each) for watched in watches for each in waiting.get(watched, ()))
        self._patience = _PATIENCE if backlog != self._backlog else self._patience - 1
        self._backlog = backlog
        tired = only_sweeps and self._patience <= 0
        if (backlog and not tired) or not (watches or only_sweeps):
            self.arm(now)

    def armed_for_last(self, now: datetime, to: datetime) -> datetime | None:
        """A sweep's last tick after `now` and up to `to`, for which it is armed then."""
        following = self._scheduled.when.after(to)
        if self._sweeps_every is None or following is None:
            return None
        tick = following - self._sweeps_every
        if tick <= max(now, self._fired_at):
            return None
        self.next = tick
        return tick

    def fires_at(self, instant: datetime) -> bool:
        """Whether it is to fire at `instant`."""
        return self.next == instant

    def fire(self, instant: datetime) -> None:
        """Fire, and know when to do so again."""
        self._fired_at = instant
        self.next = None if self.sweeps else self._scheduled.when.after(instant)
        self._scheduled.fire()
