import importlib
import json
import logging
import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

import functions.shared.clock
from local.catalogue import place
from local.clock import Clock
from local.functions import FunctionError, Functions
from local.template import Template
from tests.local import fragment, sample
from tests.local.fragment import seeded

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


@contextmanager
def started(*names):
    """The functions of these names in the sample domain, and a way to call them."""
    kept = {name: fragment.function(name) for name in names}
    for declared in kept.values():
        declared["Properties"]["Environment"] = {"Variables": {"ONLY_HERE": "yes"}}
    template = Template({"Resources": kept | {"Role": fragment.resource("IAM::Role")}})
    place(template)
    running = Functions(template, Clock(START), seeded(1))
    running.cold_start()
    try:
        yield (
            running,
            lambda name, event: running.invoke(running.by_arn(template.placed[name].attributes["Arn"]), event),
        )
    finally:
        running.close()


def behaving(monkeypatch, handler):
    monkeypatch.setattr(sample, "nightly", handler)
    return started("nightly")


def test_what_a_function_does_to_its_event_is_nobody_elses_business(monkeypatch):
    event = {"list": [1]}

    def changes(given, _context):
        given["list"].append(2)
        return given

    with behaving(monkeypatch, changes) as (_, call):
        assert call("nightly", event) == {"list": [1, 2]}

    assert event == {"list": [1]}


@pytest.mark.parametrize("answer", [datetime.now(UTC), {"a": {1}}])
def test_an_answer_that_is_no_json_is_a_failure(monkeypatch, answer, capsys):
    with behaving(monkeypatch, lambda *_: answer) as (_, call), pytest.raises(FunctionError, match="TypeError"):
        call("nightly", {})

    assert capsys.readouterr().err == "nightly failed: TypeError\n"


def test_an_event_that_is_no_json_cannot_be_sent(monkeypatch):
    with behaving(monkeypatch, lambda *_: None) as (_, call), pytest.raises(FunctionError):
        call("nightly", {"at": START})


def test_a_function_sees_its_own_environment_and_only_while_it_runs(monkeypatch):
    seen = []

    def look(_event, _context):
        seen.append(
            (os.environ.get("ONLY_HERE"), importlib.import_module("functions.shared.settings").setting("ONLY_HERE"))
        )

    with behaving(monkeypatch, look) as (_, call):
        call("nightly", {})

    assert seen == [("yes", "yes")]
    assert "ONLY_HERE" not in os.environ


def test_a_function_knows_how_long_it_may_still_run_by_the_projects_clock(monkeypatch):
    remaining = []

    def look(_event, context):
        remaining.append(context.get_remaining_time_in_millis())
        running.clock.move_to(running.clock.now() + timedelta(seconds=4))
        remaining.append(context.get_remaining_time_in_millis())

    with behaving(monkeypatch, look) as (running, call):
        call("nightly", {})

    assert remaining == [15000, 11000]


def test_each_start_is_a_cold_one_and_the_modules_come_back(monkeypatch):
    def module():
        return importlib.import_module("functions.shared.clock")

    before = module()
    modules = []
    for _ in range(2):
        with behaving(monkeypatch, lambda *_: modules.append(module())) as (_, call):
            call("nightly", {})

    assert len({id(each) for each in [before, *modules]}) == 3
    assert module() is before is functions.shared.clock


def test_time_and_ids_are_the_systems(monkeypatch):
    drawn = []

    def draw(_event, _context):
        now = importlib.import_module("functions.shared.clock").clock()
        drawn.append(importlib.import_module("functions.shared.ids").new_id("evt", now))
        assert now - START < timedelta(seconds=1)

    for _ in range(2):
        with behaving(monkeypatch, draw) as (_, call):
            call("nightly", {})
            call("nightly", {})

    first, second, *again = drawn
    assert first < second
    assert again == [first, second]


def test_what_functions_print_and_log_is_kept_and_the_logging_is_put_back(monkeypatch):
    root = logging.getLogger()
    before = list(root.handlers), root.level

    def tell(_event, _context):
        log = importlib.import_module("functions.shared.log")
        log.set_up()
        log.info("told", count=1)
        print("printed")  # noqa: T201

    with behaving(monkeypatch, tell) as (running, call):
        call("nightly", {})
        logged, printed = running.output.lines

    assert json.loads(logged)["event"] == "told"
    assert printed == "printed"
    assert (list(root.handlers), root.level) == before
