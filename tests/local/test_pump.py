import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from local.bus import Bus
from local.clock import Clock
from local.functions import Function, FunctionError
from local.pump import NeverQuietError, Pump
from local.queues import Queue
from local.schedules import schedule
from local.sources import AsyncCalls, Call, Feed, QueueSource, StreamSettings, Watched
from local.wiring import Scheduled, SparseIndex, Wired
from tests.local.fragment import seeded

START = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FUNCTION = Function("F", "f", "arn:f", "m.h", {}, timedelta(seconds=3), 128, None)


class Functions:
    """Stands for the functions: calls are told to `answer`, and noted with the time."""

    def __init__(self, clock):
        self.clock = clock
        self.calls = []
        self.answer = lambda _event: None

    def invoke(self, _function, event):
        self.calls.append((self.clock.now(), event))
        return self.answer(event)

    def times(self):
        return [at - START for at, _ in self.calls]


class Table:
    """Stands for DynamoDB: the two sparse indexes."""

    def __init__(self):
        self.rows = {"due": [], "unsent": []}

    def scan(self, IndexName, **_):  # noqa: N803 - boto3's name
        return {"Items": list(self.rows[IndexName])}

    def due(self, *instants):
        self.rows["due"] = [{"due_at": {"S": instant.isoformat()}} for instant in instants]

    def unsent(self, *keys):
        self.rows["unsent"] = [{"pk": {"S": key}, "at": {"S": "2026"}, "raw": {"B": b"\x00"}} for key in keys]


@pytest.fixture
def clock():
    return Clock(START)


@pytest.fixture
def functions(clock):
    return Functions(clock)


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def wired(clock, functions):
    calls = AsyncCalls(functions, lambda _: None)
    return Wired(Bus(clock, seeded(1), {}), {}, [calls], calls, deadlines=[SparseIndex("t", "due", "due_at")])


@pytest.fixture
def pump(wired, table, clock):
    """Made when first asked for something, so that a test wires first."""

    class Late:
        def __getattr__(self, name):
            self.__dict__["made"] = self.__dict__.get("made") or Pump(wired, table, clock, seeded(1))
            return getattr(self.__dict__["made"], name)

    return Late()


DUE = Watched("t", "due")


def every(wired, functions, expression, watches=(DUE,)):
    fire = lambda: wired.calls.calls.append(Call(FUNCTION, {"tick": expression}, functions.clock.now()))  # noqa: E731
    wired.schedules.append(Scheduled(expression, schedule(expression), fire, frozenset(watches)))


def failing(_event):
    raise FunctionError("ValueError")


def queue_source(functions, **settings):
    dead = Queue("arn:dead", "dead")
    queue = Queue("arn:q", "q", visibility=90 * timedelta(seconds=1), max_receive=3, dead_letters=dead)
    return QueueSource(queue, FUNCTION, functions, seeded(1), **settings)


def bodies(call):
    return sorted(record["body"] for record in call[1]["Records"])


class TestQueues:
    def test_a_message_is_handed_over_at_once_and_is_gone(self, wired, functions, pump):
        source = queue_source(functions)
        wired.sources.append(source)
        source.queue.send("a", "1", START)

        pump.drain()

        assert [bodies(call) for call in functions.calls] == [["a"]]
        assert source.queue.messages == []

    def test_a_batch_that_fails_comes_back_and_ends_as_dead_letters(self, wired, functions, pump):
        source = queue_source(functions)
        wired.sources.append(source)
        functions.answer = failing
        source.queue.send("a", "1", START)

        pump.drain()
        pump.turn(START + 60 * MINUTE)

        assert functions.times() == [timedelta(0), 1.5 * MINUTE, 3 * MINUTE]
        assert [letter.body for letter in source.queue.dead_letters.messages] == ["a"]

    def test_only_the_items_that_a_function_reports_come_back(self, wired, functions, pump):
        source = queue_source(functions, partial=True)
        wired.sources.append(source)
        functions.answer = lambda event: {
            "batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "b"]
        }
        for number, body in enumerate("abc"):
            source.queue.send(body, str(number), START)

        pump.drain()
        assert [message.body for message in source.queue.messages] == ["b"]
        functions.answer = lambda _: {"batchItemFailures": []}
        pump.turn(START + 2 * MINUTE)

        assert [bodies(call) for call in functions.calls] == [["a", "b", "c"], ["b"]]
        assert source.queue.messages == []

    @pytest.mark.parametrize(
        "answer",
        ["nonsense", {"batchItemFailures": [{"itemIdentifier": "of another batch"}]}, {"batchItemFailures": [{}]}],
    )
    def test_a_report_that_cannot_be_understood_fails_the_whole_batch(self, wired, functions, pump, answer):
        source = queue_source(functions, partial=True)
        wired.sources.append(source)
        functions.answer = lambda _: answer
        source.queue.send("a", "1", START)

        pump.drain()

        assert [message.body for message in source.queue.messages] == ["a"]

    def test_without_reports_an_answer_means_that_all_is_done(self, wired, functions, pump):
        source = queue_source(functions)
        wired.sources.append(source)
        functions.answer = lambda _: {"batchItemFailures": [{"itemIdentifier": "1"}]}
        source.queue.send("a", "1", START)

        pump.drain()

        assert source.queue.messages == []

    def test_a_batch_is_as_large_as_the_mapping_says(self, wired, functions, pump):
        source = queue_source(functions, batch_size=2)
        wired.sources.append(source)
        for number in range(5):
            source.queue.send(str(number), str(number), START)

        pump.drain()

        assert [len(call[1]["Records"]) for call in functions.calls] == [2, 2, 1]


class TestFeed:
    @pytest.fixture
    def feed(self, wired, functions, table):
        self.lost = []
        settings = StreamSettings(batch_size=10, retries=2, bisect=True)
        feed = Feed("t", "arn:s", ["pk"], "at", FUNCTION, functions, table, settings, self.lost.append)
        wired.sources.append(feed)
        return feed

    def test_a_new_row_is_an_insert_with_its_image_and_comes_once(self, feed, functions, table, pump):
        table.unsent("evt_1")

        pump.drain()
        pump.drain()

        ((_, event),) = functions.calls
        (record,) = event["Records"]
        assert record["eventName"] == "INSERT"
        assert record["eventSourceARN"] == "arn:s"
        assert record["dynamodb"]["Keys"] == {"pk": {"S": "evt_1"}}
        assert record["dynamodb"]["NewImage"] == {"at": {"S": "2026"}, "pk": {"S": "evt_1"}, "raw": {"B": "AA=="}}
        json.dumps(event)

    def test_a_failing_batch_is_halved_tried_again_and_given_up(self, feed, functions, table, pump):
        def fails_on_bad(event):
            if any(record["dynamodb"]["Keys"]["pk"]["S"] == "bad" for record in event["Records"]):
                raise FunctionError("ValueError")

        functions.answer = fails_on_bad
        table.unsent("a", "b", "bad", "c")

        pump.drain()
        pump.turn(START + 5 * MINUTE)

        tried = ["".join(r["dynamodb"]["Keys"]["pk"]["S"] for r in event["Records"]) for _, event in functions.calls]
        assert tried[0] == "abbadc"
        assert sorted(tried[1:3]) == ["ab", "badc"]
        assert set(tried[3:]) == {"bad", "c"}
        assert [json.loads(lost)["DDBStreamBatchInfo"]["batchSize"] for lost in self.lost] == [1]

    def test_rows_that_the_filter_does_not_want_are_passed_over(self, feed, functions, table, pump):
        from local.patterns import Pattern

        feed.settings = StreamSettings(patterns=[Pattern({"eventName": ["REMOVE"]})])
        table.unsent("evt_1")

        pump.drain()

        assert functions.calls == []


class TestAsyncCalls:
    def test_an_error_is_tried_again_after_one_and_two_minutes_and_then_given_up(self, wired, functions, pump):
        lost = []
        wired.calls.dead_letters = lambda _: lost.append
        functions.answer = failing
        wired.calls.calls.append(Call(FUNCTION, {"a": 1}, START))

        pump.drain()
        pump.turn(START + 10 * MINUTE)

        assert functions.times() == [timedelta(0), MINUTE, 3 * MINUTE]
        assert [json.loads(event) for event in lost] == [{"a": 1}]


class TestTurning:
    def ticks(self, functions):
        return [at for at, event in functions.calls if "tick" in event]

    def test_a_sweep_fires_at_the_first_tick_and_at_the_last_and_not_in_between(self, wired, functions, pump):
        every(wired, functions, "rate(1 minute)")

        pump.turn(START + timedelta(days=30))

        first, last = self.ticks(functions)
        assert first == START.replace(minute=1, second=0)
        assert last == START.replace(second=0) + timedelta(days=30)

    def test_a_sweep_fires_at_the_tick_after_each_deadline(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 minute)")
        due = START + timedelta(days=3, seconds=10)
        table.due(due)

        def swept(_event):
            if functions.clock.now() >= due:
                table.due()

        functions.answer = swept
        pump.turn(START + timedelta(days=30))

        assert due.replace(second=0) + MINUTE in self.ticks(functions)
        assert len(self.ticks(functions)) == 3

    def test_a_sweep_is_not_woken_by_what_another_one_looks_after(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 minute)", watches=[Watched("another", "due")])
        table.due(START + timedelta(days=3))

        pump.turn(START + timedelta(days=30))

        assert len(self.ticks(functions)) == 2

    def test_the_sweep_of_rows_that_are_not_sent_fires_while_there_are_some(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 minute)", watches=[Watched("t", "unsent")])
        every(wired, functions, "rate(2 minutes)")
        wired.sources.append(Feed("t", "arn:s", ["pk"], "at", FUNCTION, functions, table))
        wired.calls.calls.append(Call(FUNCTION, {"writes": "a row"}, START + timedelta(days=3)))

        def answer(event):
            if "writes" in event:
                table.unsent("evt_1")
            elif event.get("tick") == "rate(1 minute)":
                table.unsent()

        functions.answer = answer
        pump.turn(START + timedelta(days=30))

        ticks = [(event["tick"], at) for at, event in functions.calls if "tick" in event]
        assert [at for tick, at in ticks if tick == "rate(1 minute)"][1] == START.replace(
            minute=1, second=0
        ) + timedelta(days=3)
        assert Counter(tick for tick, _ in ticks) == {"rate(1 minute)": 3, "rate(2 minutes)": 2}

    def test_a_sweep_that_may_query_nothing_fires_after_whatever_else_happened(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 hour)", watches=[])
        wired.calls.calls.append(Call(FUNCTION, {"call": 1}, START + timedelta(days=3)))

        pump.turn(START + timedelta(days=30))

        assert [at - START.replace(second=0) for at in self.ticks(functions)] == [
            timedelta(hours=1),
            timedelta(days=3, hours=1),
            timedelta(days=30),
        ]

    def test_a_sweep_goes_on_while_the_backlog_shrinks(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 minute)")
        overdue = [START - MINUTE] * 1 + [START - 2 * MINUTE, START - 3 * MINUTE]
        table.due(*overdue)

        def one_at_a_time(_event):
            table.due(*overdue[: -len(functions.calls)])

        functions.answer = one_at_a_time
        pump.turn(START + timedelta(days=1))

        begin = START.replace(minute=1, second=0)
        assert self.ticks(functions)[:3] == [begin, begin + MINUTE, begin + 2 * MINUTE]

    def test_a_backlog_that_never_changes_does_not_keep_a_sweep_busy_for_a_month(self, wired, functions, table, pump):
        every(wired, functions, "rate(1 minute)")
        table.due(START - MINUTE)

        pump.turn(START + timedelta(days=30))

        assert 3 < len(self.ticks(functions)) < 12

    def test_a_sweep_of_short_turns_fires_at_each_of_its_ticks(self, wired, functions, pump):
        every(wired, functions, "rate(1 minute)")

        for second in range(1, 181):
            pump.turn(START + timedelta(seconds=second))

        assert [at.minute for at in self.ticks(functions)] == [1, 2, 3]

    def test_an_hourly_look_is_a_sweep(self, wired, functions, pump):
        every(wired, functions, "rate(1 hour)")

        pump.turn(START + timedelta(days=30))

        assert len(self.ticks(functions)) == 2

    def test_cron_and_long_rates_fire_at_every_one_of_their_times(self, wired, functions, pump):
        every(wired, functions, "cron(0 3 * * ? *)")
        every(wired, functions, "rate(6 hours)")

        pump.turn(START + timedelta(days=2))

        assert [at.hour for at in self.ticks(functions)] == [12, 18, 0, 3, 6, 12, 18, 0, 3, 6]

    def test_instants_come_in_order_whatever_they_are(self, wired, functions, table, pump):
        every(wired, functions, "cron(30 9 * * ? *)")
        source = queue_source(functions)
        wired.sources.append(source)
        source.queue.delay = timedelta(minutes=45)
        source.queue.send("later", "1", START)
        wired.calls.calls.append(Call(FUNCTION, {"call": 1}, START + timedelta(minutes=10)))

        pump.turn(START + timedelta(hours=1))

        kinds = [next(iter(event)) for _, event in functions.calls]
        assert kinds == ["call", "tick", "Records"]
        assert functions.times() == sorted(functions.times())

    def test_nothing_that_is_not_due_yet_happens(self, wired, functions, pump):
        wired.calls.calls.append(Call(FUNCTION, {"call": 1}, START + timedelta(minutes=10)))

        pump.turn(START + timedelta(minutes=9))
        assert functions.calls == []
        pump.turn(START + timedelta(minutes=10))

        assert functions.times() == [timedelta(minutes=10)]

    def test_events_that_cause_each_other_without_end_are_an_error(self, wired, functions, pump, monkeypatch):
        monkeypatch.setattr("local.pump._MOST_STEPS", 50)
        functions.answer = lambda event: wired.calls.calls.append(Call(FUNCTION, event, START))
        wired.calls.calls.append(Call(FUNCTION, {"a": 1}, START))

        with pytest.raises(NeverQuietError):
            pump.drain()
