"""From what is kept to what a client sees: whole in both languages, unknown never zero, nobody's business left out."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from functions.eligibility import answers
from functions.eligibility.costs import Covered
from functions.eligibility.inquiry import BenefitLine, Kind, Level, Network, PayerAnswer, Period
from functions.eligibility.models import (
    Check,
    CheckCoverage,
    CheckState,
    Coverage,
    Outcome,
    Plan,
    PlanTerms,
    Profile,
    ProfileEntry,
)
from functions.eligibility.rules.benefits import benefits_from
from functions.eligibility.rules.cost import estimate
from functions.eligibility.rules.prices import SessionCost
from functions.shared.ids import CheckId, MemberId, PlanId
from functions.shared.money import Cents
from functions.shared.services import Service
from functions.shared.words import Language

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
ON = date(2026, 11, 23)
LANGUAGES = pytest.mark.parametrize("language", list(Language))


def check(language=Language.ENGLISH, **outcome):
    return Check(
        id=CheckId("chk_01M82TWG08W65Y6KHTXY36V3KE"),
        member_id=MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE"),
        plan_id=PlanId("cedar-ppo"),
        language=language,
        made_at=NOW,
        attempts=3,
        asking_until=NOW,
        outcome=Outcome(**{"state": CheckState.PENDING, "reason": "secret_reason"} | outcome),
    )


def line(kind, *services, **said):
    return BenefitLine(**{"kind": kind, "code": "?", "services": services, "network": Network.IN} | said)


def known(*lines, **said):
    coverage = Coverage(
        plan_id=PlanId("cedar-ppo"),
        check_id=CheckId("chk_1"),
        claim="0123abcd",
        begins=date(2026, 1, 1),
        ends=None,
        checked_at=NOW,
        asked_at=NOW,
    )
    said = {"begins": date(2026, 1, 1), "plan_name": "Cedar", **said}
    return Covered(coverage, benefits_from(PayerAnswer(lines=lines, **said), ON))


ACTIVE = line(Kind.ACTIVE, "30")


def service_of(answer, service=Service.THERAPY):
    return next(one for one in answer.in_network.services if one.service is service)


# A check


@LANGUAGES
@pytest.mark.parametrize("state", list(CheckState))
def test_every_state_has_words_in_the_language_of_the_check(state, language):
    told = answers.check(check(language, state=state)).detail
    other = Language.SPANISH if language is Language.ENGLISH else Language.ENGLISH
    assert told.strip()
    assert not re.search(r"[{}]", told)
    assert told != answers.check(check(other, state=state)).detail


@LANGUAGES
def test_no_two_states_have_the_same_words(language):
    assert len({answers.check(check(language, state=state)).detail for state in CheckState}) == len(CheckState)


@LANGUAGES
def test_every_field_that_a_payer_can_complain_of_has_a_hint(language):
    fields = ("member_id", "date_of_birth", "first_name", "last_name")
    assert set(fields) < set(CheckCoverage.model_fields)
    told = answers.check(check(language, state=CheckState.NEEDS_CORRECTION, fields=fields))
    assert [correction.field for correction in told.corrections] == list(fields)
    assert all(correction.detail.strip() for correction in told.corrections)


@LANGUAGES
def test_coverage_that_begins_later_says_from_when(language):
    told = answers.check(check(language, state=CheckState.INELIGIBLE, begins=date(2027, 1, 1)))
    assert "2027-01-01" in told.detail
    assert told.begins == date(2027, 1, 1)


def test_a_payer_that_is_down_says_when_it_is_asked_again_and_nothing_about_coverage():
    told = answers.check(check(state=CheckState.PAYER_UNAVAILABLE, retry_at=NOW + timedelta(minutes=5)))
    assert told.retry_at == NOW + timedelta(minutes=5)
    assert "cover" not in told.detail


def test_neither_the_reason_nor_the_tries_nor_the_member_are_told():
    told = json.loads(answers.check(check(state=CheckState.NEEDS_REVIEW)).model_dump_json())
    assert set(told) == {"id", "plan_id", "state", "detail", "made_at", "corrections", "retry_at", "begins"}
    assert "secret_reason" not in json.dumps(told)


# Plans, profile, coverage


def test_the_public_sees_name_payer_and_offers_of_a_plan_and_nothing_more():
    terms = PlanTerms.model_validate_json(
        json.dumps(
            {
                "name": "Cedar PPO",
                "offers": ["therapy", "coaching_session"],
                "payer": {"id": "CEDAR", "name": "Cedar Health", "door": "json", "zone": "America/Chicago"},
                "member_numbers": {"suffix": "required", "group_numbers": ["HG40021"]},
                "fees": {"90834": 15000},
            }
        )
    )
    told = json.loads(answers.plans([Plan(id=PlanId("cedar-ppo"), terms=terms)]).model_dump_json())
    assert told == {
        "plans": [
            {"id": "cedar-ppo", "name": "Cedar PPO", "payer": "Cedar Health", "offers": ["coaching_session", "therapy"]}
        ]
    }


def test_a_profile_is_shown_as_it_was_entered():
    entry = ProfileEntry(first_name="Ana", last_name="Rivera", language="es", state="IL", zone="America/Chicago")
    told = answers.profile(Profile(entry=entry, updated_at=NOW, version=4))
    assert (told.profile, told.updated_at) == (entry, NOW)


def test_a_coverage_shows_neither_its_claim_nor_its_check():
    told = json.loads(answers.coverage(known(ACTIVE).coverage).model_dump_json())
    assert set(told) == {"plan_id", "begins", "ends", "checked_at"}


# Benefits


def test_what_a_payer_has_not_said_is_null_or_unknown_and_never_zero():
    told = answers.benefits(known(ACTIVE))
    therapy = service_of(told)
    assert (therapy.copay, therapy.coinsurance, therapy.order) == (None, None, None)
    assert (therapy.deductible_applies, therapy.authorization) == ("unknown", "unknown")
    assert (therapy.visits.allowed, therapy.visits.left, therapy.visits.unlimited) == (None, None, False)
    for side in (told.in_network, told.out_of_network):
        for both in (side.deductible, side.out_of_pocket):
            for one in (both.individual, both.family):
                assert (one.total, one.left, one.unlimited) == (None, None, False)
    assert '"amount":0' not in told.model_dump_json()


def test_what_a_payer_has_said_is_shown_in_cents_and_shares_and_zero_stays_zero():
    told = answers.benefits(
        known(
            ACTIVE,
            line(Kind.COPAY, "MH", amount=0),
            line(Kind.COINSURANCE, "MH", share=Decimal("0.2")),
            line(Kind.DEDUCTIBLE, "30", amount=150000, period=Period.CALENDAR_YEAR, level=Level.INDIVIDUAL),
            line(Kind.DEDUCTIBLE, "30", amount=110000, period=Period.REMAINING, level=Level.INDIVIDUAL),
            line(Kind.COPAY, "MH", amount=4000, network=Network.OUT),
        )
    )
    therapy = service_of(told)
    assert therapy.copay is not None
    assert (therapy.copay.amount, therapy.copay.currency, therapy.coinsurance) == (0, "USD", Decimal("0.2"))
    individual = told.in_network.deductible.individual
    assert (individual.total.amount, individual.left.amount) == (150000, 110000)
    assert told.in_network.deductible.family.total is None
    out = next(one for one in told.out_of_network.services if one.service is Service.THERAPY)
    assert out.copay.amount == 4000


def test_services_that_plans_do_not_pay_for_have_no_benefits():
    shown = {one.service for one in answers.benefits(known(ACTIVE)).in_network.services}
    assert shown == set(Service) - {Service.COACHING_SESSION, Service.PHONE_CONSULT}


def test_who_carries_mental_health_instead_is_named_and_it_is_not_called_uncovered():
    told = service_of(answers.benefits(known(ACTIVE, line(Kind.OTHER_PAYER, "MH", code="R", entity="LANTERN"))))
    assert told.ask_instead == "LANTERN"
    assert told.covered != "no"


def test_what_a_payer_contradicts_itself_about_is_named_once_and_without_the_figures():
    told = answers.benefits(known(ACTIVE, line(Kind.COPAY, "MH", amount=2000), line(Kind.COPAY, "MH", amount=3500)))
    assert told.under_review == ["copay"]
    assert service_of(told).copay is None or service_of(told).copay.amount in {2000, 3500}


def test_the_benefits_name_neither_the_claim_nor_the_payers_free_text():
    said = known(ACTIVE, line(Kind.COPAY, "MH", amount=2000, messages=("CALL ANA RIVERA",)))
    told = answers.benefits(said).model_dump_json()
    assert "RIVERA" not in told
    assert said.coverage.claim not in told


# What a session costs


def therapy_at(told):
    return SessionCost(service=Service.THERAPY, procedure="90834", allowed=Cents(15000), estimate=told)


@LANGUAGES
def test_an_estimate_shows_its_arithmetic_in_the_readers_language(language):
    side = known(
        ACTIVE,
        line(Kind.COINSURANCE, "MH", share=Decimal("0.2")),
        line(Kind.DEDUCTIBLE, "30", amount=150000, period=Period.CALENDAR_YEAR, level=Level.INDIVIDUAL),
        line(Kind.DEDUCTIBLE, "30", amount=10000, period=Period.REMAINING, level=Level.INDIVIDUAL),
        line(Kind.OUT_OF_POCKET, "30", amount=90000, period=Period.REMAINING, level=Level.INDIVIDUAL),
    ).benefits.in_network
    told = estimate(Cents(15000), side.terms[Service.THERAPY], side.accumulators)
    shown = answers.session_cost(therapy_at(told), language)
    assert (shown.allowed.amount, shown.procedure_code, shown.service) == (15000, "90834", Service.THERAPY)
    assert 0 <= shown.low.amount <= shown.high.amount == 11000
    assert len(shown.arithmetic) >= len(shown.steps)
    text = " ".join(shown.arithmetic)
    assert "$150.00" in text
    assert ("deducible" in text) == (language is Language.SPANISH)
    assert [step.amount.amount for step in shown.steps if step.kind != "allowed"] != []
    assert sum(step.amount.amount for step in shown.steps if step.kind != "allowed") == shown.high.amount


def test_an_estimate_that_is_not_certain_says_what_is_unknown():
    side = known(ACTIVE).benefits.in_network
    told = estimate(Cents(15000), side.terms[Service.THERAPY], side.accumulators)
    shown = answers.session_cost(therapy_at(told), Language.ENGLISH)
    assert shown.low.amount < shown.high.amount
    assert shown.unknown
