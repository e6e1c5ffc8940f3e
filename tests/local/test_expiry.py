"""Time to live on the system's own clock: when what is over is removed, and what is not."""

from datetime import timedelta

import pytest

from tests.local import fragment
from tests.local.conftest import START

HOUR = timedelta(hours=1)


def put(system, name, ends_in, **more):
    """An item of the sample's table, and when it is over."""
    ttl = {} if ends_in is None else {"ttl": {"N": str(int((START + ends_in).timestamp()))}}
    item = {"pk": {"S": name}, "sk": {"S": "NOTE"}, **ttl, **more}
    system.aws.dynamodb.put_item(TableName=table(system), Item=item)


def table(system):
    return system.template.placed["Notes"].ref


def there(system):
    return sorted(item["pk"]["S"] for item in system.aws.dynamodb.scan(TableName=table(system))["Items"])


def test_what_is_over_is_removed_at_the_next_turn_and_the_rest_stays(system):
    put(system, "over", -HOUR)
    put(system, "later", 3 * HOUR)
    put(system, "never", None)

    system.turn(timedelta(0))

    assert there(system) == ["later", "never"]


def test_an_item_may_be_there_for_two_days_after_its_time_and_no_longer(system):
    put(system, "soon", HOUR)
    put(system, "later", 49 * HOUR)

    system.turn(2 * HOUR)
    assert there(system) == ["later", "soon"]

    system.turn(HOUR)
    assert there(system) == ["later"]

    put(system, "soon", 4 * HOUR)
    system.turn(52 * HOUR)
    assert there(system) == ["later"]


def test_a_clock_that_ticks_along_looks_once_an_hour(system):
    system.turn(timedelta(0))
    put(system, "over", -HOUR)

    system.turn(timedelta(minutes=59))
    assert there(system) == ["over"]

    system.turn(timedelta(minutes=1))
    system.turn(timedelta(0))
    assert there(system) == []


def test_what_is_over_is_removed_from_every_page(system):
    for number in range(40):
        put(system, f"note-{number}", -HOUR, text={"S": "x" * 60_000})

    system.turn(timedelta(0))

    assert there(system) == []


@pytest.mark.parametrize("change", [None, {"AttributeName": "ttl", "Enabled": False}])
def test_a_table_without_time_to_live_keeps_everything(start, change):
    template = fragment.template()
    declared = template["Resources"]["Notes"]["Properties"]
    declared.pop("TimeToLiveSpecification")
    if change:
        declared["TimeToLiveSpecification"] = change
    with start(template) as system:
        put(system, "over", -HOUR)
        system.turn(timedelta(0))
        assert there(system) == ["over"]
