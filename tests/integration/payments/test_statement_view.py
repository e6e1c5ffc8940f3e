"""What a member sees of a statement: each line in plain words, what a revision changed, and never another's."""

import pytest

from functions.payments.claims import _SHARES
from functions.payments.statement_words import SHARES
from tests.integration.payments.billing import claim, deployed

__all__ = ["deployed"]

COPAY = claim(("CO", "45", 5_000), ("PR", "3", 2_500))
LOWER, HIGHER = claim(("CO", "45", 5_000), ("PR", "3", 1_500)), claim(("CO", "45", 5_000), ("PR", "3", 4_000))
DENIED = claim(("PR", "204", 20_000), status="denied", plan_paid=0)


def usd(cents):
    return {"amount": cents, "currency": "USD"}


def test_each_line_says_what_it_was_and_where_every_cent_went(world):
    member, appointment, payable = world.billed("U9000000101")
    seen = world.statement(member, payable)
    assert seen | {"issued_at": ""} == {
        "payable_id": payable,
        "appointment_id": appointment,
        "revision": 1,
        "issued_at": "",
        "state": "open",
        "says": "You owe $70.00. You decide when and how to pay: it is not charged by itself.",
        "explanation": None,
        "lines": [
            {
                "date": "2026-11-23",
                "what": "Therapy session",
                "procedure_code": "90834",
                "charged": usd(20_000),
                "adjusted": usd(5_000),
                "plan_paid": usd(8_000),
                "shares": [
                    {"what": "Deductible: you pay it before your plan pays", "amount": usd(5_000)},
                    {"what": "Coinsurance: your part of the price", "amount": usd(2_000)},
                ],
                "owed": usd(7_000),
            }
        ],
        "amount": usd(7_000),
        "paid": usd(0),
        "refunded": usd(0),
        "owed": usd(7_000),
    }
    [line] = seen["lines"]
    adjusted, paid, owed = (line[name]["amount"] for name in ("adjusted", "plan_paid", "owed"))
    assert line["charged"]["amount"] - adjusted - paid == owed == sum(s["amount"]["amount"] for s in line["shares"])


def test_it_is_told_in_the_members_language(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, HIGHER)
    seen = world.statement(member, payable, "es")
    assert seen["lines"][0]["what"] == "Sesión de terapia"
    assert seen["lines"][0]["shares"][0]["what"] == "Copago: su importe fijo por visita"
    assert seen["says"].startswith("Debe $40.00.")
    assert seen["explanation"] == "Hay nuevos importes para esta sesión: su parte es $40.00 y antes era $25.00."


@pytest.mark.parametrize(
    ("service", "what"),
    [
        ("therapy_intake", "First therapy session"),
        ("psychiatry_intake", "First visit in psychiatry"),
        ("psychiatry_follow_up", "Follow-up visit in psychiatry"),
    ],
)
def test_what_took_place_is_said_in_plain_words(world, service, what):
    member, _, payable = world.billed(service=service)
    assert [line["what"] for line in world.statement(member, payable)["lines"]] == [what]


def test_a_procedure_without_words_is_told_by_its_code(world):
    member = world.insured()
    appointment, payable = world.completed(member)
    world.tool.issue(appointment)
    world.signed(world.delivery().body.replace(b'"90834"', b'"H0004"'))
    world.happen()
    [line] = world.statement(member, payable)["lines"]
    assert (line["what"], line["procedure_code"]) == ("Service", "H0004")


def test_every_share_that_can_be_owed_has_words():
    assert SHARES.keys() == _SHARES


@pytest.mark.parametrize(("language", "words"), [("en", "We are checking this bill."), ("es", "Estamos revisando")])
def test_while_a_person_looks_at_it_no_amount_is_shown_as_owed(world, language, words):
    member, appointment, payable = world.billed()
    world.issue(appointment, DENIED)
    seen = world.statement(member, payable, language)
    assert seen["says"].startswith(words)
    assert (seen["state"], seen["amount"], seen["explanation"]) == ("in_review", None, None)
    assert (seen["lines"][0]["owed"], seen["lines"][0]["shares"]) == (None, [])
    assert seen["owed"] == usd(0)


def test_a_higher_revision_after_payment_is_explained(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    assert world.statement(member, payable)["says"] == "This is paid. Thank you."
    world.issue(appointment, HIGHER)
    seen = world.statement(member, payable)
    assert seen["explanation"] == (
        "There are new figures for this session: your part is $40.00 and was $25.00 before. "
        "You have paid $25.00, so $15.00 is left. It is not charged by itself."
    )
    assert (seen["revision"], seen["paid"], seen["owed"]) == (2, usd(2_500), usd(1_500))


def test_a_lower_revision_after_payment_is_explained(world):
    member, appointment, payable = world.billed()
    world.pays(member, payable)
    world.issue(appointment, LOWER)
    world.pass_time(minutes=10)
    seen = world.statement(member, payable)
    assert seen["explanation"] == (
        "There are new figures for this session: your part is $15.00 and was $25.00 before. "
        "What you have paid beyond that goes back to where you paid from."
    )
    assert (seen["state"], seen["amount"], seen["paid"], seen["refunded"]) == (
        "paid",
        usd(1_500),
        usd(2_500),
        usd(1_000),
    )


def test_a_revision_after_a_review_is_explained_by_what_was_asked_before_it(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, DENIED)
    world.issue(appointment, LOWER)
    assert "is $15.00 and was $25.00 before" in world.statement(member, payable)["explanation"]


def test_a_revision_that_asks_for_the_same_needs_no_explanation(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, COPAY)
    seen = world.statement(member, payable)
    assert (seen["revision"], seen["explanation"]) == (2, None)


def test_the_explanation_stays_when_a_further_revision_asks_for_the_same(world):
    member, appointment, payable = world.billed()
    world.issue(appointment, HIGHER)
    world.issue(appointment, HIGHER)
    assert "was $25.00 before" in world.statement(member, payable)["explanation"]


def test_what_is_not_there_or_somebody_elses_looks_the_same(world):
    _, _, payable = world.billed()
    other = world.insured()
    fee = world.owes_fee(other)[1]
    for wanted in (payable, fee, "stm_01M82TWG08W65Y6KHTXY36V3KE", "..", "PAYABLE"):
        found = world.api("GET", f"/v1/statements/{wanted}", member=other)
        assert (found.status, found.body["code"]) == (404, "not_found")


@pytest.mark.parametrize("group", ["provider", "support", "finance", "plan", "admin"])
def test_nobody_else_sees_it(world, group):
    _, _, payable = world.billed()
    who = "prv_01M82TWG08W65Y6KHTXY36V3KE" if group == "provider" else "stf_01M82TWG08W65Y6KHTXY36V3KE"
    assert world.api("GET", f"/v1/statements/{payable}", member=who, groups=group).status == 403
    assert world.api("GET", f"/v1/statements/{payable}").status == 401


def test_it_is_read_with_one_call(world, calls):
    member, _, payable = world.billed()
    world.cold()
    calls.begin()
    assert world.statement(member, payable)["revision"] == 1
    assert calls.made == ["dynamodb.BatchGetItem"]
