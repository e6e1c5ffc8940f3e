"""What is written about money: which thing, how much, by when; named so that nobody learns what kind of care it was."""

import pytest

from functions.eligibility.contract import CostChangeNow
from functions.notifications.appointments import cancellation, missed, waived
from functions.notifications.costs import changed
from functions.notifications.letters.payments import ITEMS
from functions.notifications.payments import Bill, active, failed, not_refunded, receipt, refunded, statement
from functions.payments.contract import PayableKind, PayableNow, StatementNow
from tests.unit.notifications.occasions import LONG_BEFORE, appointment, at, reader

FEE = "fee_01JDA7T2V4C2X9QK3M5N8P0R1S"


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def facts(letter):
    return {label: spaced(says) for label, says in letter.facts}


def bill(kind="statement", **changes):
    known = {
        "kind": kind,
        "state": "open",
        "amount": 12_500,
        "owed": 12_500,
        "paid": 0,
        "refunded": 0,
        "appointment_id": None if kind == "pass" else "apt_1",
        "charge_at": None,
    }
    session_at = None if kind == "pass" else at("2026-11-25 05:30")
    return Bill(FEE, PayableNow.model_validate({**known, **changes}), session_at)


def issued(**said):
    return StatementNow(**{"changed": False, "self_pay": False, **said})


def late(state="late_cancelled", fee_state="owed"):
    return appointment(
        state=state, fee={"cents": 12_500, "state": fee_state, "charge_not_before": at("2026-11-26 01:05")}
    )


def test_a_late_cancellation_says_how_much_when_it_is_charged_at_the_earliest_and_how_to_ask_for_an_exception():
    letter = cancellation(late(), reader(), LONG_BEFORE)
    assert facts(letter) == {
        "Date": "Tuesday, November 24, 2026",
        "Time": "9:00 AM, Pacific Standard Time",
        "With": "Ana Reyes",
        "Fee": "$125.00",
        "Charged": "Not before Wednesday, November 25, 2026, 5:05 PM, Pacific Standard Time",
    }
    said = " ".join(letter.paragraphs)
    for part in ("shown when you cancelled", "ask for an exception", "court order", "open the attached file"):
        assert part in said


def test_it_says_so_in_spanish():
    letter = cancellation(late(), reader("es", "America/Chicago"), LONG_BEFORE)
    assert facts(letter)["Cobro"] == "No antes del miércoles, 25 de noviembre de 2026, 7:05 p.m., hora estándar central"
    assert "pida una excepción" in " ".join(letter.paragraphs)


@pytest.mark.parametrize("now", [late(fee_state="waived"), appointment(state="late_cancelled")])
def test_a_cancellation_without_a_fee_that_is_owed_speaks_of_none(now):
    letter = cancellation(now, reader(), LONG_BEFORE)
    assert set(facts(letter)) == {"Date", "Time", "With"}
    assert "fee" not in " ".join((letter.heading, *letter.paragraphs))


def test_who_missed_an_appointment_is_told_of_the_fee_that_they_agreed_to():
    now = late("no_show")
    letter = missed(now, now.fee, reader())
    assert (letter.subject, facts(letter)["Fee"]) == ("About your appointment", "$125.00")
    said = " ".join(letter.paragraphs)
    assert "agreed to when you booked" in said
    assert "ask for an exception" in said
    assert "attached" not in said


def test_a_waived_fee_is_not_owed_and_comes_back_where_it_was_charged():
    now = late(fee_state="waived")
    letter = waived(now, now.fee, reader())
    assert letter.subject == "Your fee is waived"
    assert "will not be charged" in letter.paragraphs[0]
    assert "you get it back" in letter.paragraphs[1]


@pytest.mark.parametrize(
    ("kind", "english", "spanish"),
    [
        ("pass", "Careway pass, 30 days", "Pase de Careway, 30 días"),
        (
            "late_fee",
            "Fee for your appointment on Tuesday, November 24, 2026",
            "Cargo por su cita del martes, 24 de noviembre de 2026",
        ),
        (
            "statement",
            "Your appointment on Tuesday, November 24, 2026",
            "Su cita del martes, 24 de noviembre de 2026",
        ),
    ],
)
def test_a_receipt_says_for_what_how_much_and_when_by_the_members_clock(kind, english, spanish):
    paid = bill(kind, state="paid", owed=0, paid=12_500)
    for language, item in (("en", english), ("es", spanish)):
        letter = receipt(paid, at("2026-12-01 03:00"), reader(language))
        assert [spaced(says) for _, says in letter.facts][:2] == [item, "$125.00"]
        assert "30" in letter.facts[2][1]
        assert letter.page == f"payables/{FEE}"


def test_every_kind_of_payable_has_a_name():
    assert set(ITEMS) == set(PayableKind)


def test_a_failed_payment_says_what_is_owed_and_leads_to_where_it_is_paid():
    letter = failed(bill("late_fee", owed=8_000, paid=4_500), reader())
    assert facts(letter)["You owe"] == "$80.00"
    assert (letter.button, letter.page) == ("Pay now", f"payables/{FEE}")


def test_a_statement_says_what_is_owed_and_leads_to_where_it_is_paid():
    letter = statement(bill(amount=4_000, owed=4_000), issued(), reader())
    assert (letter.subject, letter.button, letter.page) == ("Your statement is ready", "Pay now", f"payables/{FEE}")
    assert facts(letter) == {"For": "Your appointment on Tuesday, November 24, 2026", "You owe": "$40.00"}


def test_a_revised_statement_says_that_nothing_is_charged_by_itself():
    letter = statement(bill(amount=6_000, owed=2_000, paid=4_000), issued(changed=True), reader())
    assert letter.subject == "Your statement has changed"
    assert facts(letter)["You owe"] == "$20.00"
    assert "Nothing more is charged by itself" in letter.paragraphs[0]


def test_who_owes_nothing_by_a_statement_is_told_so_and_asked_for_nothing():
    for otherwise in (False, True):
        letter = statement(bill(state="paid", amount=0, owed=0), issued(changed=otherwise), reader())
        assert (letter.heading, letter.button) == ("You owe nothing", "See your statement")
        assert "$" not in " ".join((*facts(letter).values(), *letter.paragraphs))


@pytest.mark.parametrize("owed", [0, 4_000])
@pytest.mark.parametrize("otherwise", [False, True])
def test_who_pays_alone_reads_of_no_plan_in_a_letter_about_a_statement(owed, otherwise):
    for language in ("en", "es"):
        by_plan, alone = (
            statement(bill(amount=owed, owed=owed), issued(changed=otherwise, self_pay=self_pay), reader(language))
            for self_pay in (False, True)
        )
        assert (alone.subject, alone.heading, alone.facts) == (by_plan.subject, by_plan.heading, by_plan.facts)
        assert "plan" in " ".join(by_plan.paragraphs)
        assert "plan" not in " ".join(alone.paragraphs)


@pytest.mark.parametrize(
    ("processed", "zone", "shows_by"),
    [
        ("2026-11-20 18:00", "America/New_York", "Monday, November 30, 2026"),  # over Thanksgiving
        ("2026-12-24 18:00", "America/New_York", "Monday, January 4, 2027"),  # over Christmas and New Year's Day
        ("2026-12-02 02:00", "America/New_York", "Tuesday, December 8, 2026"),  # there it is still the day before
        ("2026-12-02 02:00", "Pacific/Guam", "Wednesday, December 9, 2026"),
    ],
)
def test_a_refund_says_for_what_how_much_and_by_which_business_day_it_shows(processed, zone, shows_by):
    letter = refunded(bill(state="paid", owed=0, paid=12_500, refunded=2_500), at(processed), reader("en", zone))
    assert facts(letter)["Refunded in all"] == "$25.00"
    assert facts(letter)["Shows by"] == shows_by
    assert facts(letter)["For"].startswith("Your appointment on ")
    assert f"by {shows_by}, write to Member Support" in letter.paragraphs[0]


def test_a_refund_that_failed_is_still_the_members_money():
    letter = not_refunded(bill(state="paid", owed=0, paid=12_500), reader())
    assert "The money is still yours" in letter.paragraphs[0]
    assert set(facts(letter)) == {"For"}


def test_a_pass_says_until_when_it_runs():
    letter = active(at("2026-12-23 15:00"), reader("en", "America/New_York"))
    assert facts(letter) == {"Until": "Wednesday, December 23, 2026, 10:00 AM, Eastern Standard Time"}
    assert "does not renew by itself" in letter.paragraphs[0]


def change(*sessions):
    return CostChangeNow.model_validate({"at": LONG_BEFORE, "sessions": sessions})


def session(service, before, after, *because):
    return {
        "service": service,
        "before": dict(zip(("low", "high"), before, strict=True)),
        "after": dict(zip(("low", "high"), after, strict=True)),
        "reasons": ["deductible_met"] * len(because),
        "because": because,
        "arithmetic": {
            "en": ("allowed $150.00", "copay $25.00"),
            "es": ("monto permitido $150.00", "copago de $25.00"),
        },
    }


MET = ("the deductible is met", "ya se alcanzó el deducible")
OTHER = ("you have another plan", "tiene otro plan")


def test_a_changed_cost_is_told_with_the_old_and_the_new_price_why_and_how_it_comes_about():
    letter = changed(change(session("therapy", (15_000, 15_000), (2_500, 2_500), MET)), reader())
    assert facts(letter) == {"Session, 45 or 50 minutes": "$25.00 now, $150.00 before"}
    assert letter.paragraphs[0] == "The reason: the deductible is met."
    assert letter.paragraphs[1] == ("Session, 45 or 50 minutes: how $25.00 comes about: allowed $150.00; copay $25.00.")


def test_a_price_that_the_plan_leaves_open_is_told_as_a_range():
    letter = changed(change(session("therapy", (15_000, 15_000), (0, 2_500), MET)), reader("es"))
    assert facts(letter) == {"Sesión, 45 o 50 minutos": "$0.00 a $25.00 ahora, $150.00 antes"}
    assert letter.paragraphs[0] == "El motivo: ya se alcanzó el deducible."
    assert "monto permitido $150.00; copago de $25.00" in letter.paragraphs[1]


def test_several_changes_stand_in_one_letter_and_a_reason_that_they_share_is_said_once():
    letter = changed(
        change(
            session("therapy_intake", (20_000, 20_000), (2_500, 2_500), MET),
            session("therapy", (15_000, 15_000), (2_500, 2_500), MET, OTHER),
            session("psychiatry_intake", (30_000, 30_000), (4_000, 4_000), MET),
            session("psychiatry_follow_up", (9_000, 9_000), (4_000, 4_000), MET),
        ),
        reader(),
    )
    assert len(set(facts(letter))) == 4
    assert letter.paragraphs[0] == "The reason: the deductible is met; you have another plan."
