"""Deadlines: what is due is taken once, and comes again if the work on it died."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.shared.aws import client
from functions.shared.due import SHARDS, due, sweep
from functions.shared.instants import stored
from functions.shared.log import set_up
from functions.shared.settings import setting
from functions.shared.table import Item, Key, get, plain, wire

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
CANARY = "Xochitl Ochoa, born 1990-05-31"


@pytest.fixture(autouse=True)
def _settings(run_as):
    run_as("EligibilityJobs")


def record(number: int, at: datetime | None, what: str = "remind") -> Key:
    """A record that is due at `at`, or never."""
    key = Key(setting("ELIGIBILITY_TABLE"), f"MBR#{number}", f"CHK#{number}")
    deadline = due(what, at, key.sk) if at else {}
    client("dynamodb").put_item(TableName=key.table, Item=wire({**key.attributes, "n": number, "v": 1, **deadline}))
    return key


def numbers_taken(now: datetime, work=lambda item: None) -> list[int]:
    taken = []

    def take(item: Item) -> None:
        taken.append(item["n"])
        work(item)

    count = sweep(setting("ELIGIBILITY_TABLE"), {"remind": take}, now)
    assert count == len(taken)
    return sorted(taken)


def breaking(_item: Item) -> None:
    raise RuntimeError(CANARY)


def logged(capfd, event: str) -> list[dict]:
    lines = map(json.loads, capfd.readouterr().out.splitlines())
    return [line for line in lines if line["event"] == event]


def test_a_sweep_takes_what_is_due_and_nothing_else():
    record(1, NOW - timedelta(days=1))
    record(2, NOW)
    record(3, NOW + timedelta(milliseconds=1))
    record(4, None)
    assert numbers_taken(NOW) == [1, 2]


def test_a_record_without_a_deadline_is_not_in_the_index():
    record(1, None)
    record(2, NOW)
    found = client("dynamodb").scan(TableName=setting("ELIGIBILITY_TABLE"), IndexName="due")["Items"]
    assert [plain(item)["n"] for item in found] == [2]


def test_a_sweep_finds_what_is_due_in_every_part_of_the_index():
    for number in range(60):
        record(number, NOW)
    found = client("dynamodb").scan(TableName=setting("ELIGIBILITY_TABLE"), IndexName="due")["Items"]
    assert {plain(item)["due_shard"] for item in found} == {str(part) for part in range(SHARDS)}
    assert numbers_taken(NOW) == list(range(60))


def test_each_kind_of_deadline_has_its_own_work():
    record(1, NOW, "remind")
    record(2, NOW, "expire")
    reminded, expired = [], []
    work = {"remind": lambda item: reminded.append(item["n"]), "expire": lambda item: expired.append(item["n"])}
    assert sweep(setting("ELIGIBILITY_TABLE"), work, NOW) == 2
    assert (reminded, expired) == ([1], [2])


def test_what_is_taken_is_leased_before_the_work_and_a_second_sweeper_finds_nothing():
    key = record(1, NOW)
    seen = []

    def look(_item: Item) -> None:
        seen.append((get(key)["due_at"], numbers_taken(NOW + LEASE - timedelta(milliseconds=1))))

    assert numbers_taken(NOW, look) == [1]
    assert seen == [(stored(NOW + LEASE), [])]


def test_two_sweepers_that_saw_the_same_records_take_each_of_them_once():
    for number in range(20):
        record(number, NOW)
    other: list[int] = []

    def meanwhile(_item: Item) -> None:
        if not other:
            other.extend(numbers_taken(NOW))

    mine = numbers_taken(NOW, meanwhile)
    assert other
    assert sorted(mine + other) == list(range(20))


def test_a_record_that_fails_is_logged_by_type_and_place_and_holds_up_no_other(capfd):
    set_up()
    for number in range(3):
        record(number, NOW)
    assert numbers_taken(NOW, lambda item: breaking(item) if item["n"] == 1 else None) == [0, 1, 2]
    (line,) = logged(capfd, "due_failed")
    assert (line["type"], line["error"], line["attempt"]) == ("remind", "RuntimeError", 1)
    assert line["at"].startswith("shared/test_due:")
    assert "Xochitl" not in str(line)


def test_a_record_that_failed_comes_again_when_its_lease_ends_and_its_attempts_are_counted(capfd):
    set_up()
    key = record(1, NOW)
    for attempt in range(1, 4):
        assert numbers_taken(NOW + (attempt - 1) * LEASE, breaking) == [1]
        assert get(key)["attempts"] == attempt
    assert [line["attempt"] for line in logged(capfd, "due_failed")] == [1, 2, 3]


def test_it_is_said_of_each_record_how_late_it_was_come_to(capfd):
    set_up()
    record(1, NOW - timedelta(minutes=20), "expire")
    record(2, NOW - timedelta(seconds=3))
    record(3, NOW + timedelta(seconds=3))
    sweep(setting("ELIGIBILITY_TABLE"), {"remind": lambda _: None, "expire": lambda _: None}, NOW)
    taken = logged(capfd, "due_taken")
    assert {line["type"]: line["seconds"] for line in taken} == {"expire": 1200, "remind": 3}
    assert {line["due_taken"] for line in taken} == {1200, 3}  # the metric


def test_a_record_whose_sweeper_was_killed_comes_again_when_its_lease_ends():
    record(1, NOW)

    def killed(_item: Item) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        numbers_taken(NOW, killed)
    assert numbers_taken(NOW + LEASE - timedelta(milliseconds=1)) == []
    assert numbers_taken(NOW + LEASE) == [1]


def test_a_kind_of_deadline_that_nobody_works_on_fails_alone(capfd):
    set_up()
    record(1, NOW, "unheard_of")
    record(2, NOW)
    done = []
    assert sweep(setting("ELIGIBILITY_TABLE"), {"remind": lambda item: done.append(item["n"])}, NOW) == 2
    assert done == [2]
    assert [line["error"] for line in logged(capfd, "due_failed")] == ["KeyError"]


def test_a_record_that_is_gone_by_the_time_it_is_leased_is_not_taken_nor_made_anew():
    keys = [record(number, NOW) for number in range(2)]

    def remove_the_other(item: Item) -> None:
        for key in keys:
            if key.pk != item["pk"]:
                client("dynamodb").delete_item(TableName=key.table, Key=wire(key.attributes))

    # Both in one part of the index, so that both were seen before the first is worked on.
    for key in keys:
        shard = wire({":part": "0"})
        client("dynamodb").update_item(
            TableName=key.table,
            Key=wire(key.attributes),
            UpdateExpression="SET due_shard = :part",
            ExpressionAttributeValues=shard,
        )
    assert len(numbers_taken(NOW, remove_the_other)) == 1
    assert len([key for key in keys if get(key)]) == 1
