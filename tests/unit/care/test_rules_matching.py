"""Which coach leads: the closest with a place (C2)."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.care.models import Load, Wishes
from functions.care.rules.matching import PLACES, closest_first, lead, led, missing

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


class Coach(NamedTuple):
    id: str
    languages: frozenset[str] = frozenset({"en"})
    identities: frozenset[str] = frozenset()


def taken(places, until=LATER):
    return Load(members={f"mbr_{number}": until for number in range(places)})


COACHES = st.lists(
    st.builds(
        Coach,
        st.integers(0, 99).map(lambda n: f"prv_{n}"),
        st.frozensets(st.sampled_from(["en", "es", "fr"]), min_size=1),
        st.frozensets(st.sampled_from(["woman", "latina", "veteran"])),
    ),
    unique_by=lambda coach: coach.id,
    max_size=8,
)
WISHES = st.builds(
    Wishes,
    st.sampled_from([None, "en", "es", "ja"]),
    st.frozensets(st.sampled_from(["woman", "latina", "deaf"])),
)


@settings(deadline=None)
@given(COACHES, WISHES, st.lists(st.integers(PLACES - 2, PLACES), min_size=8, max_size=8))
def test_nobody_with_a_place_is_closer_than_who_leads(coaches, wishes, places):
    loads = {coach.id: taken(number) for coach, number in zip(coaches, places, strict=False)}
    free = [coach for coach in coaches if loads[coach.id].taken(NOW) < PLACES]
    chosen = lead(coaches, wishes, loads, NOW)
    assert (chosen is None) == (not free)
    if chosen:
        best = next(coach for coach in free if coach.id == chosen)
        for other in free:
            assert lacks(wishes, best) <= lacks(wishes, other)
            if lacks(wishes, best) == lacks(wishes, other):
                assert loads[best.id].taken(NOW) <= loads[other.id].taken(NOW)


@settings(deadline=None)
@given(COACHES, WISHES)
def test_the_closest_stand_first_and_all_stand_there(coaches, wishes):
    order = closest_first(coaches, wishes)
    assert sorted(order) == sorted(coach.id for coach in coaches)
    by_id = {coach.id: lacks(wishes, coach) for coach in coaches}
    assert [by_id[one] for one in order] == sorted(by_id.values())


def lacks(wishes, coach):
    without = missing(wishes, coach)
    return without.language is not None, len(without.identities)


def test_what_is_missing_is_named():
    wishes = Wishes("es", frozenset({"woman", "latina"}))
    without = missing(wishes, Coach("prv_1", identities=frozenset({"woman"})))
    assert (without.language, without.identities) == ("es", frozenset({"latina"}))
    assert without
    assert not missing(wishes, Coach("prv_2", frozenset({"es"}), frozenset({"woman", "latina", "other"})))
    assert missing(Wishes(None, frozenset({"woman"})), Coach("prv_3"))


def test_who_wishes_nothing_misses_nothing():
    assert not missing(Wishes(None, frozenset()), Coach("prv_1", frozenset({"haw"})))


def test_a_place_counts_until_the_pass_ends_and_is_pruned_by_the_next():
    load = taken(3, until=NOW)
    assert load.taken(NOW) == 0
    assert load.taken(NOW - timedelta(milliseconds=1)) == 3
    assert load.taking("mbr_9", LATER, NOW).members == {"mbr_9": LATER}


def test_a_load_that_is_known_stays_the_same():
    load = taken(1)
    assert led(load, "mbr_0", LATER, NOW) is load
    assert led(load, "mbr_0", LATER + timedelta(1), NOW).members == {"mbr_0": LATER + timedelta(1)}


def test_leaving_frees_one_place_and_no_other():
    assert set(taken(3).without("mbr_1").members) == {"mbr_0", "mbr_2"}
    assert taken(3).without("mbr_9") == taken(3)
