"""Pay only for what is imported: who answers a webhook does without Stripe's library, and only one module has it."""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[3]
FUNCTIONS = HERE / "functions"


def imported_with(module):
    program = f"import sys, {module}; print(' '.join(sys.modules))"
    return subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True
    ).stdout.split()


def test_the_webhook_does_not_import_stripes_library():
    loaded = imported_with("functions.payments.webhook")
    assert "functions.payments.webhook" in loaded
    assert not [name for name in loaded if name.partition(".")[0] in {"stripe", "requests"}]


def test_the_contract_that_other_domains_read_does_not_import_it_either():
    assert "stripe" not in imported_with("functions.payments.contract")
    assert "stripe" not in imported_with("functions.payments.events")


def test_what_calls_stripe_loads_it_with_the_first_call():
    assert "stripe" not in imported_with("functions.payments.api")
    assert "stripe" in imported_with("functions.payments.stripe_gateway")


def test_one_module_imports_it():
    having = [
        path for path in FUNCTIONS.rglob("*.py") if re.search(r"^\s*(?:import|from) stripe\b", path.read_text(), re.M)
    ]
    assert having == [FUNCTIONS / "payments" / "stripe_gateway.py"]
