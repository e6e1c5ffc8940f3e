"""The figures are written between two marks, and nowhere else."""

import pytest

from bench import cold, document
from bench.cold import Cold, Figure
from bench.cost import Cost
from bench.load import Load
from bench.sizes import Size, Sizes


@pytest.fixture
def place(tmp_path, monkeypatch):
    there = tmp_path / "performance.md"
    there.write_text(f"# Before\n\n{document.BEGINS}\nold\n{document.ENDS}\n\nafter\n", encoding="utf-8")
    monkeypatch.setattr(document, "PLACE", there)
    return there


def test_what_stands_around_the_figures_stays(place):
    document.write(["new"])
    document.write(["newer"])
    text = place.read_text(encoding="utf-8")
    assert text.startswith(f"# Before\n\n{document.BEGINS}\n")
    assert text.endswith(f"{document.ENDS}\n\nafter\n")
    assert "newer" in text
    assert "new\n" not in text


def test_a_document_without_the_marks_is_left_alone(place):
    place.write_text("# Something else\n", encoding="utf-8")
    with pytest.raises(LookupError):
        document.write(["new"])
    assert place.read_text(encoding="utf-8") == "# Something else\n"


def test_the_real_document_has_the_marks():
    text = document.PLACE.read_text(encoding="utf-8")
    assert text.count(document.BEGINS) == text.count(document.ENDS) == 1


def test_a_missed_budget_shows():
    figures = [Figure("A", 1.3, 1.4, 1.35), Figure("B", 1.5, 1.35, 1.35), Figure("C", 9.0, 9.0, None)]
    told = document.cold_starts(Cold(Figure("bare", 1.0, 1.0, None), figures, {}))
    assert [figure.kept for figure in figures] == [False, True, True]
    assert "| A | 1.40 | 1.30 | 1.35 |" in told
    assert "| C | 9.00 | 9.00 |  |" in told


def test_the_limits_of_dearer_first_calls_are_said():
    told = document.cold_starts(Cold(Figure("bare", 1.0, 1.0, None), [], {}))
    assert "1.35 holds for the plain first call of an HTTP function" in told
    for name in cold.MORE:
        assert f"{name} {cold.LIMITS[name]:.2f}" in told


def test_a_firewall_costs_more_the_more_is_asked():
    told = document.costs(Cost({"Firewall, requests": (16_300, 0.00978)}))
    assert "the firewall," not in told
    assert "the firewall's monthly fee" in told


def test_whether_byte_code_is_in_is_said():
    one = [Size("A", 11_000_000, 30_000_000)]
    assert "With byte code" in document.bundle_sizes(Sizes(one))
    without = document.bundle_sizes(Sizes(one, "No byte code: none is at hand."))
    assert "No byte code" in without
    assert "at most 12 MB instead of 20" in without


def test_an_answer_that_never_came_shows():
    told = document.loads(Load(3, 1.0, 0.1, 0.2, {0: 1, 200: 2}, ["client 0: 1 × read: TimeoutError"]))
    assert "1 × none, 2 × 200" in told
    assert "client 0: 1 × read: TimeoutError" in told
