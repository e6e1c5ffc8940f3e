import pytest

from local.errors import SetupError
from local.patterns import Pattern

EVENT = {
    "source": "careway",
    "detail-type": "eligibility.coverage_check_changed",
    "detail": {"id": "evt_1", "data": {"state": "eligible", "count": 3}},
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"source": ["careway"]}, True),
        ({"source": ["other", "careway"], "detail-type": ["eligibility.coverage_check_changed"]}, True),
        ({"source": ["other"]}, False),
        ({"source": ["careway"], "detail-type": ["eligibility.coverage_check_requested"]}, False),
        ({"detail-type": [{"prefix": "eligibility."}]}, True),
        ({"detail": {"data": {"state": ["eligible"], "count": [{"numeric": [">", 2, "<=", 3]}]}}}, True),
        ({"detail": {"data": {"state": [{"anything-but": ["eligible"]}]}}}, False),
        ({"detail": {"nothing": [{"exists": False}]}}, True),
        ({"detail": {"nothing": ["x"]}}, False),
    ],
)
def test_a_rule_takes_what_its_pattern_describes(pattern, matches):
    assert Pattern(pattern).matches(EVENT) is matches


@pytest.mark.parametrize("pattern", [{"source": [{"sounds-like": "careway"}]}, {"source": "careway"}])
def test_a_pattern_that_is_not_understood_is_an_error_not_a_match(pattern):
    with pytest.raises(SetupError):
        Pattern(pattern)
