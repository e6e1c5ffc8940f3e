"""Whatever is sent, no answer is a server error and each is as the API document says (schemathesis, over HTTP)."""

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.openapi import operations
from tests.e2e.household import household

SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.json")
OPERATIONS = {operation.name: operation for _, operation in operations()}
FUZZED = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
"""For each operation and way of making requests; more by hand."""
GATEWAY = {413, 429}
"""What API Gateway may answer by itself."""
NOTHING_TO_GET_WRONG = {"hear_statement_tool", "hear_stripe", "list_certificate_keys", "list_plans"}
"""Operations that take any bytes, or nothing at all."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def home():
    with household() as lived:
        yield lived


def test_the_document_has_every_operation():
    assert set(FUZZED) == set(OPERATIONS)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", sorted(FUZZED))
def test_no_request_breaks_an_operation(home, name, mode):
    token = home.token_for(OPERATIONS[name])

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=FUZZED[name].as_strategy(generation_mode=mode))
    def send(case):
        case.headers = {**(case.headers or {}), **({"Authorization": token} if token else {})}
        answer = case.call(base_url=home.system.url)
        if answer.status_code not in GATEWAY:
            case.validate_response(answer, checks=CHECKS)

    try:
        send()
    except Unsatisfiable:
        assert (name, mode) in {(free, GenerationMode.NEGATIVE) for free in NOTHING_TO_GET_WRONG}
