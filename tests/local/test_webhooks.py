from datetime import UTC, datetime, timedelta
from itertools import permutations

from local.deliveries import Delivery
from local.front import Answer
from local.webhooks import STRIPE, Webhooks
from tests.local.fragment import seeded

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Sender:
    """Has something to tell, until it is taken."""

    def __init__(self, *names):
        self.undelivered = list(names)
        self.alarm = None

    def wakes(self):
        return self.alarm

    def look_at_the_time(self):
        self.alarm = None
        self.undelivered.append("by itself")

    def delivery(self, name):
        return Delivery(name, "", {"Stripe-Signature": f"signed {name}"}, name.encode())

    def take(self):
        taken, self.undelivered = self.undelivered, []
        return [self.delivery(name) for name in taken]


def carried(seed, status=200):
    heard = []

    def tell(request):
        heard.append(request)
        return Answer(status, (), b"")

    webhooks = Webhooks(Sender("a", "b", "c"), STRIPE, tell, seeded(seed))
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


def test_where_nothing_happened_there_is_nothing_to_do():
    webhooks = Webhooks(Sender(), STRIPE, lambda _: Answer(200, (), b""), seeded(1))

    assert not webhooks.ready(NOW)
    assert webhooks.next(NOW) is None


def test_what_happens_there_by_itself_is_told_at_its_time():
    sender, told = Sender(), []
    sender.alarm = NOW + timedelta(hours=1)
    webhooks = Webhooks(sender, STRIPE, lambda request: told.append(request.body) or Answer(200, (), b""), seeded(1))

    assert (webhooks.ready(NOW), webhooks.next(NOW)) == (False, NOW + timedelta(hours=1))
    assert webhooks.ready(NOW + timedelta(hours=1))
    webhooks.work()
    assert (told, webhooks.next(NOW)) == ([b"by itself"], None)


def test_what_the_api_refuses_comes_again_later_each_time_until_it_is_taken():
    heard, statuses = [], [500, 503, 200]

    def tell(_):
        heard.append(now)
        return Answer(statuses[len(heard) - 1], (), b"")

    webhooks, now = Webhooks(Sender("a"), STRIPE, tell, seeded(1)), NOW
    while now is not None:
        while webhooks.ready(now):
            webhooks.work()
        now = webhooks.next(now)
    assert [at - NOW for at in heard] == [timedelta(0), timedelta(minutes=2), timedelta(minutes=6)]


def test_a_sender_may_tell_of_an_event_again_at_any_time():
    heard = []
    webhooks = Webhooks(Sender(), STRIPE, lambda r: heard.append(r.body) or Answer(200, (), b""), seeded(1))
    webhooks.repeat("old")
    while webhooks.ready(NOW):
        webhooks.work()
    assert heard == [b"old"]
