"""The intake form: shown in the reader's language, answered by the member alone, kept whole or not at all."""

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from functions.care import form
from functions.care.contract import IntakeKind, intake_done, intake_key
from functions.shared.table import get
from tests.integration.care.conftest import ANA, BEN, NOON
from tests.unit.care.answered import answered

KINDS = pytest.mark.parametrize("kind", ["therapy", "psychiatry"])
COMPLETED = "care.intake_completed"


@pytest.fixture
def second_version(tmp_path, monkeypatch):
    """Lets the therapy form get a second version."""

    def come():
        made = json.loads((form.FORMS / "therapy-1.json").read_text(encoding="utf-8"))
        made["version"] = 2
        made["schema"]["required"].append("goals")
        (tmp_path / "therapy-2.json").write_text(json.dumps(made), encoding="utf-8")
        monkeypatch.setattr(form, "FORMS", tmp_path)
        form.current.cache_clear()

    yield come
    form.current.cache_clear()


# The form


@KINDS
@pytest.mark.parametrize(
    ("language", "read", "title"),
    [("es-MX, en;q=0.5", "es", "Antes de"), ("en", "en", "Before your"), ("fr", "en", "B")],
)
def test_the_form_is_told_in_the_language_of_its_reader(care, kind, language, read, title):
    shown = care.form(kind, language=language)
    assert (shown.status, shown.body["kind"], shown.body["language"]) == (200, kind, read)
    assert shown.body["json_schema"]["title"].startswith(title)
    assert (shown.headers["Content-Language"], shown.headers["Vary"]) == (read, "Accept-Language")
    assert (shown.headers["ETag"], shown.body["form_version"]) == ('"1"', 1)


@KINDS
def test_what_is_shown_is_all_that_a_client_needs_to_ask_and_to_check(care, kind):
    shown = care.form(kind).body
    asked = [question for section in shown["sections"] for question in section["questions"]]
    assert asked == list(shown["json_schema"]["properties"])
    assert Draft202012Validator(shown["json_schema"]).is_valid(answered(kind))
    assert set(shown) == {"kind", "form_version", "language", "sections", "json_schema"}


@pytest.mark.parametrize("kind", ["coaching", "Therapy", "therapy%20", "x" * 300])
def test_an_unknown_kind_is_not_found_whatever_is_done_with_it(care, kind):
    for told in (care.form(kind), care.look(kind), care.fill_in(kind, {})):
        assert (told.status, told.body["code"]) == (404, "not_found")


# The answers


@KINDS
def test_answers_come_back_as_they_were_given_with_their_version_language_and_time(care, kind):
    assert care.look(kind).status == 404
    kept = care.fill_in(kind, language="es")
    assert (kept.status, kept.headers["ETag"]) == (200, '"1"')
    assert kept.body == {
        "kind": kind,
        "form_version": 1,
        "completed_at": "2026-11-23T15:00:00Z",
        "updated_at": "2026-11-23T15:00:00Z",
        "crisis": False,
        "help": None,
    }
    read = care.look(kind)
    assert (read.status, read.headers["ETag"]) == (200, '"1"')
    assert read.body["answers"] == answered(kind)
    assert (read.body["form_version"], read.body["language"]) == (1, "es")


def test_each_kind_is_answered_for_itself(care):
    care.fill_in("therapy")
    assert care.look("psychiatry").status == 404
    assert intake_done(get(intake_key(ANA, IntakeKind.THERAPY)))
    assert not intake_done(get(intake_key(ANA, IntakeKind.PSYCHIATRY)))


def test_nobody_sees_or_changes_anybody_elses(care):
    care.fill_in("therapy", member=ANA)
    assert care.look("therapy", member=BEN).status == 404
    assert care.fill_in("therapy", {**answered("therapy"), "reason": "sleep"}, member=BEN).status == 200
    assert care.look("therapy", member=ANA).body["answers"] == answered("therapy")


def test_a_change_counts_the_version_up_and_replaces_the_whole(care):
    care.fill_in("therapy", version=0)
    care.now += timedelta(days=1)
    changed = answered("therapy", goals=None, reason="sleep")
    kept = care.fill_in("therapy", changed, version=1)
    assert (kept.status, kept.headers["ETag"]) == (200, '"2"')
    assert (kept.body["completed_at"], kept.body["updated_at"]) == ("2026-11-23T15:00:00Z", "2026-11-24T15:00:00Z")
    assert care.look("therapy").body["answers"] == changed


@pytest.mark.parametrize("version", [0, 2, "abc"])
def test_a_version_that_is_not_the_current_one_is_stale_and_changes_nothing(care, version):
    care.fill_in("therapy")
    refused = care.fill_in("therapy", {**answered("therapy"), "reason": "sleep"}, version=version)
    assert (refused.status, refused.body["code"]) == (412, "stale")
    assert care.look("therapy").body["answers"] == answered("therapy")


def test_a_change_without_a_version_overwrites_nothing(care):
    care.fill_in("therapy")
    refused = care.fill_in("therapy", {**answered("therapy"), "reason": "sleep"})
    assert (refused.status, refused.body["code"]) == (428, "version_required")
    assert care.look("therapy").body["answers"] == answered("therapy")


@pytest.mark.parametrize(("language", "detail"), [("en", "Please fill this in."), ("es", "Complete este campo.")])
def test_every_mistake_is_told_at_once_in_the_readers_language_and_nothing_is_kept(care, language, detail):
    refused = care.fill_in("psychiatry", answered("psychiatry", reason="", allergies=None), language=language)
    assert (refused.status, refused.body["code"]) == (422, "invalid")
    told = [(error["pointer"], error["code"], error["detail"]) for error in refused.body["errors"]]
    assert told == [("/answers/reason", "missing", detail), ("/answers/allergies", "missing", detail)]
    assert (care.items("CARE_TABLE"), care.events()) == ([], [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"form_version": 1}, "/answers"),
        ({"answers": {}}, "/form_version"),
        ({"form_version": 0, "answers": {}}, "/form_version"),
        ({"form_version": 1, "answers": []}, "/answers"),
        ({"form_version": 1, "answers": {}, "member_id": BEN}, ""),
    ],
)
def test_a_body_of_another_shape_is_refused_by_field(care, body, pointer):
    refused = care.api("PUT", "/v1/intake-forms/therapy/answers", body)
    assert (refused.status, [error["pointer"] for error in refused.body["errors"]]) == (422, [pointer])


# Versions of the form


def test_answers_to_an_older_form_are_refused_and_the_new_form_is_shown(care, second_version):
    second_version()
    refused = care.fill_in("therapy")
    assert (refused.status, refused.body["code"]) == (409, "form_outdated")
    assert care.items("CARE_TABLE") == []
    assert care.form("therapy").headers["ETag"] == '"2"'
    assert care.fill_in("therapy", form_version=2).status == 200


def test_answers_to_a_form_that_is_not_there_yet_are_refused_too(care):
    assert care.fill_in("therapy", form_version=2).body["code"] == "form_outdated"


def test_what_was_completed_stays_readable_and_done_when_the_form_changes(care, second_version):
    care.fill_in("therapy")
    second_version()
    assert care.look("therapy").body["form_version"] == 1
    assert intake_done(get(intake_key(ANA, IntakeKind.THERAPY)))


def test_each_version_is_told_as_completed_once(care, second_version):
    care.fill_in("therapy")
    care.fill_in("therapy", version=1)
    second_version()
    care.now += timedelta(days=1)
    kept = care.fill_in("therapy", form_version=2, version=2)
    care.fill_in("therapy", form_version=2, version=3)
    told = {"member_id": ANA, "kind": "therapy"}
    assert care.events() == [(COMPLETED, {**told, "form_version": 1}), (COMPLETED, {**told, "form_version": 2})]
    assert kept.body["completed_at"] == (NOON + timedelta(days=1)).isoformat().replace("+00:00", "Z")


# What it costs, and who has left


def test_filling_in_is_one_read_and_one_transaction_and_a_cold_start_opens_the_key_besides(care, called):
    database, keys = called("dynamodb"), called("kms")
    care.fill_in("therapy")
    assert database == ["BatchGetItem", "TransactWriteItems"]
    assert keys == ["Decrypt"]
    care.fill_in("therapy", version=1)
    assert database == ["BatchGetItem", "TransactWriteItems"] * 2
    assert keys == ["Decrypt"]


def test_looking_at_the_answers_is_one_read_and_at_the_form_none(care, called):
    care.fill_in("therapy")
    database = called("dynamodb")
    care.look("therapy")
    care.form("therapy")
    assert database == ["BatchGetItem"]


def test_nothing_is_written_for_a_member_who_is_leaving(care):
    care.close_gate(ANA)
    refused = care.fill_in("therapy")
    assert (refused.status, refused.body["code"]) == (403, "account_closed")
    assert (care.items("CARE_TABLE"), care.events()) == ([], [])
