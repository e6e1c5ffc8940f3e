"""Whoever answers with thoughts of self-harm is told where help is, and heard, whatever becomes of the form."""

import pytest

from tests.integration.care.conftest import ANA
from tests.unit.care.answered import answered

HEARD = ("care.crisis_answered", {"member_id": ANA, "kind": "therapy"})
IN_DANGER = {"self_harm_thoughts": "now"}
HELP = {"en": "Call or text 988 now", "es": "Llame ahora al 988 y marque 2"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


@LANGUAGES
@pytest.mark.parametrize("kind", ["therapy", "psychiatry"])
def test_help_is_in_the_answer_and_the_event_in_the_outbox(care, kind, language):
    kept = care.fill_in(kind, answered(kind, **IN_DANGER), language=language)
    assert (kept.status, kept.body["crisis"]) == (200, True)
    assert HELP[language] in kept.body["help"]
    told = {"member_id": ANA, "kind": kind}
    assert sorted(care.events(), key=str) == [
        ("care.crisis_answered", told),
        ("care.intake_completed", {**told, "form_version": 1}),
    ]


def test_it_is_heard_each_time_it_is_said_and_no_longer_than_that(care):
    care.fill_in("therapy", answered("therapy", **IN_DANGER))
    care.fill_in("therapy", answered("therapy", **IN_DANGER), version=1)
    calm = care.fill_in("therapy", version=2)
    assert (calm.body["crisis"], calm.body["help"]) == (False, None)
    assert care.events().count(HEARD) == 2


def first_error(answer):
    first = answer.body["errors"][0]
    return first["pointer"], first["code"], first["detail"]


@LANGUAGES
def test_a_form_with_mistakes_is_refused_and_the_person_is_not(care, language):
    refused = care.fill_in("therapy", answered("therapy", reason="", **IN_DANGER), language=language)
    assert (refused.status, refused.body["code"]) == (422, "invalid")
    pointer, code, detail = first_error(refused)
    assert (pointer, code) == ("/answers/self_harm_thoughts", "crisis")
    assert HELP[language] in detail
    assert [error["code"] for error in refused.body["errors"]] == ["crisis", "missing"]
    assert (care.items("CARE_TABLE"), care.events()) == ([], [HEARD])


def test_so_are_an_outdated_form_and_one_without_a_version(care):
    in_danger = answered("therapy", **IN_DANGER)
    outdated = care.fill_in("therapy", in_danger, form_version=7)
    care.fill_in("therapy")
    blind, stale = care.fill_in("therapy", in_danger), care.fill_in("therapy", in_danger, version=9)
    for refused, status in ((outdated, 409), (blind, 428), (stale, 412)):
        assert (refused.status, first_error(refused)[1]) == (status, "crisis")
    assert care.events().count(HEARD) == 3
    assert care.look("therapy").body["answers"] == answered("therapy")


def test_and_so_is_somebody_whose_account_is_closing(care):
    care.close_gate(ANA)
    refused = care.fill_in("therapy", answered("therapy", **IN_DANGER))
    assert (refused.status, first_error(refused)[1]) == (403, "crisis")
    assert (care.items("CARE_TABLE"), care.events()) == ([], [HEARD])


def test_no_mistake_alone_is_taken_for_a_crisis(care):
    refused = care.fill_in("therapy", answered("therapy", reason=""))
    assert [error["code"] for error in refused.body["errors"]] == ["missing"]
    assert care.events() == []
