"""How a process starts that Lambda has started, and how one that has not."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIRST_CALL = """
import gc
import functions
from functions.shared.entry import entry
before = gc.isenabled(), gc.get_freeze_count() > 0
entry(lambda event, context: None)({}, None)
print(*before, gc.isenabled(), gc.get_freeze_count() > 0)
"""
CLIENTS = "from functions.shared import aws; print(*aws.clients.get())"


def told(program, **environment):
    return subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


def test_garbage_is_looked_for_from_the_first_call_on_and_never_in_what_was_loaded():
    started = told(FIRST_CALL, AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert started == ["False", "False", "True", "True"]


def test_elsewhere_nothing_is_changed():
    assert told(FIRST_CALL) == ["True", "False", "True", "False"]


def test_the_client_that_every_function_needs_is_made_in_init():
    assert told(CLIENTS, AWS_LAMBDA_INITIALIZATION_TYPE="on-demand") == ["dynamodb"]
    assert told(CLIENTS) == []
