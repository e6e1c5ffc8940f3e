from datetime import UTC, datetime, timedelta

import pytest

from local.queues import Queue, as_record
from tests.local.fragment import seeded

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def queue():
    dead = Queue("arn:dead", "dead", retention=timedelta(days=14))
    return Queue("arn:live", "live", visibility=60 * SECOND, max_receive=2, dead_letters=dead)


def received(queue, now, most=10):
    return [message.body for message in queue.receive(most, now, seeded(1))]


def test_a_received_message_is_hidden_until_its_visibility_timeout_ends(queue):
    queue.send("a", "1", NOW)

    assert received(queue, NOW) == ["a"]
    assert received(queue, NOW + 59 * SECOND) == []
    assert received(queue, NOW + 60 * SECOND) == ["a"]


def test_a_deleted_message_does_not_come_back(queue):
    queue.send("a", "1", NOW)
    queue.receive(1, NOW, seeded(1))

    queue.delete({"1"})

    assert received(queue, NOW + 3600 * SECOND) == []


def test_what_was_received_too_often_is_a_dead_letter_and_is_not_handed_out_again(queue):
    queue.send("a", "1", NOW)
    for attempt in range(2):
        assert received(queue, NOW + attempt * 60 * SECOND) == ["a"]

    assert received(queue, NOW + 120 * SECOND) == []
    assert [letter.body for letter in queue.dead_letters.messages] == ["a"]
    assert queue.messages == []


def test_a_redriven_letter_goes_back_to_its_queue_and_starts_counting_anew(queue):
    queue.send("a", "1", NOW)
    for attempt in range(3):
        received(queue, NOW + attempt * 60 * SECOND)

    moved = queue.dead_letters.redrive({"arn:live": queue}.get, NOW + 300 * SECOND)

    assert moved == 1
    assert queue.dead_letters.messages == []
    assert [message.received for message in queue.receive(1, NOW + 300 * SECOND, seeded(1))] == [1]


def test_what_was_sent_is_noted_also_when_it_has_been_worked_off_or_has_died(queue):
    for body in ("worked off", "dies"):
        queue.send(body, body, NOW)
    queue.delete({"worked off"})
    for attempt in range(3):
        received(queue, NOW + attempt * 60 * SECOND)

    assert [letter.body for letter in queue.dead_letters.messages] == ["dies"]
    assert list(queue.sent) == ["worked off", "dies"]


def test_of_what_was_sent_the_last_thousand_are_noted(queue):
    for number in range(1001):
        queue.send(str(number), str(number), NOW)

    assert (queue.sent[0], queue.sent[-1], len(queue.sent)) == ("1", "1000", queue.sent.maxlen)


def test_a_delayed_message_is_not_visible_before_its_time(queue):
    queue.delay = 10 * SECOND
    queue.send("a", "1", NOW)

    assert received(queue, NOW + 9 * SECOND) == []
    assert received(queue, NOW + 10 * SECOND) == ["a"]


def test_a_message_is_gone_after_the_retention_time(queue):
    queue.send("a", "1", NOW)

    assert received(queue, NOW + queue.retention) == []
    assert queue.messages == []


def test_a_batch_is_no_larger_than_asked_and_its_order_comes_from_the_seed(queue):
    for number in range(8):
        queue.send(str(number), str(number), NOW)

    assert len(received(queue, NOW, most=3)) == 3
    orders = set()
    for seed in range(5):
        other = Queue("arn:o", "o")
        for number in range(8):
            other.send(str(number), str(number), NOW)
        orders.add(tuple(message.body for message in other.receive(8, NOW, seeded(seed))))
    assert len(orders) > 1


def test_a_record_tells_the_function_how_often_its_message_was_received(queue):
    queue.send("a", "1", NOW)
    queue.receive(1, NOW, seeded(1))
    (message,) = queue.receive(1, NOW + 60 * SECOND, seeded(1))

    record = as_record(message, queue, "us-east-1")

    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert record["attributes"]["ApproximateFirstReceiveTimestamp"] == str(int(NOW.timestamp() * 1000))
    assert record["body"] == "a"
    assert record["eventSourceARN"] == "arn:live"
    assert record["md5OfBody"] == "0cc175b9c0f1b6a831c399e269772661"
