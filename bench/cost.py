"""What a thousand bookings cost at AWS: worked out from what is counted and from what is assumed, not measured there.

A booking comes with the requests that lead to it, with the functions that it sets in motion (relay, e-mail, and what
SES tells of it), and with what watches over all of that: the firewall, the trail of who touched a table, the logs.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bench import prices
from bench.calls import Rows, Taken

MIX: Mapping[str, float] = {
    "show_profile": 1,
    "search_providers": 4,
    "list_free_times": 6,
    "keep_hold": 1.3,
    "book_appointment": 1,
    "show_appointment": 2,
    "list_appointments": 1,
}
"""Assumed: how often each is asked for one booking."""
SECONDS = {"SchedulingApi": 0.06, "EligibilityApi": 0.04, "Relay": 0.04, "NotificationsMail": 0.25}
"""Assumed: how long a call lasts, starts spread over all; others as long as the relay."""
MEMORY_GB = {"SchedulingApi": 1.0, "EligibilityApi": 1.0}
"""As the template gives it; others 0.5."""
LOG_BYTES = 900
"""Assumed: of one call, with what Lambda itself writes."""
ACCESS_LOG_BYTES = 320
"""Assumed: of one request, what API Gateway writes (`infra/constructs/api.py`)."""
MAILS = 1.0
"""Assumed, for one booking: the confirmation. No reminder is counted."""
KMS_CALLS = 0.3
"""Assumed: per request, since opened keys are kept for five minutes."""
SQS_REQUESTS = 3
"""To send, receive and delete a message."""


@dataclass(frozen=True)
class Cost:
    """Dollars for a thousand bookings, by what is paid for, with how much of it there is."""

    parts: Mapping[str, tuple[float, float]]

    @property
    def dollars(self) -> float:
        return sum(dollars for _, dollars in self.parts.values())


def work_out(rows: Rows) -> Cost:
    """What a thousand bookings cost, by what was counted of their requests."""
    used: dict[str, float] = defaultdict(float, {"SES, e-mails": 1000 * MAILS})
    seconds = log_bytes = 0.0
    for operation, times in MIX.items():
        taken, often = rows[operation], times * 1000
        used["API Gateway, REST requests"] += often
        used["Firewall, requests"] += often
        used["KMS, requests"] += often * KMS_CALLS
        seconds += often * (_gb_seconds(_function(operation)) + sum(_gb_seconds(name) for name, _ in taken.after))
        log_bytes += often * (ACCESS_LOG_BYTES + LOG_BYTES * (1 + len(taken.after)))
        for name, amount in _units(taken).items():
            used[name] += often * amount
    parts = {name: (amount, amount * prices.PER_MILLION[name] / 1e6) for name, amount in sorted(used.items())}
    parts["Lambda, GB-seconds"] = (seconds, seconds * prices.LAMBDA_GB_SECOND)
    parts["CloudWatch, GB of logs"] = (log_bytes / 1e9, log_bytes / 1e9 * prices.LOGS_GB)
    return Cost(parts)


def _units(taken: Taken) -> dict[str, float]:
    """What one request and all that follows it uses."""
    used: dict[str, float] = defaultdict(float)
    for each in (taken.own, *(after for _, after in taken.after)):
        used["DynamoDB, read units"] += each.read_units
        used["DynamoDB, write units"] += each.write_units
        used["CloudTrail, data events"] += len(each.calls)
    after = [name for name, _ in taken.after]
    used["Lambda, requests"] = 1 + len(after)
    used["EventBridge, events"] = after.count("Relay")
    used["SQS, requests"] = SQS_REQUESTS * (len(after) - after.count("Relay"))
    return used


def _function(operation: str) -> str:
    return "EligibilityApi" if operation == "show_profile" else "SchedulingApi"


def _gb_seconds(function: str) -> float:
    return SECONDS.get(function, SECONDS["Relay"]) * MEMORY_GB.get(function, 0.5)
