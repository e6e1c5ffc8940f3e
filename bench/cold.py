"""Init and first call of each function, in fresh processes, as a ratio to the bare handler.

Each try of a function stands beside one of the bare handler, so that what else the machine does at that moment weighs
on both; the figure is the median of their ratios. The bare handler beside itself is the control: what is within its
ratio of one is nothing. The processor's time is judged: beyond it there is only waiting, for stand-ins on this machine.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import bundles
from bench.day import Call, Day, Sought, Wanted
from infra.synth import template as synthesised

HTTP, CALLS_STRIPE, RECEIVER, JOB = 1.35, 1.5, 0.9, 1.5
"""What a ratio may be at most: of a first call that answers HTTP, of one of `CALLING_STRIPE`, of one that takes in
Stripe's webhook, of one that a schedule makes and nobody waits for."""
A_BOOKING, A_MESSAGE, AN_ERASURE = 1.8, 1.8, 2.9
"""Of dearer first calls: some 15 % above what they were when this was written; an erasure takes seven steps."""
CONTROL = 0.93, 1.07
"""A run in which the bare handler beside itself is not in between says nothing."""
_RECEIVER = "StripeWebhook"
ROUNDS, QUICK_ROUNDS = 11, 3
_HERE = Path(__file__).resolve().parent


def asked(method: str, path: str) -> Wanted:
    """A request of this kind; the path ends so."""
    return lambda event: event.get("httpMethod") == method and event["path"].endswith(path)


def told(kind: str) -> Wanted:
    """An event of this type in a queue."""
    return lambda event: f'"{kind}"' in event["Records"][0].get("body", "")


def of_stripe(kind: str) -> Wanted:
    """A webhook with an event of this type."""
    return lambda event: json.loads(event["body"])["type"] == kind


def anything(_event: Any) -> bool:
    return True


def later(times: int) -> Wanted:
    """Not the first calls of the day: it then meets what is usual."""
    met = count()
    return lambda _event: next(met) == times


FIRST: dict[str, Wanted] = {
    "EligibilityApi": asked("GET", "/v1/profile"),
    "SchedulingApi": asked("GET", "/v1/appointments"),
    "CareApi": asked("GET", "/messages"),
    "PaymentsApi": asked("GET", "/v1/card"),
    "PrivacyApi": asked("GET", "/v1/erasure"),
    "StripeWebhook": of_stripe("setup_intent.succeeded"),
    "StripeCatchUp": later(2),
    "PrivacyJobs": later(2),
    "StatementEvents": told("payments.statement_received"),
    "NotificationsMail": told("scheduling.appointment_booked"),
}
"""With which call a function starts, where it is not simply the first of the day."""
MORE = {
    "SchedulingApi, a booking": Sought("SchedulingApi", asked("POST", "/v1/appointments")),
    "CareApi, a message": Sought("CareApi", asked("POST", "/messages")),
    "PaymentsApi, calling Stripe": Sought("PaymentsApi", asked("POST", "/v1/card-setups"), calls_stripe=True),
    "PrivacyJobs, an erasure": Sought("PrivacyJobs", anything, calls_stripe=True),
}
"""Other first calls of functions that do very different things, each with a limit of its own."""
CALLING_STRIPE = {"PaymentsEvents", "StripeCatchUp", *(name for name, sought in MORE.items() if sought.calls_stripe)}
"""The first calls that load Stripe's library, and none besides."""
LIMITS = {
    _RECEIVER: RECEIVER,
    "SchedulingApi, a booking": A_BOOKING,
    "CareApi, a message": A_MESSAGE,
    "PaymentsApi, calling Stripe": CALLS_STRIPE,
    "PrivacyJobs, an erasure": AN_ERASURE,
}


class Took(NamedTuple):
    """What a fresh process took."""

    wall: float
    """Seconds from before the import of the handler to the answer of the first call."""
    cpu: float
    peak: int
    """The most memory that it ever had, in KB."""
    answer: Any
    warm: list[dict[str, Any]]
    stripe: bool
    """Whether Stripe's library was loaded."""


@dataclass(frozen=True)
class Figure:
    """What one function takes, as ratios to the bare handler."""

    name: str
    wall: float
    cpu: float
    at_most: float | None

    @property
    def kept(self) -> bool:
        return self.at_most is None or self.cpu <= self.at_most


@dataclass(frozen=True)
class Cold:
    control: Figure
    figures: list[Figure]
    peaks: dict[str, float]
    """The most memory, as ratios to the bare handler."""

    @property
    def counts(self) -> bool:
        """Whether the run says anything: the bare handler beside itself must come out even."""
        least, most = CONTROL
        return least <= self.control.cpu <= most


def wanted() -> dict[str, Sought]:
    """Which call of which function is measured, by name."""
    there = [name for name, each in synthesised()["Resources"].items() if each["Type"] == "AWS::Lambda::Function"]
    return {name: Sought(name, FIRST.get(name, anything)) for name in there} | MORE


def run(day: Day, *, quick: bool = False) -> Cold:
    """Measure every function; each round goes through all of them."""
    tries: dict[str, list[tuple[Took, Took]]] = {name: [] for name in (*wanted(), "bare")}
    plain = bare_call(day)
    for name in tries:  # byte code and the file cache are there before anything counts
        _try(day, name, plain)
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        for name, found in tries.items():
            found.append((bare(plain), _try(day, name, plain)))
    control = _figure("bare", tries["bare"], None)
    figures = [_figure(name, tries[name], _limit(name, day.calls[name], tries[name])) for name in wanted()]
    peaks = {name: median(own.peak / beside.peak for beside, own in found) for name, found in tries.items()}
    return Cold(control, sorted(figures, key=lambda figure: -figure.cpu), peaks)


def start(call: Call, *, calls: int = 0) -> Took:
    """Start the function of `call` afresh and let it answer; `calls` times more while it is warm."""
    paths = bundles.paths(call.function.logical_id)
    events = [call.event] * (1 + calls)
    return _started(call.function.handler, call.function.environment, events, paths, call.at)


def bare(call: Mapping[str, Any], *, calls: int = 0) -> Took:
    """Start the bare handler afresh."""
    paths = [str(_HERE), *bundles.installed()]
    return _started("bare.handler", {"TABLE": call["table"]}, [call["event"]] * (1 + calls), paths)


def once(day: Day, name: str) -> Took:
    """Start a function afresh with its call of the day, as if it had never been answered."""
    day.put_back(day.calls[name])
    return start(day.calls[name])


def _try(day: Day, name: str, plain: Mapping[str, Any]) -> Took:
    return bare(plain) if name == "bare" else once(day, name)


def bare_call(day: Day) -> dict[str, Any]:
    """An item that is there the whole day: a plan."""
    first = next(iter(day.calls.values()))
    table, items = next((table, items) for table, items in first.tables.items() if "Eligibility" in table)
    plan = next(item for item in items if item["pk"]["S"] == "PLANS")
    return {"table": table, "event": {"key": {name: plan[name] for name in ("pk", "sk")}}}


def _started(
    handler: str, environment: Mapping[str, str], events: list[Any], paths: list[str], at: datetime | None = None
) -> Took:
    given = {**os.environ, **environment, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
    told = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, "-I", "-S", str(_HERE / "fresh.py")],
        input=json.dumps({"handler": handler, "events": events, "paths": paths, "at": at and at.isoformat()}),
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise RuntimeError(f"{handler} failed:\n{told.stderr}")
    found = json.loads(told.stdout.strip().splitlines()[-1])
    answer = found["answer"]
    if isinstance(answer, dict) and (answer.get("statusCode", 200) >= 300 or answer.get("batchItemFailures")):
        raise RuntimeError(f"{handler} answered {answer}:\n{told.stdout}")
    return Took(found["wall"], found["cpu"], found["peak"], answer, found["warm"], found["stripe"])


def _figure(name: str, found: list[tuple[Took, Took]], at_most: float | None) -> Figure:
    return Figure(
        name,
        wall=median(own.wall / beside.wall for beside, own in found),
        cpu=median(own.cpu / beside.cpu for beside, own in found),
        at_most=at_most,
    )


def _limit(name: str, call: Call, found: list[tuple[Took, Took]]) -> float | None:
    """The limit of a first call; raises where it loads Stripe's library and is not among those that do, or does not."""
    if any(own.stripe for _, own in found) != (name in CALLING_STRIPE):
        raise RuntimeError(f"{name} {'does not load' if name in CALLING_STRIPE else 'loads'} Stripe's library")
    return _at_most(name, call.event)


def _at_most(name: str, event: Mapping[str, Any]) -> float | None:
    """The limit of a function's first call; none for what takes in events, for which nobody waits, and for sign-ins."""
    if name in LIMITS:
        return LIMITS[name]
    if name in CALLING_STRIPE:
        return CALLS_STRIPE
    if "httpMethod" in event:
        return HTTP
    return JOB if event.get("detail-type") == "Scheduled Event" else None
