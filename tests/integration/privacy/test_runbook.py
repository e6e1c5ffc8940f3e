"""What docs/runbook.md lets a person do by hand has been tried: its code is run as it stands there."""

import re
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from functions.shared.aws import client
from functions.shared.table import wire
from tests.integration.privacy.world import AUDIT, KEYS, NOON, PRIVACY, rows

RESTORED = [
    ["CARE_TABLE", "ELIGIBILITY_TABLE", "NOTIFICATIONS_TABLE", "PAYMENTS_TABLE", "SCHEDULING_TABLE"],
    [KEYS],
    [PRIVACY, "ELIGIBILITY_TABLE"],
]


def code(section: str) -> str:
    """The Python of a section of the runbook."""
    text = Path("docs/runbook.md").read_text(encoding="utf-8")
    ((body),) = re.findall(rf"^### {section}\n(.*?)(?=^### |\Z)", text, re.DOTALL | re.MULTILINE)
    ((block),) = re.findall(r"^ *```python\n(.*?)^ *```$", body, re.DOTALL | re.MULTILINE)
    return textwrap.dedent(block)


def run(world, section: str) -> None:
    with world.acting_as("PrivacyJobs"):
        exec(compile(code(section), section, "exec"), {})  # noqa: S102 - what a person would paste


def restore(world, table, items):
    for item in items:
        client("dynamodb").put_item(TableName=world.table(table), Item=wire(item))


@pytest.mark.parametrize("tables", RESTORED, ids=" ".join)
def test_who_has_left_and_comes_back_with_a_restored_table_is_erased_again(world, tables, capfd):
    member, stays = world.lives_here(), world.joins(email="luis@example.com")
    before = {table: world.items(table) for table in tables}
    world.leaves(member)
    left, others = world.of(member), world.of(stays)
    for table, items in before.items():
        restore(world, table, items)
    assert world.of(member) != left
    run(world, "Restore a table")
    assert world.gate(member) == "erased"
    if PRIVACY not in tables:  # where the course of the erasure is an older one again
        assert world.of(member) == left
    assert {name for name in world.of(member) if name not in left} == set()
    assert world.of(stays) == others
    assert world.gate(stays) == "open"
    assert f"{member} " in capfd.readouterr().out


def test_the_seals_are_checked_by_hand_as_the_runbook_says(world, capfd, monkeypatch):
    member = world.lives_here()
    world.staff("GET", f"/v1/members/{member}/erasure")
    world.now = NOON + timedelta(hours=3)
    world.sweep_privacy()
    (row, *_) = rows(world)
    capfd.readouterr()

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return world.now if tz is UTC else NotImplemented

    monkeypatch.setattr("datetime.datetime", Later)
    run(world, "Check the seals of the audit trail")
    assert capfd.readouterr().out == "[]\n"
    restore(world, AUDIT, [{**row, "operation": "another"}])
    run(world, "Check the seals of the audit trail")
    assert capfd.readouterr().out == f"['{row['hour']}']\n"
