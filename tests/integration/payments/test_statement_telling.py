"""A session that took place is told to the statement tool: once, with what a claim needs, whatever fails on the way."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.payments.leaving import unbilled
from functions.payments.statement_tool import StatementTool as Gateway
from functions.payments.statement_tool import statement_tool
from functions.scheduling.events import VisitCompleted
from local.statements.cases import FIRST as A_DAY
from local.stripe import refunds
from local.stripe.faults import Fault
from tests.integration.payments.billing import BORN, COPAY, FIRST, LAST, PROVIDER, claim, deployed
from tests.worlds.base import KEYS, OUTBOX

__all__ = ["deployed"]

LOWER, NOTHING = claim(("CO", "45", 5_000), ("PR", "3", 1_500)), claim(("CO", "45", 5_000))
COPAY_AGAIN = claim(("CO", "45", 5_000), ("PR", "3", 2_500))
BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
DOWN = pytest.mark.parametrize(
    "fault",
    [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER, Fault.RATE_LIMITED],
)


def told(world):
    """What the tool has been told, by session."""
    return {name: session.told for name, session in world.tool.books.sessions.items()}


def tries_again(world, times=1):
    """What could not be done comes again."""
    for _ in range(times):
        world.wait(minutes=6)
        world.happen()


def test_the_tool_learns_what_a_claim_needs_and_nothing_else(world):
    member = world.insured()
    starts = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    appointment, _ = world.completed(
        member, starts_at=starts, ends_at=starts + timedelta(minutes=50), location_state="IL", zone="America/Chicago"
    )
    assert told(world) == {
        appointment: {
            "session_id": appointment,
            "service": "therapy",
            "date": "2026-11-20",
            "starts_at": "2026-11-20T16:00:00+00:00",
            "ends_at": "2026-11-20T16:50:00+00:00",
            "provider_id": PROVIDER,
            "payer_id": "CEDAR",
            "patient": {"first_name": FIRST, "last_name": LAST, "date_of_birth": BORN, "member_number": COPAY},
        }
    }
    assert [(asked.path, asked.status) for asked in world.tool.asked] == [("/v1/sessions", 201)]
    assert member not in json.dumps(told(world))


def test_the_day_on_the_claim_is_the_one_at_the_providers(world):
    starts = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    appointment, _ = world.completed(
        world.insured(), starts_at=starts, ends_at=starts + timedelta(minutes=50), zone="America/Chicago"
    )
    assert told(world)[appointment]["date"] == "2026-11-20"


def test_of_a_session_that_the_member_pays_alone_the_tool_learns_not_even_who_it_was(world):
    appointment, _ = world.completed(world.insured(), self_pay=True)
    assert told(world)[appointment]["patient"] == {}
    assert "payer_id" not in told(world)[appointment]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "booked"},
        {"state": "cancelled"},
        {"state": "late_cancelled"},
        {"state": "no_show"},
        {"service": "phone_consult", "plan_id": None},
        {"service": "coaching_session", "plan_id": None},
    ],
    ids=lambda changes: next(iter(changes.values())),
)
def test_what_did_not_take_place_or_costs_nothing_is_not_billed(world, changes):
    appointment, _ = world.completed(world.insured(), **changes)
    assert (told(world), world.queue, world.dead) == ({}, [], [])
    assert not [item for item in world.items("PAYMENTS_TABLE") if appointment in item["pk"] + item["sk"]]


def test_a_session_that_nobody_knows_is_not_billed(world):
    member = world.insured()
    world.tell(VisitCompleted, member, "apt_01M82TWG08W65Y6KHTXY36V3KE")
    world.happen()
    assert (told(world), world.queue) == ({}, [])


def test_the_same_event_again_and_again_tells_once(world):
    member = world.insured()
    appointment, _ = world.completed(member)
    world.tell(VisitCompleted, member, appointment)
    world.happen()
    world.again("scheduling.visit_completed")
    assert world.asked_of_tool() == ["/v1/sessions"]
    assert len(world.kept(member, "SESSION#")) == 1


def test_two_sessions_are_two_claims(world):
    member = world.insured()
    first, _ = world.completed(member)
    world.wait(days=7)
    second, _ = world.completed(member)
    assert set(told(world)) == {first, second}


@DOWN
def test_the_tool_is_told_once_when_it_has_been_down_for_a_while(world, fault):
    world.tool.faults.expect(fault, 3, "/v1/sessions")
    member = world.insured()
    appointment, payable = world.session(member)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    for _ in range(3):
        tries_again(world)
    assert list(told(world)) == [appointment]
    assert (world.queue, world.dead) == ([], [])
    world.wait(seconds=A_DAY.total_seconds())
    world.tool.look_at_the_time()
    world.hear_tool()
    assert world.state(member, payable) == ("open", 2_500)
    assert len(world.tool.events) == 1


def test_a_name_that_was_corrected_between_two_tries_makes_no_second_claim(world):
    world.tool.faults.expect(Fault.LOST_ANSWER, 1, "/v1/sessions")
    member = world.insured()
    appointment, _ = world.session(member)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    world.checks(member, "U1234567809", days_ago=7)
    tries_again(world)
    assert [asked.status for asked in world.tool.asked] == [None, 409]
    assert told(world)[appointment]["patient"]["member_number"] == COPAY
    assert (world.queue, world.dead) == ([], [])


def test_what_the_tool_refuses_is_kept_for_a_person_and_not_asked_for_ever(world):
    member = world.insured()
    starts = world.now
    appointment, _ = world.session(member, starts_at=starts, ends_at=starts)  # ends when it begins: 400
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    tries_again(world, 5)
    assert (len(world.dead), told(world)) == (1, {})


def test_an_insured_session_is_not_told_as_one_without_a_plan_when_no_plan_is_known(world):
    """The tool would ask the member for the whole charge."""
    member = world.insured()
    appointment, _ = world.session(member)
    world.checks(member, state="ineligible", days_ago=5)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    assert told(world) == {}
    assert len(world.queue) == 1
    world.checks(member, days_ago=4)
    tries_again(world)
    assert told(world)[appointment]["patient"]["member_number"] == COPAY
    assert world.queue == []


def test_no_plan_learns_of_a_session_that_another_was_to_pay(world):
    """What the member changed to since then is not told: neither another plan nor another number of the same."""
    member = world.insured()
    appointment, _ = world.session(member)
    world.checks(member, "999887766", plan="gold-123", days_ago=3)
    world.checks(member, "U1234567809", days_ago=0)
    world.checks(member, state="needs_review", days_ago=2)
    world.tell(VisitCompleted, member, appointment)
    world.happen()
    assert told(world)[appointment]["payer_id"] == "CEDAR"
    assert told(world)[appointment]["patient"]["member_number"] == COPAY


def test_nobody_is_billed_for_who_has_left(world):
    member = world.insured()
    appointment, _ = world.session(member)
    world.close_gate(member, destroy_keys=True)
    world.tell(VisitCompleted, member, appointment)
    world.happen()
    assert (told(world), world.queue, world.kept(member, "SESSION#")) == ({}, [], [])


def test_who_is_leaving_is_still_billed_for_and_an_erasure_can_tell_what_it_has_to_wait_for(world):
    world.tool.faults.expect(Fault.SERVER_ERROR, 1, "/v1/sessions")
    member = world.insured()
    appointment, _ = world.session(member)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    world.close_gate(member)
    assert unbilled_of(world, member) == 1
    tries_again(world)
    assert (set(told(world)), world.queue) == ({appointment}, [])
    assert unbilled_of(world, member) == 0


def test_an_erasure_waits_for_a_session_whose_outcome_is_awaited_and_for_no_other(world):
    member = world.insured()
    world.session(member, state="booked", service="coaching_session")
    world.session(
        member, state="booked", starts_at=world.now + timedelta(hours=1), ends_at=world.now + timedelta(hours=2)
    )
    world.session(member, state="no_show")
    assert unbilled_of(world, member) == 0
    world.session(member, state="booked")
    assert unbilled_of(world, member) == 1
    world.wait(days=30)
    assert unbilled_of(world, member) == 1  # the one that was ahead
    world.wait(days=1)
    assert unbilled_of(world, member) == 0


def unbilled_of(world, member):
    with world.acting_as():
        return unbilled(member, world.now)


def test_who_leaves_between_two_tries_and_is_gone_is_not_told_of_any_more(world):
    world.tool.faults.expect(Fault.SERVER_ERROR, 1, "/v1/sessions")
    member = world.insured()
    appointment, _ = world.session(member)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    world.close_gate(member, destroy_keys=True)
    tries_again(world)
    assert (told(world), world.queue) == ({}, [])


@BEFORE_AND_AFTER
def test_killed_at_any_call_the_session_is_told_once_and_stands_as_told(world, calls, after):
    def went(kill_at):
        world.wipe()
        member = world.insured()
        appointment, _ = world.session(member)
        world.tell(VisitCompleted, member, appointment)
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        tries_again(world)
        assert list(told(world)) == [appointment]
        [kept] = world.kept(member, "SESSION#")
        assert kept["told_at"]
        assert world.queue == []
        return made

    made = went(None)
    assert made.index("dynamodb.TransactWriteItems") < made.index("tool.sessions")
    for number in range(len(made)):
        went(number)


def test_whose_a_session_is_stands_here_before_the_tool_can_bill_it(world):
    """It may do so at once, while our own function dies."""
    world.tool.faults.expect(Fault.LOST_ANSWER, 5, "/v1/sessions")
    member = world.insured()
    appointment, payable = world.session(member)
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    world.issue(appointment)
    assert world.state(member, payable) == ("open", 2_500)


def test_nothing_personal_stands_in_a_table_an_event_or_the_logs(world, capfd):
    member = world.insured()
    appointment, payable = world.session(member)
    world.tool.faults.expect(Fault.SERVER_ERROR, 1, "/v1/sessions")
    world.tell(VisitCompleted, member, appointment)
    world.drain()
    tries_again(world)
    world.issue(appointment)
    world.pays(member, payable)
    out, err = capfd.readouterr()
    kept = json.dumps({table: world.items(table) for table in ("PAYMENTS_TABLE", OUTBOX, KEYS)}, default=str)
    for word in (FIRST, LAST, BORN, COPAY, "local-key"):
        assert word not in out + err + kept
    assert "withheld" not in out
    assert "StatementToolDown" in out


def test_events_of_bills_carry_ids_alone(world):
    world.billed()
    rows = [json.loads(row["detail"]) for row in world.items(OUTBOX) if "statement" in row["type"]]
    assert {row["type"]: set(row["data"]) for row in rows} == {
        "payments.statement_received": {"notice_id"},
        "payments.statement_ready": {"member_id", "payable_id", "revision"},
    }


def test_a_payment_that_we_took_is_reported_once(world):
    member, appointment, payable = world.billed()
    statement = world.tool.books.statement_of[appointment]
    world.pays(member, payable)
    assert world.reported(statement) == [2_500]
    world.again("payments.payment_received")
    assert world.reported(statement) == [2_500]


@DOWN
def test_a_payment_is_reported_once_when_the_tool_was_down_for_a_while(world, fault):
    member, appointment, payable = world.billed()
    statement = world.tool.books.statement_of[appointment]
    world.tool.faults.expect(fault, 2, "/v1/statements")
    world.pays(member, payable)
    tries_again(world, 3)
    assert world.reported(statement) == [2_500]
    assert (world.queue, world.dead) == ([], [])


@BEFORE_AND_AFTER
def test_killed_at_any_call_a_payment_is_reported_once(world, calls, after):
    def went(kill_at):
        world.wipe()
        member, appointment, payable = world.billed()
        assert world.in_app(world.pay(member, payable, "app")).status == 200
        for delivery in world.stripe.take():
            world.hear(delivery)
        world.drain()
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        tries_again(world)
        assert world.reported(world.tool.books.statement_of[appointment]) == [2_500]
        return made

    made = went(None)
    assert "tool.payments" in made
    for number in range(len(made)):
        went(number)


def test_other_payments_are_no_business_of_the_tool(world):
    member = world.insured()
    purchase = world.buy(member).body["id"]
    world.in_app(world.pay(member, purchase, "app"))
    world.settle()
    world.happen()
    assert world.asked_of_tool() == []


def test_a_payment_that_went_back_before_the_tool_could_hear_of_it_is_not_reported(world):
    member, appointment, payable = world.billed()
    statement = world.tool.books.statement_of[appointment]
    world.tool.faults.expect(Fault.SERVER_ERROR, 1, "/v1/statements")
    assert world.in_app(world.pay(member, payable, "app")).status == 200
    for delivery in world.stripe.take():
        world.hear(delivery)
    world.drain()
    world.drain()
    waits, world.queue = world.queue, []
    world.paid_in_portal(appointment)
    world.pass_time(minutes=10)
    assert world.back() == [2_500]
    world.queue = waits
    world.happen()
    assert (world.reported(statement), world.queue) == ([], [])


# What of a payment is for the statement


def in_the_tool(world, statement):
    """What the tool believes to be left to pay."""
    latest = world.tool.books.statement(statement)
    owed = sum(line["member_owes"]["amount"] for line in latest["lines"])
    return owed - sum(payment["amount"]["amount"] for payment in latest["payments"])


def kept_of(world, member, payable):
    found = world.payable(member, payable)
    return found["paid"]["amount"] - found["refunded"]["amount"]


def test_of_a_payment_for_more_than_was_owed_by_then_only_what_is_kept_is_reported(world):
    member, appointment, payable = world.billed()
    page = world.pay(member, payable, "checkout")
    statement = world.issue(appointment, LOWER)
    assert world.at_page(page)
    world.settle()
    world.happen()
    assert (world.reported(statement), world.back()) == ([1_500], [1_000])
    assert in_the_tool(world, statement) == 0


def test_a_reported_payment_of_which_a_part_goes_back_is_reported_again_as_what_is_kept(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    for revised, kept in ((LOWER, 1_500), (NOTHING, 0)):
        statement = world.issue(appointment, revised)
        world.pass_time(minutes=10)
        world.happen()
        assert kept_of(world, member, payable) == sum(world.reported(statement)) == kept
        assert in_the_tool(world, statement) == 0
    statement = world.issue(appointment, COPAY_AGAIN)
    world.pays(member, payable)
    assert sum(world.reported(statement)) == kept_of(world, member, payable) == 2_500
    assert in_the_tool(world, statement) == 0
    there = {charge["payment_intent"]: charge["amount"] - charge["amount_refunded"] for charge in world.charges()}
    known = {each["id"]: each["amount"]["amount"] for each in world.tool.books.payments[statement]}
    assert (known, sorted(known.values())) == (there, [0, 2_500])


def test_what_went_back_to_who_has_left_is_reported_too(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.close_gate(member, destroy_keys=True)
    statement = world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    world.happen()
    assert (world.back(), world.reported(statement)) == ([1_000], [1_500])


def test_a_payment_of_ours_that_goes_back_since_the_portal_took_one_counts_for_nothing_in_the_tool(world):
    member, appointment, payable = world.billed()
    world.tool.pay_in_the_portal(appointment)
    paid = world.delivery()
    world.pays(member, payable)
    statement = world.tool.books.statement_of[appointment]
    assert world.reported(statement) == [2_500]
    world.signed(paid.body)
    world.happen()
    world.pass_time(minutes=10)
    assert (world.back(), world.reported(statement)) == ([2_500], [])
    assert in_the_tool(world, statement) == 0


def test_what_is_given_back_out_of_goodwill_is_not_asked_for_again_by_the_tool(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    statement = world.tool.books.statement_of[appointment]
    assert world.refund(member, payable, 1_000).status == 201
    world.settle()
    world.happen()
    assert world.back() == [1_000]
    assert (world.reported(statement), in_the_tool(world, statement)) == ([2_500], 0)
    world.issue(appointment, LOWER)  # what was given back counts towards what would go back now
    world.pass_time(minutes=10)
    world.happen()
    assert (world.back(), world.reported(statement), in_the_tool(world, statement)) == ([1_000], [1_500], 0)


def test_where_a_refund_fails_the_tool_still_hears_what_is_for_its_statement(world):
    """What did not arrive is the member's, and we look for another way."""
    member, appointment, payable = world.billed()
    assert world.in_app(world.pay(member, payable, "app"), "pm_card_refundFail").status == 200
    world.settle()
    statement = world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    [refund] = world.stripe.account.refunds
    world.stripe.changed(lambda account: refunds.settle(account, refund, "failed"))
    world.settle()
    world.happen()
    assert (world.reported(statement), in_the_tool(world, statement)) == ([1_500], 0)
    world.issue(appointment, COPAY_AGAIN)  # what we still hold counts for it
    world.happen()
    assert (world.reported(statement), in_the_tool(world, statement)) == ([2_500], 0)


@pytest.mark.parametrize("last", ["payment_received", "refund_changed", "statement_ready"])
def test_a_report_that_comes_late_does_not_replace_a_later_one(world, monkeypatch, last):
    """One function has read what stood, and is overtaken by all that follows before it tells."""
    member, appointment, payable = world.billed()
    statement = world.tool.books.statement_of[appointment]
    late, tells = [], Gateway.report

    def reads_and_is_overtaken(tool, about, payment, now):
        late.append((about, payment))

    monkeypatch.setattr(Gateway, "report", reads_and_is_overtaken)
    world.pays(member, payable)
    monkeypatch.setattr(Gateway, "report", tells)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    world.happen()
    world.again(f"payments.{last}")
    assert world.reported(statement) == [1_500]
    assert late
    with world.acting_as("StatementEvents"):
        for about, payment in late:
            statement_tool().report(about, payment, world.now)
    assert world.reported(statement) == [1_500]


@DOWN
def test_that_a_part_goes_back_is_reported_when_the_tool_was_down_for_a_while(world, fault):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.tool.faults.expect(fault, 3, "/v1/statements")
    statement = world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    tries_again(world, 3)
    assert (world.reported(statement), world.queue, world.dead) == ([1_500], [], [])


@BEFORE_AND_AFTER
def test_killed_at_any_call_it_is_reported_that_a_part_goes_back(world, calls, after):
    def went(kill_at):
        world.wipe()
        member, appointment, payable = world.billed()
        world.pays(member, payable)
        world.tool.issue(appointment, LOWER)
        world.signed(world.delivery().body)
        world.drain()
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        tries_again(world, 2)
        assert world.reported(world.tool.books.statement_of[appointment]) == [1_500]
        return made

    made = went(None)
    assert "tool.payments" in made
    for number in range(len(made)):
        went(number)
