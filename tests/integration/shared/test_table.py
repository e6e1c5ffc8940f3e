"""Reading the template's tables: many keys at once, from several tables, also under load."""

from types import SimpleNamespace

import pytest

from functions.shared import table as reading
from functions.shared.aws import client
from functions.shared.problems import Busy
from functions.shared.settings import setting
from functions.shared.table import Key, get, read, wire


@pytest.fixture(autouse=True)
def _settings(run_as):
    run_as("EligibilityApi")


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that `read` would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(reading, "time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture
def unread():
    """Let the database leave one key unread in each of the next `times` answers, as under load."""

    def inject(times: int) -> None:
        left = [times]

        def hold_back(parsed, **_):
            if left[0] == 0:
                return
            left[0] -= 1
            name, items = next((name, items) for name, items in parsed["Responses"].items() if items)
            key = {part: items.pop()[part] if part == "pk" else {"S": "ITEM"} for part in ("pk", "sk")}
            parsed["UnprocessedKeys"] = {name: {"Keys": [key], "ConsistentRead": True}}

        client("dynamodb").meta.events.register("after-call.dynamodb.BatchGetItem", hold_back)

    return inject


def kept(name: str, table: str = "ELIGIBILITY_TABLE", **item: object) -> Key:
    key = Key(setting(table), name, "ITEM")
    client("dynamodb").put_item(TableName=key.table, Item=wire({**key.attributes, **item}))
    return key


def test_one_read_finds_items_of_several_tables_and_leaves_out_what_is_missing(called):
    one, other = kept("A", n=1), kept("B", "KEYS_TABLE", n=2)
    missing = Key(one.table, "C", "ITEM")
    names = called("dynamodb")
    found = read([one, other, missing])
    assert [found[key] and found[key]["n"] for key in (one, other, missing)] == [1, 2, None]
    assert names == ["BatchGetItem"]


def test_reads_are_consistent_and_ask_for_a_key_once():
    asked = []
    client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.*", lambda params, **_: asked.append(params)
    )
    one, other = kept("A", n=1), kept("B", "KEYS_TABLE", n=2)
    asked.clear()
    read([one, one, other])
    get(one)
    batch, single = asked
    assert all(part["ConsistentRead"] is True for part in batch["RequestItems"].values())
    assert [len(part["Keys"]) for part in batch["RequestItems"].values()] == [1, 1]
    assert single["ConsistentRead"] is True


def test_binary_and_numbers_come_back_plain():
    item = {"sealed": b"\x00\xff", "n": 12, "parts": [{"n": -1, "sealed": b"x"}], "yes": True}
    key = kept("A", **item)
    for again in (read([key])[key], get(key)):
        assert again == {**key.attributes, **item}
        assert (type(again["sealed"]), type(again["n"]), type(again["parts"][0]["sealed"])) == (bytes, int, bytes)


def test_a_missing_item_is_none():
    assert get(Key(setting("ELIGIBILITY_TABLE"), "A", "ITEM")) is None


@pytest.mark.parametrize("times", [1, 5])
def test_keys_left_unread_under_load_are_asked_for_again(times, unread, pauses):
    keys = [kept("A", n=1), kept("B", n=2), kept("C", "KEYS_TABLE", n=3)]
    unread(times)
    found = read(keys)
    assert [found[key]["n"] for key in keys] == [1, 2, 3]
    assert len(pauses) == times
    assert pauses == sorted(pauses)


def test_keys_that_stay_unread_are_busy_never_missing(unread, pauses, called):
    key = kept("A", n=1)
    unread(1000)
    names = called("dynamodb")
    with pytest.raises(Busy):
        read([key])
    assert names == ["BatchGetItem"] * 6
    assert len(pauses) == 5
