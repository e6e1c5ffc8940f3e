"""Figures are written down only when all was measured and every budget is kept."""

from contextlib import nullcontext

import pytest

from bench import __main__ as bench
from bench import cost, document
from bench.calls import Counted, Taken
from bench.cold import Cold, Figure
from bench.load import Load
from bench.sizes import Size, Sizes

EVEN, KEPT = Figure("bare", 1.0, 1.0, None), Figure("SchedulingApi", 1.2, 1.2, 1.35)
ROWS = {name: Taken(Counted((), 1, 0, 0, 1.0, 0.0), ()) for name in cost.MIX}


@pytest.fixture
def measured(monkeypatch):
    """Every measurement comes to what is said, by its name, and else to what is as it should be."""
    found = {
        "cold": Cold(EVEN, [KEPT], {"SchedulingApi": 1.0, "bare": 1.0}),
        "warm": [],
        "sizes": Sizes([Size("A", 1, 1)]),
        "calls": {100: ROWS, 10_000: ROWS},
        "load": Load(1, 1.0, 0.1, 0.1, {200: 1}, []),
    }
    for name in ("cold", "warm", "sizes", "calls", "load"):
        monkeypatch.setattr(getattr(bench, name), "run", lambda *_, name=name, **__: found[name])
    monkeypatch.setattr(bench.cold, "wanted", dict)
    monkeypatch.setattr(bench.calls, "grown", lambda rows: [])
    monkeypatch.setattr(bench.Day, "lived", lambda wanted: nullcontext())
    return found


@pytest.fixture
def written(monkeypatch):
    there = []
    monkeypatch.setattr(document, "write", there.append)
    return there


def test_all_that_was_measured_is_written(measured, written):
    assert bench.main([]) == 0
    [sections] = written
    assert len(sections) == 7


@pytest.mark.parametrize("arguments", [["--quick"], ["sizes"]])
def test_a_part_or_a_first_look_is_not_written(measured, written, arguments):
    assert bench.main(arguments) == 0
    assert written == []


@pytest.mark.parametrize(
    ("came_to", "said"),
    [
        ({"cold": Cold(EVEN, [KEPT, Figure("A", 1.0, 1.36, 1.35)], {})}, "MISSED A: 1.36, at most 1.35"),
        ({"cold": Cold(Figure("bare", 1.0, 1.08, None), [KEPT], {})}, "the run is void"),
        ({"sizes": Sizes([Size("A", 20_000_001, 1)])}, "MISSED A: 20.0 MB, at most 20"),
        ({"load": Load(1, 1.0, 0.1, 0.1, {200: 1}, ["client 0: never could book"])}, "never could book"),
    ],
)
def test_where_a_budget_is_missed_it_is_said_and_nothing_written(measured, written, capsys, came_to, said):
    measured.update(came_to)
    assert bench.main([]) == 1
    assert said in capsys.readouterr().err
    assert written == []


def test_a_booking_is_paid_for_where_there_is_most(measured, capsys):
    own = ROWS["book_appointment"].own._replace(write_units=36.0)
    measured["calls"] = {100: ROWS, 10_000: {**ROWS, "book_appointment": Taken(own, ())}}
    assert bench.main(["cost"]) == 0
    assert "| DynamoDB, write units | 36,000.00 |" in capsys.readouterr().out


def test_a_request_that_costs_more_at_scale_is_said(measured, written, monkeypatch, capsys):
    monkeypatch.setattr(bench.calls, "grown", lambda rows: ["show_profile: other calls"])
    assert bench.main(["calls"]) == 1
    assert "show_profile: other calls" in capsys.readouterr().err
