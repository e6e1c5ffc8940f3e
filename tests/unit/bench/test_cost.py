"""What a thousand bookings cost is worked out from what was counted."""

import pytest

from bench import cost, document, prices
from bench.calls import Counted, Taken

NOTHING = Counted((), 0, 0, 0, 0.0, 0.0)
ROWS = {operation: Taken(NOTHING, ()) for operation in cost.MIX}


def test_capacity_is_paid_for_by_how_often_a_request_is_made():
    booking = Taken(NOTHING._replace(read_units=8.0, write_units=20.0), ())
    search = Taken(NOTHING._replace(read_units=7.0), ())
    worked_out = cost.work_out({**ROWS, "book_appointment": booking, "search_providers": search}).parts
    reads = 1000 * (8 + 7 * cost.MIX["search_providers"])
    assert worked_out["DynamoDB, read units"] == (reads, reads * prices.PER_MILLION["DynamoDB, read units"] / 1e6)
    assert worked_out["DynamoDB, write units"][0] == 20_000


def test_what_a_booking_sets_in_motion_is_paid_for_too():
    after = (("Relay", NOTHING._replace(write_units=1.0)), ("NotificationsMail", NOTHING))
    alone, with_mail = (cost.work_out({**ROWS, "book_appointment": Taken(NOTHING, each)}) for each in ((), after))
    assert with_mail.parts["EventBridge, events"][0] == 1000
    assert with_mail.parts["Lambda, requests"][0] - alone.parts["Lambda, requests"][0] == 2000
    assert with_mail.dollars > alone.dollars


def test_every_call_to_a_table_is_an_event_in_the_trail():
    booking = Taken(
        NOTHING._replace(calls=("BatchGetItem", "TransactWriteItems")),
        (("Relay", NOTHING._replace(calls=("UpdateItem",))),),
    )
    amount, dollars = cost.work_out({**ROWS, "book_appointment": booking}).parts["CloudTrail, data events"]
    assert (amount, dollars) == (3000, pytest.approx(0.003))


def test_the_firewall_and_the_access_log_are_paid_for_by_the_request():
    requests = 1000 * sum(cost.MIX.values())
    parts = cost.work_out(ROWS).parts
    assert parts["Firewall, requests"] == (requests, pytest.approx(requests * 0.6 / 1e6))
    assert parts["CloudWatch, GB of logs"][0] == pytest.approx(
        requests * (cost.LOG_BYTES + cost.ACCESS_LOG_BYTES) / 1e9
    )


def test_how_many_mails_a_booking_brings_is_assumed(monkeypatch):
    monkeypatch.setattr(cost, "MAILS", 3.0)
    assert cost.work_out(ROWS).parts["SES, e-mails"][0] == 3000
    assert "e-mails: 3." in document.costs(cost.work_out(ROWS))
