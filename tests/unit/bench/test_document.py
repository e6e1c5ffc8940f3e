"""The figures are written between two marks, and nowhere else."""

import pytest

from bench import document
from bench.cold import Cold, Figure


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
