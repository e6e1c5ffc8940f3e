"""What is counted: the log lines that are metrics as well, in CloudWatch's embedded metric format (EMF).

There is one call for what happens, `log.info("appointment_booked", …)`, and one table of what is counted, below. A line
that is counted says so in `_aws`, beside its fields; CloudWatch makes of it the metric that bears the event's name. A
metric is split by nothing but the few fields named here, all of them words of ours: never by an id.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from functions.shared.settings import environment

NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
"""The setting that says under which name the stage counts; without it nothing is counted."""


class Counted(NamedTuple):
    """How an event is counted: each line as one, or by the number in one of its fields."""

    by: tuple[str, ...] = ()
    """Fields by each of which it is split; the whole is counted, too."""
    measures: str | None = None
    """The field that is measured; without one, each line counts one."""
    unit: str = "Count"
    only: frozenset[str] = frozenset()
    """Of those with a `code`, these alone."""


CONFLICTS = frozenset({"slot_taken", "member_busy", "busy"})
"""The refusals by which somebody else was quicker."""

COUNTED: Mapping[str, Counted] = {
    # What people do.
    "appointment_booked": Counted(),
    "appointment_cancelled": Counted(by=("state",)),
    "refused": Counted(by=("code",), only=CONFLICTS),
    "check_settled": Counted(by=("state", "level")),
    "charged": Counted(),
    "declined": Counted(by=("code",)),
    "mail_sent": Counted(),
    "erasure_requested": Counted(),
    "erasure_completed": Counted(),
    # What waits: how long something has been due, unsent or open when it is come to.
    "due_taken": Counted(by=("type",), measures="seconds", unit="Seconds"),
    "outbox_behind": Counted(measures="seconds", unit="Seconds"),
    "erasure_open": Counted(measures="days", unit="None"),
    # What broke, and is tried again or answered as an error.
    "broken": Counted(by=("operation",)),
    "due_failed": Counted(by=("type",)),
    "event_not_taken": Counted(by=("type",), measures="attempt"),
    "event_refused": Counted(),
    "mail_refused": Counted(),
    # What a person has to look at.
    "address_suppressed": Counted(),
    "audit_trail_broken": Counted(),
    "erasure_blocked": Counted(by=("code",)),
    "erasure_late": Counted(),
    "event_lost": Counted(),
    "fee_unknown": Counted(),
    "legal_hold_review_due": Counted(),
    "no_coach_free": Counted(),
    "recheck_impossible": Counted(),
    "refund_refused": Counted(),
    "sessions_left_unbilled": Counted(measures="count"),
    "statement_contradicts_itself": Counted(),
    "statement_in_review": Counted(),
    "statement_notice_gone": Counted(),
    "statement_of_unknown_session": Counted(),
    "stripe_event_not_understood": Counted(),
}


def metric(line: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a metric of a log line, which has its strict form already; nothing where it is not counted."""
    name, namespace = str(line.get("event")), environment.get().get(NAMESPACE)
    counted = COUNTED.get(name)
    if counted is None or not namespace or (counted.only and line.get("code") not in counted.only):
        return {}
    value = line.get(counted.measures) if counted.measures else 1
    if not isinstance(value, int):
        return {}
    directive = {
        "Namespace": namespace,
        "Dimensions": [[], *([field] for field in counted.by if field in line)],
        "Metrics": [{"Name": name, "Unit": counted.unit}],
    }
    return {name: value, "_aws": {"Timestamp": int(line["time"] * 1000), "CloudWatchMetrics": [directive]}}
