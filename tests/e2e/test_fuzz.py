"""Whatever is sent, no answer is a server error and each is as the API document says (schemathesis, over HTTP)."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.shared.api import Operation
from local.examples import REQUESTS
from tests.e2e.household import OPERATIONS, Household, household

SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.json")
FUZZED = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
"""For each operation and way of making requests; more by hand."""
GATEWAY = {413, 429}
"""What API Gateway may answer by itself."""
NOTHING_TO_GET_WRONG = {"hear_statement_tool", "hear_stripe", "list_certificate_keys", "list_plans"}
"""Operations that take any bytes, or nothing at all."""
ELSEWHERE = {"book_appointment", "keep_hold", "request_erasure_for", "hear_statement_tool", "hear_stripe"}
"""Operations whose examples are about a day, a provider, a member or a signature of long ago."""
BODIES = {
    **REQUESTS,
    "keep_provider": {**REQUESTS["keep_provider"], "slug": None},  # it is Ana Reyes's
    "mark_messages_read": {"number": 1},
    "mark_member_messages_read": {"number": 1},
    "refund_payable": {"amount": {"amount": 100, "currency": "USD"}, "reason": "goodwill"},
}
"""What is sent first, and is right: the examples of the document, but where Rosa's year went otherwise."""
TURNS = ("GET", "PUT", "POST", "DELETE")
"""First what only looks, last what takes away."""
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
        for name in ("keep_legal_hold", "request_erasure", "cancel_erasure"):
            operation = OPERATIONS[name]
            (names,) = lived.there(operation)
            assert lived.send(operation, lived.token_for(operation), **names).status == operation.status
        yield lived


@dataclass
class Asker:
    """Somebody who may call an operation, and has read last what is there; the answers they had."""

    home: Household
    operation: Operation
    version: str = '"1"'
    answered: list[int] = field(default_factory=list)

    def ask(self, case, names=None):
        """Send what was made up; with `names` about what is there."""
        token = self.home.token_for(self.operation)
        case.headers = {**(case.headers or {}), **({"Authorization": token} if token else {})}
        if names is not None:
            case.path_parameters = {**(case.path_parameters or {}), **names}
            case.headers |= {"Access-Reason": "quality", "If-Match": self.version}
        answer = case.call(base_url=self.home.system.url)
        if answer.status_code not in GATEWAY:
            case.validate_response(answer, checks=CHECKS)
        self.version = answer.headers.get("ETag", self.version)
        self.answered.append(answer.status_code)

    def ask_rightly(self):
        """Send the example, about each thing that is there."""
        name, headers = self.operation.name, {"Idempotency-Key": "the-example"}
        told = FUZZED[name].definition.raw.get("parameters", ())
        query = {each["name"]: each["example"] for each in told if each["in"] == "query" and each.get("required")}
        body = {"body": BODIES[name], "media_type": "application/json"} if name in BODIES else {}
        for names in self.home.there(self.operation):
            self.ask(FUZZED[name].Case(headers=headers, query=query, **body), names)


def turn(name):
    return TURNS.index(OPERATIONS[name].method), name


def test_the_document_has_every_operation():
    assert set(FUZZED) == set(OPERATIONS)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", sorted(FUZZED, key=turn))
def test_no_request_breaks_an_operation_and_a_right_one_is_done(home, name, mode):
    asker = Asker(home, OPERATIONS[name])
    there = home.there(asker.operation)

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=FUZZED[name].as_strategy(generation_mode=mode), names=st.none() | st.sampled_from(there))
    def send(case, names):
        asker.ask(case, names)

    if mode is GenerationMode.POSITIVE and name not in ELSEWHERE:
        asker.ask_rightly()
        assert asker.operation.status in asker.answered
    try:
        send()
    except Unsatisfiable:
        assert (name, mode) in {(free, GenerationMode.NEGATIVE) for free in NOTHING_TO_GET_WRONG}
