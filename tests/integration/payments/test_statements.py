"""What a statement makes a member owe: only their share, only once, in the latest revision, and never on a doubt."""

from itertools import permutations

import pytest

from local.statements.cases import FIRST, IN_THE_PORTAL, REVISED
from local.statements.claims import pending, price, self_pay
from local.stripe import refunds
from local.stripe.faults import Fault
from tests.integration.payments.billing import claim, deployed

__all__ = ["deployed"]

BEFORE_AND_AFTER = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
USUAL = price("90834")
COPAY = claim(("CO", "45", 5_000), ("PR", "3", 2_500))
LOWER, HIGHER = claim(("CO", "45", 5_000), ("PR", "3", 1_500)), claim(("CO", "45", 5_000), ("PR", "3", 4_000))
NOTHING = claim(("CO", "45", 5_000))
DENIED = claim(("PR", "204", 20_000), status="denied", plan_paid=0)


def outstanding(world, member, payable):
    """State and owed; the accounts agree, whatever happened."""
    world.in_order(member)
    state, owed = world.state(member, payable)
    assert world.balance(member) == owed
    return state, owed


# What becomes debt


@pytest.mark.parametrize(
    ("number", "owed"),
    [
        ("123456789", 1_000),
        ("U1234567801", 2_500),
        ("U2000000101", 3_000),
        ("U2000001301", 15_000),
        ("U9000000101", 7_000),
    ],
    ids=["copay", "another copay", "coinsurance", "deductible", "deductible and coinsurance"],
)
def test_deductible_coinsurance_and_copay_are_owed_and_paid_like_anything_else(world, number, owed):
    member, _, payable = world.billed(number)
    assert outstanding(world, member, payable) == ("open", owed)
    world.pays(member, payable)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.taken() == [owed]
    assert world.ledger(member) == {"receivable": 0, "sessions": -owed, "cash": owed}


def test_nothing_is_owed_where_the_plan_pays_all(world):
    member, _, payable = world.billed("U2000000201")
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.statement(member, payable)["says"] == "You owe nothing for this session."


def test_who_pays_alone_owes_the_charge(world):
    member, _, payable = world.billed(self_pay=True)
    assert outstanding(world, member, payable) == ("open", 20_000)


def test_a_statement_has_one_payable_under_the_id_of_its_session(world):
    member, appointment, payable = world.billed()
    [kept] = world.payables(member)["payables"]
    assert (kept["id"], kept["appointment_id"], kept["kind"]) == (payable, appointment, "statement")


# What does not


@pytest.mark.parametrize(
    "doubtful",
    [
        pytest.param(DENIED, id="denied"),
        pytest.param(claim(("PR", "27", 20_000), status="denied", plan_paid=0), id="coverage ended with hindsight"),
        pytest.param(claim(("CO", "29", 20_000), status="denied", plan_paid=0), id="denied, contractual"),
        pytest.param(pending(USUAL), id="pending"),
        pytest.param(claim(("PR", "204", 2_500)), id="other patient responsibility"),
        pytest.param(claim(("OA", "23", 5_000), ("PR", "3", 2_500)), id="other adjustment"),
        pytest.param(claim(("PI", "45", 5_000), ("PR", "3", 2_500)), id="payer initiated"),
        pytest.param(claim(("PR", "3", 2_500), member_owes=2_600), id="asks for more than it assigns"),
        pytest.param(claim(("CO", "45", 5_000), member_owes=5_000), id="asks for what is contractual"),
        pytest.param(claim(("PR", "3", 2_500), plan_paid=17_400), id="does not add up"),
        pytest.param(claim(("PR", "3", 2_500), status="reversed"), id="a status that nobody knows"),
        pytest.param(claim(("PR", "3", -2_500)), id="below nothing"),
        pytest.param(claim(("PR", "1", 99_000_000), charge=99_000_000), id="a slipped decimal point"),
        pytest.param(self_pay(USUAL), id="all of it, though a plan covers the session"),
    ],
)
def test_on_a_doubt_a_person_looks_and_nobody_is_asked_for_money(world, doubtful):
    member = world.insured()
    world.put_on_file(member)
    appointment, payable = world.completed(member)
    world.issue(appointment, doubtful)
    assert outstanding(world, member, payable) == ("in_review", 0)
    for way in ("card_on_file", "app", "checkout"):
        refused = world.pay(member, payable, way)
        assert (refused.status, refused.body["code"]) == (409, "in_review")
    world.pass_time(days=60)
    assert (world.taken(), world.ledger(member)) == ([], {})


def test_a_plan_that_pays_for_a_session_without_a_plan_is_looked_at(world):
    member = world.insured()
    appointment, payable = world.completed(member, self_pay=True)
    world.issue(appointment, COPAY)
    assert outstanding(world, member, payable) == ("in_review", 0)


def test_what_was_pending_is_asked_for_once_it_is_decided(world):
    member = world.insured("U9000000501")
    _, payable = world.completed(member)
    for passed, expected in ((FIRST, ("in_review", 0)), (REVISED - FIRST, ("open", 2_500))):
        world.wait(seconds=passed.total_seconds())
        world.tool.look_at_the_time()
        world.hear_tool()
        assert outstanding(world, member, payable) == expected


# Revisions


def test_a_later_revision_replaces_what_was_asked(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("open", 4_000)
    world.issue(appointment, LOWER)
    assert outstanding(world, member, payable) == ("open", 1_500)
    world.issue(appointment, NOTHING)
    assert outstanding(world, member, payable) == ("paid", 0)


def test_an_older_revision_that_comes_late_is_ignored(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, LOWER, 3)
    world.issue(appointment, HIGHER, 2)
    assert outstanding(world, member, payable) == ("open", 1_500)
    assert world.statement(member, payable)["revision"] == 3
    assert world.revisions_told() == [1, 3]


def test_revisions_end_the_same_in_whatever_order_they_come_and_however_often(world):
    for order in permutations(range(4)):
        world.wipe()
        member = world.insured()
        appointment, payable = world.completed(member)
        for revision, told in enumerate((COPAY, DENIED, HIGHER, LOWER), 1):
            world.tool.issue(appointment, told, revision)
        bodies = [delivery.body for delivery in world.tool.take()]
        for number in (*order, *order[::-1]):
            assert world.signed(bodies[number]).status == 200
            world.happen()
        assert outstanding(world, member, payable) == ("open", 1_500)
        assert world.ledger(member) == {"receivable": 1_500, "sessions": -1_500}


def test_of_two_that_bear_one_number_the_first_stays(world, capfd):
    member, appointment, payable = world.billed()
    world.issue(appointment, HIGHER, 1)
    assert outstanding(world, member, payable) == ("open", 2_500)
    assert "statement_contradicts_itself" in capfd.readouterr().out


def test_a_lower_revision_after_payment_gives_back_the_difference_once(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.back() == [1_000]
    assert world.ledger(member) == {"receivable": 0, "sessions": -1_500, "cash": 1_500, "refunds": 0}
    world.issue(appointment, LOWER)
    world.pass_time(days=1)
    assert world.back() == [1_000]


def test_a_higher_revision_after_payment_is_a_balance_that_is_never_charged_by_itself(world):
    member, appointment, payable = world.billed()
    world.put_on_file(member)
    world.pays(member, payable)
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("open", 1_500)
    world.pass_time(days=60)
    assert world.taken() == [2_500]
    world.pays(member, payable)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.taken() == [2_500, 1_500]


def test_after_a_refund_a_higher_revision_asks_for_what_was_given_back(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("open", 2_500)
    assert world.ledger(member)["cash"] == 1_500


def test_a_review_after_payment_neither_asks_nor_gives_back(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, DENIED)
    world.pass_time(days=10)
    assert outstanding(world, member, payable) == ("in_review", 0)
    assert (world.taken(), world.back()) == ([2_500], [])
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.back() == [1_000]


@pytest.mark.parametrize(("revision", "left"), [(LOWER, 1_500), (NOTHING, 0), (DENIED, 0)])
def test_who_was_about_to_pay_more_than_a_revision_asks_gets_the_rest_back(world, revision, left):
    member, appointment, payable = world.billed()
    asked = world.pay(member, payable, "app")
    world.issue(appointment, revision)
    assert world.in_app(asked).status == 200
    world.settle()
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable)[1] == 0
    assert sum(world.taken()) - sum(world.back()) == left


def test_who_left_a_page_open_cannot_pay_there_once_a_person_looks_at_the_bill(world):
    member, appointment, payable = world.billed()
    asked = world.pay(member, payable, "checkout")
    world.issue(appointment, DENIED)
    world.pass_time(minutes=2)
    assert not world.at_page(asked)
    assert world.taken() == []


def test_where_the_refund_failed_a_higher_revision_asks_only_for_what_we_do_not_hold(world):
    member, appointment, payable = world.billed()
    assert world.in_app(world.pay(member, payable, "app"), "pm_card_refundFail").status == 200
    world.settle()
    world.issue(appointment, NOTHING)
    world.pass_time(minutes=10)
    [refund] = world.stripe.account.refunds
    world.stripe.changed(lambda account: refunds.settle(account, refund, "failed"))
    world.settle()
    assert world.ledger(member)["refunds"] == -2_500
    world.issue(appointment, LOWER)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.ledger(member)["refunds"] == -1_000
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("open", 1_500)
    assert world.ledger(member) == {"receivable": 1_500, "sessions": -4_000, "cash": 2_500, "refunds": 0}


# The tool's own portal


def test_a_payment_in_the_portal_settles_the_debt(world):
    member, appointment, payable = world.billed()
    world.paid_in_portal(appointment)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.ledger(member) == {"receivable": 0, "sessions": -2_500, "portal": 2_500}
    for way in ("app", "checkout"):
        assert world.pay(member, payable, way).body["state"] == "paid"
    assert world.reported(world.tool.books.statement_of[appointment]) == []


def test_a_payment_in_the_portal_comes_by_itself_two_days_after_the_statement(world):
    member = world.insured("U9000000901")
    _, payable = world.completed(member)
    world.wait(seconds=IN_THE_PORTAL.total_seconds())
    world.tool.look_at_the_time()
    world.hear_tool()
    assert outstanding(world, member, payable) == ("paid", 0)


def test_a_payment_in_the_portal_may_be_told_before_its_statement(world):
    member = world.insured()
    appointment, payable = world.completed(member)
    world.tool.issue(appointment)
    world.tool.pay_in_the_portal(appointment)
    issued, paid = world.tool.take()
    assert world.signed(paid.body).status == 200
    world.happen()
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.api("GET", f"/v1/statements/{payable}", member=member).status == 404
    world.signed(issued.body)
    world.happen()
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.statement(member, payable)["paid"]["amount"] == 2_500
    assert world.ledger(member) == {"sessions": -2_500, "portal": 2_500, "refunds": 0}


def test_what_was_paid_in_the_portal_during_a_review_is_not_asked_for_again(world):
    member, appointment, payable = world.billed()
    world.tool.pay_in_the_portal(appointment)
    paid = world.delivery()
    world.issue(appointment, DENIED)
    world.signed(paid.body)
    world.happen()
    assert outstanding(world, member, payable) == ("in_review", 0)
    world.issue(appointment, COPAY)
    assert outstanding(world, member, payable) == ("paid", 0)
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("open", 1_500)


@pytest.mark.parametrize("first", ["here", "there"])
def test_where_both_took_a_payment_ours_goes_back(world, first):
    """Only that one can be given back by us; the member has paid once, whichever came first."""
    member, appointment, payable = world.billed()
    asked = world.pay(member, payable, "app")
    world.tool.pay_in_the_portal(appointment)
    paid = world.delivery()
    if first == "here":
        world.in_app(asked)
        world.settle()
    world.signed(paid.body)
    world.happen()
    if first == "there":
        world.in_app(asked)
        world.settle()
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert (world.taken(), world.back()) == ([2_500], [2_500])
    assert world.ledger(member) == {"receivable": 0, "sessions": -2_500, "portal": 2_500, "cash": 0, "refunds": 0}


def test_the_same_portal_payment_told_twice_counts_once(world):
    member, appointment, payable = world.billed()
    world.tool.pay_in_the_portal(appointment)
    told = world.delivery().body
    assert world.signed(told).status == 200
    another = told.replace(b'"id":"evt_', b'"id":"evt_again_')
    assert another != told
    assert world.signed(another).status == 200
    world.happen()
    world.again("payments.statement_received")
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.ledger(member)["portal"] == 2_500
    assert (world.queue, world.dead) == ([], [])


def test_one_portal_payment_may_be_for_several_statements(world):
    member, appointment, payable = world.billed()
    other, other_payable = world.completed(member)
    world.issue(other)
    for each in (appointment, other):
        world.tool.pay_in_the_portal(each)
    first, second = (delivery.body for delivery in world.tool.take())
    payments = [event["statement"]["payment"]["id"] for event in world.tool.events[-2:]]
    world.signed(first)
    world.signed(second.replace(payments[1].encode(), payments[0].encode()))
    world.happen()
    assert world.balance(member) == 0
    assert [outstanding(world, member, each)[0] for each in (payable, other_payable)] == ["paid", "paid"]


@pytest.mark.parametrize("when", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_a_portal_with_a_wrong_clock_delays_no_refund(world, when):
    member, appointment, payable = world.billed()
    world.tool.pay_in_the_portal(appointment)
    paid_at = world.tool.events[-1]["statement"]["payment"]["paid_at"]
    paid = world.delivery()
    world.pays(member, payable)
    world.signed(paid.body.replace(paid_at.encode(), when.encode()))
    world.happen()
    world.pass_time(minutes=10)
    assert world.back() == [2_500]
    assert outstanding(world, member, payable) == ("paid", 0)


def test_a_lower_revision_after_a_portal_payment_keeps_what_the_portal_owes_in_the_ledger(world):
    """The tool has the money, and revised its own statement: the giving back is the tool's."""
    member, appointment, payable = world.billed()
    world.paid_in_portal(appointment)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.back() == []
    assert world.ledger(member) == {"receivable": 0, "sessions": -1_500, "portal": 2_500, "refunds": -1_000}


# Who has left


def leaves(world, member):
    from functions.payments.leaving import leave

    world.close_gate(member)
    with world.acting_as("PaymentsApi"):
        leave(member, world.now)


def test_nothing_is_asked_of_who_has_left_and_their_statement_is_kept(world):
    member = world.insured()
    appointment, payable = world.completed(member)
    world.close_gate(member, destroy_keys=True)
    world.issue(appointment)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert len(world.kept(member, "STATEMENT#")) == 1
    assert world.reached("payments.statement_ready") == 0
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("paid", 0)


def test_what_is_revised_lower_goes_back_to_who_has_left_and_a_higher_one_asks_for_nothing(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.close_gate(member, destroy_keys=True)
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("paid", 0)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("paid", 0)
    assert world.back() == [1_000]


def test_what_was_written_off_when_a_member_left_is_not_opened_again(world):
    member, appointment, payable = world.billed()
    leaves(world, member)
    world.issue(appointment, HIGHER)
    assert outstanding(world, member, payable) == ("written_off", 0)


def test_what_was_written_off_and_is_revised_below_what_was_paid_goes_back_to_who_has_left(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, HIGHER)
    leaves(world, member)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("written_off", 0)
    assert world.back() == [1_000]
    books = {"receivable": 0, "sessions": -1_500, "cash": 1_500, "refunds": 0, "write_off": 0}
    assert world.ledger(member) == books
    world.issue(appointment, HIGHER)
    world.issue(appointment, DENIED)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("written_off", 0)
    assert (world.back(), world.ledger(member)) == ([1_000], books)


def test_what_was_written_off_and_is_revised_lower_is_written_off_as_that(world):
    member, appointment, payable = world.billed()
    leaves(world, member)
    world.issue(appointment, LOWER)
    assert outstanding(world, member, payable) == ("written_off", 0)
    assert world.ledger(member) == {"receivable": 0, "sessions": -1_500, "write_off": 1_500}


def test_a_payment_in_the_portal_undoes_the_write_off_of_who_has_left(world):
    member, appointment, payable = world.billed()
    leaves(world, member)
    world.paid_in_portal(appointment)
    assert outstanding(world, member, payable) == ("written_off", 0)
    assert world.ledger(member) == {"receivable": 0, "sessions": -2_500, "write_off": 0, "portal": 2_500}


def test_what_a_payment_in_the_portal_undoes_of_the_write_off_is_not_given_back_in_its_place(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, HIGHER)
    leaves(world, member)
    world.paid_in_portal(appointment)
    world.pass_time(minutes=10)
    assert outstanding(world, member, payable) == ("written_off", 0)
    assert world.back() == []
    assert world.ledger(member) == {"receivable": 0, "sessions": -4_000, "cash": 2_500, "write_off": 0, "portal": 1_500}


def test_of_a_payment_in_the_portal_what_is_beyond_the_write_off_has_to_go_back(world):
    member, appointment, payable = world.billed()
    leaves(world, member)
    world.tool.pay_in_the_portal(appointment)
    paid = world.delivery()
    world.issue(appointment, LOWER)
    world.signed(paid.body)
    world.happen()
    assert outstanding(world, member, payable) == ("written_off", 0)
    books = {"receivable": 0, "sessions": -1_500, "write_off": 0, "portal": 2_500, "refunds": -1_000}
    assert world.ledger(member) == books


@pytest.mark.parametrize("way", ["app", "checkout"])
def test_of_who_has_left_nothing_comes_up_though_a_way_of_paying_was_begun_and_nothing_is_owed(world, way):
    member, appointment, payable = world.billed()
    world.put_on_file(member)
    world.stripe.faults.expect(Fault.LOST_REQUEST, 2, "/v1/payment_intents" if way == "app" else "/v1/checkout")
    assert world.pay(member, payable, way).status == 503
    world.close_gate(member)
    world.issue(appointment, NOTHING)
    leaves(world, member)
    world.close_gate(member, destroy_keys=True)
    before = world.reached("payments.payable_due")
    for _ in range(30):
        world.wait(minutes=10)
        world.sweep()
    assert world.reached("payments.payable_due") == before
    assert outstanding(world, member, payable) == ("paid", 0)


# Killed anywhere


@BEFORE_AND_AFTER
def test_killed_at_any_call_a_revision_has_its_effect_once(world, calls, after):
    def went(kill_at):
        world.wipe()
        member, appointment, payable = world.billed()
        world.pays(member, payable)
        world.tool.issue(appointment, LOWER)
        world.signed(world.delivery().body)
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        for _ in range(2):
            world.pass_time(minutes=10)
        assert outstanding(world, member, payable) == ("paid", 0)
        assert world.back() == [1_000]
        assert world.queue == []
        assert world.revisions_told() == [1, 2]
        return made

    for number in range(len(went(None))):
        went(number)


@BEFORE_AND_AFTER
def test_killed_at_any_call_a_payment_in_the_portal_counts_once(world, calls, after):
    def went(kill_at):
        world.wipe()
        member, appointment, payable = world.billed()
        world.tool.pay_in_the_portal(appointment)
        world.signed(world.delivery().body)
        world.publish()
        world.cold()
        calls.begin(kill_at, after=after)
        world.drain()
        made = list(calls.made)
        calls.begin()
        world.pass_time(minutes=10)
        assert outstanding(world, member, payable) == ("paid", 0)
        assert world.ledger(member)["portal"] == 2_500
        return made

    for number in range(len(went(None))):
        went(number)
