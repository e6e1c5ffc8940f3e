"""The demo's year in both languages; and whatever names its person is found only where it should be."""

import json
from datetime import UTC, datetime

import pytest

from local.demo.visitor import Visitor
from local.demo.year import EMAIL, ROSA, Year
from local.examples import INTAKE_ANSWERS
from local.system import System
from tests.e2e.aftermath import everything

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CANARIES = (
    *("Rosa", "Silva", EMAIL, "rosa.silva", ROSA["member_id"], ROSA["date_of_birth"], "19920417"),
    *("sleep better", "your evenings"),
    *(text for text in INTAKE_ANSWERS.values() if isinstance(text, str) and " " in text),
)
"""Every personal thing that is said in the year: names, numbers, dates, messages, answers of the intake form."""


@pytest.fixture(scope="module", params=["en", "es"])
def year(request):
    """What was asked and answered, and what every system has of it, just before the member leaves and at the end."""
    exchanges = []
    with System.start(seed=1, at=BEGINS) as system:
        lived = Year(system.url, lambda *exchange: exchanges.append(exchange), request.param)
        before = None
        for title, take in lived.steps():
            if title.startswith("She asks for erasure"):
                before = json.dumps(everything(system), default=repr)
            take()
        yield system, exchanges, before, request.param


def found(text):
    return [canary for canary in CANARIES if canary in text]


def test_no_answer_is_a_server_error(year):
    _, exchanges, *_ = year
    assert [reply.status for *_, reply in exchanges if reply.status >= 500] == []


def test_nothing_that_names_a_person_is_in_the_logs_the_events_or_the_queues(year):
    system, *_ = year
    assert len(system.logs()) > 100
    assert len(system.events()) > 15
    assert found("\n".join(system.logs())) == []
    assert found(json.dumps(system.events())) == []
    assert found(json.dumps(system.queues())) == []


def test_everything_personal_is_sealed_where_it_is_kept(year):
    _, _, before, _ = year
    assert "CONTACT" in before
    assert found(before) == []


def test_stripe_knows_our_ids_and_nobodys_name(year):
    system, *_ = year
    account = system.stripe.account
    held = [*account.customers.values(), *account.payment_intents.values(), *account.sessions.values()]
    assert held
    assert found(json.dumps([*held, *account.refunds.values(), *account.setup_intents.values()], default=str)) == []
    assert found(repr(system.stripe.asked)) == []


def test_the_statement_tool_is_told_of_a_person_in_the_body_alone(year):
    system, *_ = year
    assert [asked.path for asked in system.statements.asked if asked.session_id]
    assert found(" ".join(asked.path for asked in system.statements.asked)) == []


def test_no_path_and_no_refusal_names_a_person(year):
    _, exchanges, *_ = year
    for method, path, _, reply in exchanges:
        assert found(path) == [], method
        if reply.status >= 400:
            assert found(json.dumps(reply.body)) == []


def test_no_e_mail_says_in_its_subject_or_its_links_who_it_is_about(year):
    system, *_, language = year
    mails = [mail for mail in system.mailbox() if mail["to"] == [EMAIL]]
    assert len({mail["subject"] for mail in mails}) > 8
    assert {mail["language"] for mail in mails} == {language}
    for mail in mails:
        assert found(mail["subject"]) == []
        assert found(" ".join(word for word in mail["text"].split() if word.startswith("http"))) == []


def test_after_the_erasure_nothing_is_left_that_names_the_person_or_could_be_opened(year):
    system, *_ = year
    left = everything(system)
    assert found(json.dumps(left, default=repr)) == []
    assert not [item for item in left if item["table"] == "KeysTable" and item["sk"] == "KEY#erasable"]


def test_signing_up_again_later_is_a_new_person(year):
    system, *_ = year
    before = {item["pk"] for item in everything(system) if item.get("sk") == "GATE"}
    again = Visitor(system.url, lambda *_: None)
    again.sign_up(EMAIL)
    again.ask("GET", "/v1/profile", expect=404)
    after = {item["pk"] for item in everything(system) if item.get("sk") == "GATE"}
    assert len(after - before) == 1
