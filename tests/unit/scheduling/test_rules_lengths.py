"""How a new client starts with a provider."""

from functions.scheduling.models import Setting
from functions.scheduling.rules.lengths import first_minutes, meets
from tests.unit.scheduling.people import COACH, OFFICE, standing


def test_free_time_is_looked_up_for_the_first_appointment() -> None:
    assert first_minutes(standing()) == 50
    assert first_minutes(standing(starts_with="phone_consult")) == 15
    assert first_minutes(standing(COACH)) is None


def test_virtual_counts_only_with_video() -> None:
    assert meets(standing()) == {Setting.VIRTUAL}
    assert meets(standing(video=None, office=OFFICE)) == {Setting.IN_PERSON}
    assert meets(standing(video=None)) == set()
    assert meets(standing(virtual=False)) == set()


def test_whom_one_cannot_meet_has_no_first_session_but_can_be_called() -> None:
    assert first_minutes(standing(video=None)) is None
    assert first_minutes(standing(video=None, office=OFFICE)) == 50
    assert first_minutes(standing(video=None, starts_with="phone_consult")) == 15
