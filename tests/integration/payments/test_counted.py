"""Charged and declined are counted once each, however often and in which way it is heard."""

import json

from tests.integration.payments.test_late_fees import due, owing
from tests.integration.payments.test_ways_to_pay import finished, opened


def counts(capfd) -> dict[str, list[str | None]]:
    """What was counted: charged and declined, with the reason."""
    found: dict[str, list[str | None]] = {"charged": [], "declined": []}
    for line in map(json.loads, capfd.readouterr().out.splitlines()):
        if line["event"] in found and line.get(line["event"]) == 1:
            found[line["event"]].append(line.get("code"))
    return found


def test_a_payment_is_counted_once_although_it_is_heard_of_by_answer_and_by_webhook(world, capfd):
    member, purchase = opened(world)
    asked = world.pay(member, purchase, "app")
    finished(world, asked, "app")
    world.pay(member, purchase, "app")
    world.settle()
    assert counts(capfd) == {"charged": [None], "declined": []}


def test_a_fee_that_the_card_does_not_pay_is_counted_as_declined(world, capfd):
    owing(world, "pm_card_chargeCustomerFail")
    due(world)
    for _ in range(3):
        world.pass_time(hours=30)
    assert counts(capfd) == {"charged": [], "declined": ["declined"]}


def test_a_fee_for_which_there_is_no_card_is_counted_with_that_reason(world, capfd):
    owing(world, card=None)
    due(world)
    assert counts(capfd) == {"charged": [], "declined": ["no_card"]}
