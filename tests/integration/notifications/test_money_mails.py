"""Money is told of once for each state of it, and not when it is paid, waived or over by the time the mail leaves."""

from datetime import timedelta

import pytest

from functions.payments import store
from functions.payments.claims import Billed
from functions.payments.events import PassActivated, PaymentFailed, PaymentReceived, RefundChanged, StatementReady
from functions.payments.models import Pass, Payable, Payment
from functions.scheduling import store as calendar
from functions.scheduling.events import AppointmentCancelled, LateFeeWaived, VisitMissed
from functions.scheduling.models import AppointmentState, Fee
from tests.integration.eligibility.world import ANA
from tests.integration.notifications.appointments import Diary
from tests.integration.notifications.happenings import Happenings

FAILED, RECEIPT, STATEMENT = "Your payment did not go through", "Your receipt", "Your statement is ready"
CANCELLED, MISSED, WAIVED = "Your appointment is cancelled", "About your appointment", "Your fee is waived"
ITEM = "Your appointment on Monday, November 30, 2026"


class Account:
    """What a member pays for, as it stands; and the appointment that it is for."""

    def __init__(self, world, member):
        self.world, self.member, self.happenings = world, member, Happenings(world)
        self.diary = Diary(world)
        self.appointment, _ = self.diary.booked(member)
        self.ulid = self.appointment.id.partition("_")[2]

    def owes(self, kind="statement", amount=4_000, paid=(), **changes):
        known = {
            "id": {"late_fee": "fee_", "statement": "stm_", "pass": "pas_"}[kind] + self.ulid,
            "member_id": self.member,
            "kind": kind,
            "appointment_id": None if kind == "pass" else self.appointment.id,
            "amount": amount,
            "payments": [Payment(reference=f"pi_{n}", cents=cents, at=self.world.now) for n, cents in enumerate(paid)],
            "opened_at": self.world.now,
        }
        self.payable = Payable.model_validate({**known, **changes})
        with self.world.acting_as("NotificationsMail"):
            key = store.payable_key(self.member, self.payable.id)
            self.happenings.stands(key, store.payable_item(self.payable))
        if kind == "statement":
            self.billed()

    def billed(self, asks=4_000, status="paid", **said):
        """The statement behind what is owed."""
        amounts = {name: {"amount": asks, "currency": "USD"} for name in ("charge", "plan_paid", "member_owes")}
        line = {"date": "2026-11-30", "procedure_code": "90834", "claim_status": status, **amounts}
        issued = {"id": "stmt_1", "revision": 1, "session_id": self.appointment.id, "issued_at": self.world.now}
        billed = Billed.model_validate({"statement": {**issued, "lines": [line]}, "asks": asks, **said})
        with self.world.acting_as("NotificationsMail"):
            key = store.statement_key(self.member, self.payable.id)
            self.happenings.stands(key, store.statement_item(billed))

    def told(self, kind, **more):
        return self.happenings.told(kind(member_id=self.member, payable_id=self.payable.id, **more))

    def fee(self, state, fee_state="owed"):
        fee = Fee(
            cents=12_500,
            decided_at=self.world.now,
            charge_not_before=self.world.now + timedelta(hours=48),
            state=fee_state,
        )
        self.appointment = self.appointment.model_copy(update={"state": AppointmentState(state), "fee": fee})
        self.diary.stands(self.appointment)

    def told_of_visit(self, kind):
        return self.diary.event(kind, self.appointment)

    def pass_runs(self, until):
        with self.world.acting_as("NotificationsMail"):
            self.happenings.stands(store.pass_key(self.member), store.pass_item(Pass(runs_until=until)))


@pytest.fixture
def member(world):
    return world.member(ANA, "sofia@example.com")


@pytest.fixture
def account(world, member):
    return Account(world, member)


def subjects(world):
    return [mail["Subject"] for mail in world.mails()]


def text(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def marks(world, member):
    return {item["sk"] for item in world.kept("NOTIFICATIONS_TABLE", member)}


def test_a_payment_is_confirmed_once_with_what_it_was_for(world, account, member):
    account.owes(paid=[4_000], state="paid")
    event = account.told(PaymentReceived)
    for _ in range(3):
        assert world.deliver_again(event)
    (mail,) = world.mails()
    assert (mail["Subject"], mail["To"]) == (RECEIPT, "sofia@example.com")
    assert f"For: {ITEM}\nPaid in all: $40.00\nDate: Monday, November 23, 2026\n" in text(mail)
    assert f"https://app.example.com/payables/{account.payable.id}\n" in text(mail)
    assert marks(world, member) == {f"MAIL#{account.payable.id}#paid#4000"}


def test_a_second_payment_for_the_same_thing_has_a_receipt_of_its_own(world, account):
    account.owes(paid=[4_000], state="paid")
    first = account.told(PaymentReceived)
    assert world.deliver(first)
    account.owes(amount=6_000, paid=[4_000, 2_000], state="paid")
    assert world.deliver(account.told(PaymentReceived))
    assert world.deliver_again(first)
    assert ["Paid in all: $40.00" in text(mail) for mail in world.mails()] == [True, False]
    assert "Paid in all: $60.00" in text(world.mails()[1])


def test_two_payments_that_are_told_of_late_have_one_receipt_for_both(world, account):
    account.owes(amount=6_000, paid=[4_000, 2_000], state="paid")
    for _ in range(2):
        assert world.deliver(account.told(PaymentReceived))
    assert subjects(world) == [RECEIPT]


def test_a_pass_is_not_about_an_appointment(world, account):
    account.owes("pass", 3_000, [3_000], state="paid")
    assert world.deliver(account.told(PaymentReceived))
    assert "For: Careway pass, 30 days\nPaid in all: $30.00\n" in text(world.mails()[0])


def test_a_failed_payment_is_told_while_it_is_owed(world, account):
    account.owes("late_fee", 12_500)
    event = account.told(PaymentFailed)
    for _ in range(2):
        assert world.deliver_again(event)
    assert subjects(world) == [FAILED]
    assert "You owe: $125.00\n" in text(world.mails()[0])
    assert f"Pay now: https://app.example.com/payables/{account.payable.id}\n" in text(world.mails()[0])


@pytest.mark.parametrize(
    "meanwhile", [{"paid": [12_500], "state": "paid"}, {"state": "waived"}, {"state": "written_off"}]
)
def test_a_failed_payment_is_not_told_once_nothing_is_owed(world, account, member, meanwhile):
    account.owes("late_fee", 12_500, **meanwhile)
    assert world.deliver(account.told(PaymentFailed))
    assert (subjects(world), marks(world, member)) == ([], set())


def test_a_statement_is_told_once_for_each_revision(world, account):
    account.owes()
    for _ in range(2):
        assert world.deliver(account.told(StatementReady, revision=1))
    account.owes(amount=5_000)
    account.billed(5_000, asked_before=4_000)
    for _ in range(2):
        assert world.deliver(account.told(StatementReady, revision=2))
    assert subjects(world) == [STATEMENT, "Your statement has changed"]
    for mail, owed in zip(world.mails(), ("$40.00", "$50.00"), strict=True):
        assert f"For: {ITEM}\nYou owe: {owed}\n" in text(mail)


@pytest.mark.parametrize("before", [None, 4_000])
def test_a_bill_of_which_nothing_else_was_asked_before_has_not_changed_whatever_its_revision(world, account, before):
    account.owes()
    account.billed(asked_before=before)
    assert world.deliver(account.told(StatementReady, revision=2))
    assert subjects(world) == [STATEMENT]


@pytest.mark.parametrize(("before", "subject"), [(None, STATEMENT), (3_000, "Your statement has changed")])
def test_who_pays_alone_is_told_of_no_plan(world, account, before, subject):
    account.owes()
    account.billed(status="self_pay", asked_before=before)
    assert world.deliver(account.told(StatementReady, revision=2))
    (mail,) = world.mails()
    assert mail["Subject"] == subject
    assert "plan" not in text(mail)


@pytest.mark.parametrize(
    "meanwhile", [{"paid": [4_000], "state": "paid"}, {"state": "in_review", "amount": 0}, {"state": "written_off"}]
)
def test_a_statement_that_is_paid_or_looked_at_by_a_person_is_not_told(world, account, member, meanwhile):
    account.owes(**meanwhile)
    assert world.deliver(account.told(StatementReady, revision=1))
    assert (subjects(world), marks(world, member)) == ([], set())


def test_a_statement_by_which_nothing_is_owed_asks_for_nothing(world, account):
    account.owes(amount=0, state="paid")
    assert world.deliver(account.told(StatementReady, revision=1))
    assert "You owe nothing" in text(world.mails()[0])
    assert "$" not in text(world.mails()[0])


def refunds(account, *cents):
    paid = Payment(reference="pi_0", cents=4_000, at=account.world.now, refunded=sum(cents))
    account.owes(payments=[paid], state="paid", given_back=sum(cents))


def test_a_refund_is_told_once_it_is_processed_with_the_day_by_which_it_shows(world, account, member):
    refunds(account, 1_500)
    for state in ("pending", "requires_action", "succeeded", "succeeded"):
        assert world.deliver(account.told(RefundChanged, refund_id="ref_1", state=state))
    (mail,) = world.mails()
    assert mail["Subject"] == "Your refund is on its way"
    assert f"For: {ITEM}\nRefunded in all: $15.00\nShows by: Tuesday, December 1, 2026\n" in text(mail)
    assert marks(world, member) == {"MAIL#ref_1#processed"}


def test_another_refund_for_the_same_thing_is_told_too(world, account):
    for parts in ((1_500,), (1_500, 500)):
        refunds(account, *parts)
        assert world.deliver(account.told(RefundChanged, refund_id=f"ref_{len(parts)}", state="succeeded"))
    assert ["$15.00" in text(mail) for mail in world.mails()] == [True, False]
    assert "Refunded in all: $20.00" in text(world.mails()[1])


def test_a_refund_that_came_back_before_its_letter_left_is_told_as_failed_only(world, account):
    refunds(account)
    for state in ("succeeded", "failed", "failed"):
        assert world.deliver(account.told(RefundChanged, refund_id="ref_1", state=state))
    assert subjects(world) == ["About your refund"]


def test_a_refund_that_is_made_anew_after_one_failed_is_told_again(world, account):
    refunds(account, 1_500)
    assert world.deliver(account.told(RefundChanged, refund_id="ref_1", state="succeeded"))
    assert world.deliver(account.told(RefundChanged, refund_id="ref_1", state="failed"))
    assert world.deliver(account.told(RefundChanged, refund_id="ref_2", state="succeeded"))
    assert subjects(world) == ["Your refund is on its way", "About your refund", "Your refund is on its way"]


def test_a_running_pass_is_told_once_for_each_purchase(world, account, member):
    account.pass_runs(world.now + timedelta(days=30))
    event = account.happenings.told(PassActivated(member_id=member, pass_id="pas_1"))
    for _ in range(2):
        assert world.deliver_again(event)
    (mail,) = world.mails()
    assert mail["Subject"] == "Your pass is active"
    assert "Until: Wednesday, December 23, 2026, 9:00 AM, Central Standard Time\n" in text(mail)


@pytest.mark.parametrize("days", [None, 0, -1])
def test_a_pass_that_is_over_is_not_told(world, account, member, days):
    if days is not None:
        account.pass_runs(world.now + timedelta(days=days))
    assert world.deliver(account.happenings.told(PassActivated(member_id=member, pass_id="pas_1")))
    assert subjects(world) == []


def test_a_late_cancellation_is_one_letter_with_its_fee_and_the_calendar_file(world, account):
    account.fee("late_cancelled")
    assert world.deliver(account.told_of_visit(AppointmentCancelled))
    (mail,) = world.mails()
    assert mail["Subject"] == CANCELLED
    assert "Fee: $125.00\nCharged: Not before Wednesday, November 25, 2026, 9:00 AM, Central" in text(mail)
    assert len(list(mail.iter_attachments())) == 1


def test_a_fee_that_was_waived_meanwhile_is_not_told_with_the_cancellation(world, account):
    account.fee("late_cancelled", "waived")
    assert world.deliver(account.told_of_visit(AppointmentCancelled))
    assert subjects(world) == [CANCELLED]
    assert "$" not in text(world.mails()[0])


def test_who_missed_an_appointment_is_told_only_of_a_fee_that_is_owed(world, account):
    account.fee("no_show", "waived")
    event = account.told_of_visit(VisitMissed)
    assert world.deliver(event)
    account.fee("completed")
    assert world.deliver_again(event)
    assert subjects(world) == []
    account.fee("no_show")
    for _ in range(2):
        assert world.deliver_again(event)
    assert subjects(world) == [MISSED]


def test_a_waived_fee_is_told_once_and_only_while_it_is_waived(world, account, member):
    account.fee("late_cancelled")
    event = account.told_of_visit(LateFeeWaived)
    assert world.deliver(event)
    assert subjects(world) == []
    account.fee("late_cancelled", "waived")
    for _ in range(2):
        assert world.deliver_again(event)
    assert subjects(world) == [WAIVED]
    assert marks(world, member) == {f"MAIL#{account.appointment.id}#fee_waived"}


def test_what_is_not_there_is_told_nobody(world, account, member):
    account.owes()
    events = [
        account.told(PaymentReceived),
        account.told(PaymentFailed),
        account.told(StatementReady, revision=1),
        *(account.told_of_visit(kind) for kind in (VisitMissed, LateFeeWaived)),
    ]
    with world.acting_as("NotificationsMail"):
        account.happenings.gone(calendar.appointment_key(member, account.appointment.id))
    for event in events:
        assert world.deliver(event)
    assert (subjects(world), marks(world, member)) == ([], set())


def test_who_is_leaving_is_told_nothing_about_money(world, account, member):
    account.owes()
    account.fee("late_cancelled")
    world.close_gate(member)
    for event in (
        account.told(PaymentFailed),
        account.told(StatementReady, revision=1),
        account.told_of_visit(AppointmentCancelled),
    ):
        assert world.deliver(event)
    assert (subjects(world), marks(world, member)) == ([], set())


def test_nothing_of_an_amount_or_an_address_is_logged(world, account, capsys):
    account.owes("late_fee", 12_500)
    assert world.deliver(account.told(PaymentFailed))
    logged = capsys.readouterr().out
    assert "mail_sent" in logged
    for canary in ("$", "sofia", "example.com", "Zebulon"):
        assert canary not in logged
