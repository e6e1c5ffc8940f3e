from datetime import UTC, datetime
from itertools import permutations

from local.front import Answer
from local.stripe.webhooks import Delivery
from local.webhooks import Webhooks
from tests.local.fragment import seeded

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Sender:
    """Has something to tell, until it is taken."""

    def __init__(self, *names):
        self.undelivered = list(names)

    def take(self):
        taken, self.undelivered = self.undelivered, []
        return [Delivery(name, "", {"Stripe-Signature": f"signed {name}"}, name.encode()) for name in taken]


def carried(seed, status=200):
    heard = []

    def tell(request):
        heard.append(request)
        return Answer(status, (), b"")

    webhooks = Webhooks(Sender("a", "b", "c"), tell, seeded(seed))
    while webhooks.ready(NOW):
        webhooks.work()
    return heard


def test_each_event_is_posted_once_as_it_was_signed():
    for heard in (carried(1), carried(1, status=500)):
        assert sorted(request.body for request in heard) == [b"a", b"b", b"c"]
        for request in heard:
            assert (request.method, request.path) == ("POST", "/v1/webhooks/stripe")
            assert request.header("stripe-signature") == f"signed {request.body.decode()}"


def test_events_come_in_any_order_and_in_the_same_one_for_the_same_seed():
    orders = {tuple(request.body.decode() for request in carried(seed)) for seed in range(60)}

    assert orders == set(permutations("abc"))
    assert carried(7) == carried(7)


def test_where_nothing_happened_at_stripe_there_is_nothing_to_do():
    webhooks = Webhooks(Sender(), lambda _: Answer(200, (), b""), seeded(1))

    assert not webhooks.ready(NOW)
    assert webhooks.next(NOW) is None
