"""Whoever answers with thoughts of self-harm is told where help is, and heard, whatever becomes of the form."""

import base64
import json

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from functions.care.crisis import LARGEST_LOOKED_THROUGH
from functions.shared.aws import client
from tests.integration.care.conftest import ANA
from tests.unit.care.answered import CANARY, answered

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


# Words


@LANGUAGES
@pytest.mark.parametrize("words", ["I want to end my life.", "No quiero seguir viviendo."])
def test_words_of_a_crisis_are_heard_in_every_text_of_the_form(care, language, words):
    kept = care.fill_in("therapy", answered("therapy", safety_notes=words), language=language)
    assert (kept.status, kept.body["crisis"]) == (200, True)
    assert HELP[language] in kept.body["help"]
    assert care.events().count(HEARD) == 1


def test_also_where_the_form_is_refused(care):
    refused = care.fill_in("therapy", answered("therapy", reason="I want to die\x07", goals=""))
    assert first_error(refused)[:2] == ("/answers/reason", "crisis")
    assert care.events() == [HEARD]


# Requests that are themselves at fault

ANSWERS = "/v1/intake-forms/therapy/answers"
MESSAGES = "/v1/conversations/coaching/messages"
WHOLE = {"form_version": 1, "answers": answered("therapy", **IN_DANGER)}
CRY = {"client_id": "client-a", "text": "I want to die"}
HEARD_IN_CHAT = ("care.crisis_heard", {"member_id": ANA, "number": None})
LONG = "so much " * 9_000


def sent(body, **how):
    return {"body": body, **how}


def at_fault(thoughts):
    """Forms with this answer, each in a request that is refused for another reason, and how."""
    answers = answered("therapy", self_harm_thoughts=thoughts)
    whole = {"form_version": 1, "answers": answers}
    latin = json.dumps({**whole, "x": "ñ"}, ensure_ascii=False).encode("latin-1")
    return [
        (sent(whole, version="abc"), 412),
        (sent(whole, version="9" * 120), 422),
        (sent({"answers": answers}), 422),
        (sent({**whole, "form_version": "one"}), 422),
        (sent({**whole, "form_version": 0}), 422),
        (sent({**whole, "unknown": True}), 422),
        (sent({**whole, "answers": {**answers, "reason": LONG}}), 413),
        (sent(whole, media="text/plain"), 415),
        (sent(json.dumps({**whole, "form_version": float("nan")})), 400),
        (sent(base64.b64encode(latin).decode(), encoded=True), 400),
    ]


@LANGUAGES
@pytest.mark.parametrize(("how", "status"), at_fault("now"))
def test_whatever_is_wrong_with_the_request_the_person_is_heard(care, how, status, language):
    refused = care.api("PUT", ANSWERS, language=language, **how)
    pointer, code, detail = first_error(refused)
    assert (refused.status, pointer, code) == (status, "/answers/self_harm_thoughts", "crisis")
    assert HELP[language] in detail
    assert (care.items("CARE_TABLE"), care.events()) == ([], [HEARD])


@pytest.mark.parametrize(("how", "status"), at_fault("never"))
def test_without_a_crisis_such_a_request_is_refused_and_no_more(care, how, status):
    refused = care.api("PUT", ANSWERS, **how)
    assert (refused.status, "crisis" in json.dumps(refused.body)) == (status, False)
    assert care.events() == []


@LANGUAGES
@pytest.mark.parametrize(
    ("how", "status"),
    [
        (sent({"text": CRY["text"]}), 422),
        (sent({**CRY, "client_id": "?"}), 422),
        (sent({**CRY, "unknown": True}), 422),
        (sent({**CRY, "text": [CRY["text"]]}), 422),
        (sent({**CRY, "text": LONG + CRY["text"]}), 413),
        (sent(CRY, media="text/plain"), 415),
    ],
)
def test_so_is_whoever_writes_a_message(care, how, status, language):
    refused = care.api("POST", MESSAGES, language=language, **how)
    pointer, code, detail = first_error(refused)
    assert (refused.status, pointer, code) == (status, "/text", "crisis")
    assert HELP[language] in detail
    assert (care.items("CARE_TABLE"), care.events()) == ([], [HEARD_IN_CHAT])


def test_no_name_of_the_senders_own_is_repeated(care):
    refused = care.fill_in("therapy", {CANARY: "I want to die"})
    assert first_error(refused)[:2] == ("/answers", "crisis")
    assert CANARY not in json.dumps(refused.body)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (("PUT", ANSWERS), "form may not"),
        (("PUT", ANSWERS + "/"), "form may not"),
        (("POST", MESSAGES), "message may not"),
    ],
)
@pytest.mark.parametrize(
    ("body", "status"),
    [('{"answers": {"self_harm_thoughts": "no', 400), ("[" * 60_000, 400), (f'"{" " * LARGEST_LOOKED_THROUGH}"', 413)],
)
def test_what_cannot_be_read_may_be_a_cry_and_is_answered_with_help_but_calls_nobody(
    care, operation, words, body, status
):
    refused = care.api(*operation, body)
    pointer, code, detail = first_error(refused)
    assert (refused.status, pointer, code) == (status, "", "crisis")
    assert HELP["en"] in detail
    assert words in detail
    assert care.events() == []


@pytest.mark.parametrize("body", [None, "", "null"])
def test_who_says_nothing_is_in_no_crisis(care, body):
    assert "crisis" not in json.dumps(care.api("PUT", ANSWERS, body).body)


def test_only_members_are_heard_and_only_where_they_tell_something(care):
    in_danger = {**WHOLE, "text": CRY["text"]}
    for method, path, who in (
        ("PUT", ANSWERS, {"member": None}),
        ("PUT", ANSWERS, {"member": "prv_01M82TWG08W65Y6KHTXY36V3KE", "groups": "provider"}),
        ("POST", ANSWERS, {}),
        ("PUT", "/v1/intake-forms/coaching/answers", {}),
        ("PUT", "/v1/coach-preferences", {}),
    ):
        refused = care.api(method, path, in_danger, **who)
        assert refused.status >= 400
        assert "crisis" not in json.dumps(refused.body)
    assert care.events() == []


# When it is our fault


def failing(service, operation, error, times=99):
    """Let the next calls of this name fail."""
    left = iter(range(times))

    def fail(**_):
        if next(left, None) is not None:
            raise error

    client(service).meta.events.register(f"before-call.{service}.{operation}", fail)


DENIED = ClientError({"Error": {"Code": "AccessDeniedException"}}, "Any")
UNREACHABLE = ConnectTimeoutError(endpoint_url="none")
ERRORS = pytest.mark.parametrize("error", [DENIED, UNREACHABLE])


@LANGUAGES
@ERRORS
@pytest.mark.parametrize(
    ("service", "operation"), [("kms", "Decrypt"), ("dynamodb", "TransactWriteItems"), ("dynamodb", "BatchGetItem")]
)
def test_what_breaks_on_our_side_leaves_the_help_and_the_event(care, service, operation, error, language):
    failing(service, operation, error, times=1)
    broken = care.api("PUT", ANSWERS, WHOLE, language=language)
    pointer, code, detail = first_error(broken)
    assert (broken.status, broken.body["code"]) == (500, "internal")
    assert (pointer, code) == ("/answers/self_harm_thoughts", "crisis")
    assert HELP[language] in detail
    assert (care.items("CARE_TABLE"), care.events()) == ([], [HEARD])


@ERRORS
@pytest.mark.parametrize("how", [sent(WHOLE), sent({**WHOLE, "form_version": 7})])
def test_where_not_even_the_event_can_be_written_the_answer_is_the_same_and_the_loss_is_logged(care, how, error, capfd):
    failing("dynamodb", "TransactWriteItems", error)
    refused = care.api("PUT", ANSWERS, **how)
    assert (refused.status, first_error(refused)[1]) == (500 if how["body"] is WHOLE else 409, "crisis")
    assert care.events() == []
    [lost] = [line for line in map(json.loads, capfd.readouterr().out.splitlines()) if line["event"] == "event_lost"]
    assert (lost["level"], lost["request_id"], lost["error"]) == ("error", "request-0", type(error).__name__)


def test_also_for_a_message(care):
    failing("kms", "Decrypt", DENIED)
    broken = care.api("POST", MESSAGES, CRY)
    assert (broken.status, first_error(broken)[:2]) == (500, ("/text", "crisis"))
    assert care.events() == [HEARD_IN_CHAT]
