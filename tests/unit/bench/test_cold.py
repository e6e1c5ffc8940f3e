"""Each first call has the limit of what it does, and a run on a machine that is too busy says nothing."""

import pytest

from bench import cold
from bench.cold import Cold, Figure, Took
from bench.day import Call

REQUEST = {"httpMethod": "GET", "path": "/v1/card"}
SWEEP = {"detail-type": "Scheduled Event"}
EVENTS = {"Records": []}


@pytest.mark.parametrize(
    ("name", "event", "stripe", "limit"),
    [
        ("PaymentsApi", REQUEST, False, cold.HTTP),
        ("PaymentsApi", REQUEST, True, cold.CALLS_STRIPE),
        ("PrivacyJobs", SWEEP, False, cold.JOB),
        ("StripeCatchUp", SWEEP, True, cold.CALLS_STRIPE),
        ("PaymentsEvents", EVENTS, True, cold.CALLS_STRIPE),
        ("NotificationsMail", EVENTS, False, None),
        ("StripeWebhook", REQUEST, False, cold.RECEIVER),
        ("SchedulingApi, a booking", REQUEST, False, cold.A_BOOKING),
        ("CareApi, a message", REQUEST, False, cold.A_MESSAGE),
        ("PrivacyJobs, an erasure", SWEEP, True, cold.AN_ERASURE),
    ],
)
def test_a_first_call_is_judged_by_what_it_does(name, event, stripe, limit):
    assert cold._at_most(name, event, stripe=stripe) == limit


def test_every_dearer_first_call_has_a_limit():
    assert cold.MORE.keys() <= cold.LIMITS.keys()


def test_whether_stripe_was_called_is_what_the_process_says():
    def limit(name, stripe):
        took = Took(1.0, 1.0, 1, None, [], stripe)
        return cold._limit(name, Call(None, REQUEST, None, {}), [(took, took)])

    assert limit("PaymentsApi", stripe=False) == cold.HTTP
    assert limit("PaymentsApi", stripe=True) == cold.CALLS_STRIPE
    with pytest.raises(RuntimeError, match="called no Stripe"):
        limit("PaymentsApi, calling Stripe", stripe=False)


@pytest.mark.parametrize(("ratio", "counts"), [(0.92, False), (0.93, True), (1.0, True), (1.07, True), (1.08, False)])
def test_a_run_counts_where_the_bare_handler_beside_itself_comes_out_even(ratio, counts):
    assert Cold(Figure("bare", 1.0, ratio, None), [], {}).counts == counts
