"""Stripe's library is known to one module, and loaded by the first request that calls Stripe."""

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


def test_the_way_to_stripe_is_there_without_its_library():
    assert "stripe" not in imported_with("functions.payments.stripe_account")
    assert "stripe" in imported_with("functions.payments.stripe_gateway")


def test_one_module_imports_it():
    having = [
        path for path in FUNCTIONS.rglob("*.py") if re.search(r"^\s*(?:import|from) stripe\b", path.read_text(), re.M)
    ]
    assert having == [FUNCTIONS / "payments" / "stripe_gateway.py"]
