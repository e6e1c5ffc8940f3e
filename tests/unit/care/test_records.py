"""Every kind of key that care makes has a registered fate, and exactly one."""

import pytest

from functions.care import store
from functions.care.models import IntakeKind
from functions.care.records import RECORDS
from functions.shared.ids import MemberId, ProviderId
from functions.shared.retention import Fate
from functions.shared.settings import environment

MEMBER, COACH = MemberId("mbr_1"), ProviderId("prv_1")
KEYS = {
    "intake_key": (lambda: [store.intake_key(MEMBER, kind) for kind in IntakeKind], Fate.KEEP),
    "preferences_key": (lambda: [store.preferences_key(MEMBER)], Fate.ERASE),
    "team_key": (lambda: [store.team_key(MEMBER)], Fate.ERASE),
    "load_key": (lambda: [store.load_key(COACH)], Fate.NOBODYS),
    "conversation_key": (lambda: [store.conversation_key(MEMBER)], Fate.ERASE),
    "message_key": (lambda: [store.message_key(MEMBER, 7)], Fate.ERASE),
    "sent_key": (lambda: [store.sent_key(MEMBER, one, "client-a") for one in (MEMBER, COACH)], Fate.ERASE),
}


@pytest.fixture(autouse=True)
def _settings():
    token = environment.set({"CARE_TABLE": "care"})
    yield
    environment.reset(token)


def test_every_key_of_the_store_is_looked_at_here():
    assert set(KEYS) == {name for name in vars(store) if name.endswith("_key") and not name.startswith("_")}


@pytest.mark.parametrize("name", KEYS)
def test_each_key_is_of_one_kind_with_the_fate_that_it_should_have(name):
    made, fate = KEYS[name]
    for key in made():
        assert [kind.fate for kind in RECORDS if kind.covers(key.pk, key.sk)] == [fate]


def test_all_kinds_are_of_this_table_and_say_what_they_are():
    assert {kind.table for kind in RECORDS} == {"CARE_TABLE"}
    assert all(kind.what for kind in RECORDS)


def test_messages_stand_in_the_order_of_their_numbers():
    numbers = [1, 9, 10, 99, 1_000, 999_999_999]
    assert [store.message_key(MEMBER, n).sk for n in numbers] == sorted(
        store.message_key(MEMBER, n).sk for n in numbers
    )
