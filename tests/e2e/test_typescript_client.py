"""A client made from the API document compiles, and finds the way through the local system (platform page, X1)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from local.examples import INTAKE_ANSWERS
from local.system import System

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "tests" / "client"
TYPES = ROOT / ".cache" / "client" / "careway.d.ts"


def run(*command, **environment):
    """A tool from npm; what it says is shown where it fails."""
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - our own tools
        command, cwd=ROOT, env={**os.environ, "PATH": path, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def client():
    """The types of the committed API document."""
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    run("node_modules/.bin/openapi-typescript", "docs/openapi.json", "-o", str(TYPES))


@pytest.mark.usefixtures("client")
def test_a_client_generated_from_the_api_document_compiles():
    run("node_modules/.bin/tsc", "--project", str(CLIENT))


@pytest.mark.usefixtures("client")
def test_the_client_books_a_first_session():
    with System.start(seed=1) as system:
        said = run("node", str(CLIENT / "journey.mts"), CAREWAY=system.url, INTAKE_ANSWERS=json.dumps(INTAKE_ANSWERS))
        assert "booked apt_" in said
        booked = [event for event in system.events() if event["detail-type"] == "scheduling.appointment_booked"]
        assert len(booked) == 1
