"""What a member tells in an intake form stands nowhere in the clear, and is told to nobody else."""

import json
import zlib

import boto3

from functions.care import store
from functions.care.models import IntakeKind
from functions.shared import vault
from functions.shared.aws import client
from functions.shared.settings import setting
from functions.shared.table import get, plain, wire
from functions.shared.vault import Retention, key_of
from tests.integration.care.conftest import ANA, BEN
from tests.integration.eligibility.world import bytes_in
from tests.unit.care.answered import CANARY, answered

CHOICE = "past_three_months"


def told_everything(care):
    """Forms kept, changed and refused, and the answers read."""
    answers = []
    for kind in ("therapy", "psychiatry"):
        care.fill_in(kind, answered(kind, self_harm_acts=CHOICE))
        care.fill_in(kind, answered(kind, self_harm_acts=CHOICE), version=1, language="es")
        care.look(kind)
        wrong = answered(kind, since=CANARY, concerns=[CANARY], reason=CANARY * 100, pronouns={CANARY: CANARY})
        answers.append(care.fill_in(kind, wrong | {CANARY: CANARY, "self_harm_acts": CHOICE}, version=2))
        answers.append(care.fill_in(kind, answered(kind), form_version=9, version=2))
    return answers


def in_the_clear():
    """Which of what was told any attribute of any table holds, in text, in binary, in base64 or compressed."""
    database = boto3.client("dynamodb")
    names = database.list_tables()["TableNames"]
    assert setting("CARE_TABLE") in names
    items = [plain(item) for name in names for item in database.scan(TableName=name)["Items"]]
    readable = b"\n".join(part for kept in bytes_in(items) for part in (kept, decompressed(kept)))
    return [word for word in (CANARY, CANARY.split()[0], CHOICE) if word.encode() in readable]


def decompressed(kept):
    try:
        return zlib.decompress(kept)
    except zlib.error:
        return b""


def test_no_answer_stands_in_the_clear_in_any_table(care):
    told_everything(care)
    assert len(care.items("CARE_TABLE")) == 2
    assert in_the_clear() == []


def test_the_search_above_finds_what_stands_in_the_clear(care, monkeypatch):
    monkeypatch.setattr(store, "seal", lambda _member, _rule, _place, text: zlib.compress(text.encode()))
    care.fill_in("therapy", answered("therapy", self_harm_acts=CHOICE))
    assert in_the_clear() == [CANARY, CANARY.split()[0], CHOICE]


def test_only_which_form_when_and_in_which_language_stands_in_the_open(care):
    care.fill_in("therapy", language="es")
    [kept] = care.items("CARE_TABLE")
    assert set(kept) == {"pk", "sk", "v", "form_version", "language", "completed_at", "updated_at", "sealed"}
    assert (kept["pk"], kept["sk"]) == (f"MBR#{ANA}", "INTAKE#therapy")
    assert (kept["form_version"], kept["language"], kept["v"]) == (1, "es", 1)


def test_answers_are_sealed_as_a_record_that_outlives_the_account(care):
    care.fill_in("therapy")
    destroy(key_of(ANA, Retention.ERASABLE))
    assert care.look("therapy").body["answers"] == answered("therapy")
    destroy(key_of(ANA, Retention.RETAINED))
    assert care.look("therapy").status == 403


def destroy(key):
    client("dynamodb").delete_item(TableName=key.table, Key=wire(key.attributes))
    vault.forget()


def change(member, kind, **attributes):
    """Overwrite attributes of what is kept, past the function."""
    key = store.intake_key(member, IntakeKind(kind))
    client("dynamodb").put_item(TableName=key.table, Item=wire({**get(key), **attributes}))


def test_answers_open_only_for_their_member_their_form_and_its_version(care):
    for member, kind in ((ANA, "therapy"), (ANA, "psychiatry"), (BEN, "therapy")):
        care.fill_in(kind, member=member)
    sealed = get(store.intake_key(ANA, IntakeKind.THERAPY))["sealed"]
    for member, kind in ((ANA, "psychiatry"), (BEN, "therapy")):
        change(member, kind, sealed=sealed)
        assert care.look(kind, member=member).status == 500
    assert care.look("therapy", member=ANA).status == 200
    change(ANA, "therapy", form_version=2)
    assert care.look("therapy", member=ANA).status == 500


def test_no_refusal_repeats_what_was_told(care):
    refused = told_everything(care)
    assert {answer.status for answer in refused} == {409, 422}
    for answer in refused:
        assert CANARY.split()[0] not in json.dumps(answer.body)
        assert CHOICE not in json.dumps(answer.body)


def test_no_answer_reaches_the_logs_nor_that_there_was_a_crisis(care, capfd):
    told_everything(care)
    out, err = capfd.readouterr()
    logged = out + err
    assert logged.count("answered") == 10
    for word in (CANARY.split()[0], CHOICE, "crisis", "self_harm"):
        assert word not in logged


def test_events_carry_ids_kind_and_version_alone(care):
    told_everything(care)
    told = {frozenset(data) for _, data in care.events()}
    assert told == {frozenset({"member_id", "kind"}), frozenset({"member_id", "kind", "form_version"})}
