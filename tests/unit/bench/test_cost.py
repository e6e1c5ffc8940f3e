"""What a thousand bookings cost is worked out from what was counted."""

from bench import cost, prices
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
    assert with_mail.parts["SES, e-mails"][0] == 1000
    assert with_mail.parts["EventBridge, events"][0] == 1000
    assert with_mail.parts["Lambda, requests"][0] - alone.parts["Lambda, requests"][0] == 2000
    assert with_mail.dollars > alone.dollars
