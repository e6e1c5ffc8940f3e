"""The API document says what the operations do."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from functions.shared.caller import EVERYONE
from local.openapi import PLACE, document, operations, text

DOCUMENT = document()
ALL = [operation for _, operation in operations()]


def of(operation):
    path = operation.path.replace("<", "{").replace(">", "}")
    return DOCUMENT["paths"][path][operation.method.lower()]


def check(schema, example):
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    assert [error.message for error in validator.iter_errors(example)] == []


def test_the_committed_document_is_what_the_code_says():
    assert Path(PLACE).read_text(encoding="utf-8") == text()


def test_every_operation_is_in_the_document_under_its_own_id():
    ids = [o["operationId"] for methods in DOCUMENT["paths"].values() for o in methods.values()]
    assert sorted(ids) == sorted(operation.name for operation in ALL)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
def test_every_operation_has_a_summary_a_description_and_true_examples(operation):
    told = of(operation)
    assert told["summary"]
    assert len(told["description"]) > len(told["summary"])
    answered = told["responses"][str(operation.status)].get("content")
    assert (answered is None) == (operation.status == 204)
    if answered:
        check(answered["application/json"]["schema"], answered["application/json"]["example"])
    assert ("requestBody" in told) == (operation.takes_body and operation.allow != EVERYONE)
    if "requestBody" in told:
        asked = told["requestBody"]["content"]["application/json"]
        check(asked["schema"], asked["example"])
    for parameter in told.get("parameters", ()):
        check(parameter["schema"], parameter["example"])


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
def test_every_operation_names_its_problems_with_an_example_of_each(operation):
    told = of(operation)
    examples = [
        example["value"]
        for answer in told["responses"].values()
        for example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).values()
    ]
    for example in examples:
        check({"$ref": "#/components/schemas/Problem"}, example)
    codes = {example["code"] for example in examples}
    assert {problem.code for problem in operation.refuses} | {"invalid", "internal"} <= codes
    assert ("unauthenticated" in codes) == (operation.allow != EVERYONE)


def test_only_a_declared_operation_is_public():
    public = [o["operationId"] for methods in DOCUMENT["paths"].values() for o in methods.values() if not o["security"]]
    assert sorted(public) == [
        "hear_statement_tool",
        "hear_stripe",
        "list_certificate_keys",
        "list_plans",
        "show_certificate",
    ]


def test_the_document_is_openapi_3_1_and_complete_json():
    assert json.loads(text())["openapi"] == "3.1.0"
