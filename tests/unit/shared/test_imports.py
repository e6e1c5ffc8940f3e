"""Pay only for what is imported: what each function loads before its first call, and nothing beside it.

What a function needs for some of its calls alone is loaded by the first of these, and does not stand here.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.synth import template

ROOT = Path(__file__).parents[3]
HEAVY = {
    "aws_lambda_powertools",
    "aws_xray_sdk",
    "babel",
    "boto3",
    "cryptography",
    "holidays",
    "icalendar",
    "infra",
    "jinja2",
    "jsonschema",
    "local",
    "moto",
    "pydantic",
    "requests",
    "stripe",
    "ulid",
}
HTTP = {"aws_lambda_powertools", "pydantic"}
LETTERS = {"babel", "holidays", "icalendar", "jinja2"}
EVERYBODYS = {"care", "eligibility", "notifications", "payments", "privacy", "scheduling"}

LOADS = {
    "functions.care.api": (HTTP, {"care", "payments"}),
    "functions.care.consumers": ({"pydantic"}, {"care", "eligibility", "payments", "scheduling"}),
    "functions.care.jobs": ({"pydantic"}, {"care", "eligibility", "payments", "scheduling"}),
    "functions.eligibility.api": (HTTP, {"eligibility"}),
    "functions.eligibility.consumers": ({"pydantic"}, {"eligibility"}),
    "functions.eligibility.jobs": ({"pydantic"}, {"eligibility"}),
    "functions.eligibility.sign_in": ({"pydantic"}, {"eligibility"}),
    "functions.notifications.consumers": ({"pydantic", *LETTERS}, EVERYBODYS),
    "functions.notifications.mail_events": ({"pydantic"}, {"notifications"}),
    "functions.payments.api": (HTTP, {"payments"}),
    "functions.payments.catching_up": ({"pydantic"}, {"payments"}),
    "functions.payments.consumers": ({"pydantic"}, {"payments", "scheduling"}),
    "functions.payments.jobs": ({"pydantic"}, {"payments"}),
    "functions.payments.statement_consumers": ({"pydantic"}, {"eligibility", "payments", "scheduling"}),
    "functions.payments.statement_webhook": ({"pydantic"}, {"payments"}),
    "functions.payments.webhook": (set(), {"payments"}),
    "functions.privacy.api": (HTTP, {"privacy"}),
    "functions.privacy.jobs": ({"cryptography", "pydantic"}, EVERYBODYS),
    "functions.scheduling.api": (HTTP, {"scheduling"}),
    "functions.shared.relay": (set(), set()),
}
"""By the module of the handler: of the heavy packages, and of the domains."""


def modules():
    declared = template()["Resources"].values()
    handlers = [each["Properties"]["Handler"] for each in declared if each["Type"] == "AWS::Lambda::Function"]
    return {handler.rpartition(".")[0] for handler in handlers if handler.startswith("functions.")}


def loaded_with(module):
    program = f"import sys, {module}; print(' '.join(sys.modules))"
    return subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()


def test_every_function_says_what_it_loads():
    assert modules() == set(LOADS)


@pytest.mark.parametrize("module", LOADS)
def test_a_function_loads_what_it_declares_and_nothing_else(module):
    loaded = loaded_with(module)
    domains = {name.split(".")[1] for name in loaded if name.startswith("functions.")} - {"shared"}
    heavy = {name.partition(".")[0] for name in loaded} & HEAVY
    assert (heavy, domains) == LOADS[module]
