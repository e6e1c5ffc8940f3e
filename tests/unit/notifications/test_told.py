"""What members are told of is brought to them, and what is brought is told."""

from functions.notifications import consumers
from infra.notifications import TOLD


def test_every_event_that_is_brought_has_its_letter_and_the_other_way_round():
    assert set(TOLD) == set(consumers.TOLD)
    assert len(TOLD) == len(set(TOLD))
