"""Each first call has the limit of what it does, and a run on a machine that is too busy says nothing."""

import pytest

from bench import cold
from bench.cold import Cold, Figure, Took
from bench.day import Call

REQUEST = {"httpMethod": "GET", "path": "/v1/card"}
SWEEP = {"detail-type": "Scheduled Event"}
EVENTS = {"Records": []}


@pytest.mark.parametrize(
    ("name", "event", "limit"),
    [
        ("PaymentsApi", REQUEST, cold.HTTP),
        ("PrivacyJobs", SWEEP, cold.JOB),
        ("StripeCatchUp", SWEEP, cold.CALLS_STRIPE),
        ("PaymentsEvents", EVENTS, cold.CALLS_STRIPE),
        ("NotificationsMail", EVENTS, None),
        ("StripeWebhook", REQUEST, cold.RECEIVER),
        ("SchedulingApi, a booking", REQUEST, cold.A_BOOKING),
        ("CareApi, a message", REQUEST, cold.A_MESSAGE),
        ("PaymentsApi, calling Stripe", REQUEST, cold.CALLS_STRIPE),
        ("PrivacyJobs, an erasure", SWEEP, cold.AN_ERASURE),
    ],
)
def test_a_first_call_is_judged_by_what_it_does(name, event, limit):
    assert cold._at_most(name, event) == limit


def test_every_dearer_first_call_has_a_limit():
    assert cold.MORE.keys() <= cold.LIMITS.keys()


@pytest.mark.parametrize(
    ("name", "loads"), [("PaymentsApi", True), ("PaymentsEvents", False), ("PaymentsApi, calling Stripe", False)]
)
def test_who_loads_stripes_library_is_declared_and_whoever_else_does_is_refused(name, loads):
    def limit(*, stripe):
        took = Took(1.0, 1.0, 1, None, [], stripe)
        return cold._limit(name, Call(None, REQUEST, None, {}), [(took, took)])

    assert limit(stripe=not loads) in {cold.HTTP, cold.CALLS_STRIPE}
    with pytest.raises(RuntimeError, match="Stripe's library"):
        limit(stripe=loads)


@pytest.mark.parametrize(("ratio", "counts"), [(0.92, False), (0.93, True), (1.0, True), (1.07, True), (1.08, False)])
def test_a_run_counts_where_the_bare_handler_beside_itself_comes_out_even(ratio, counts):
    assert Cold(Figure("bare", 1.0, ratio, None), [], {}).counts == counts
