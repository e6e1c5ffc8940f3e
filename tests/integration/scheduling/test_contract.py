"""What other domains are told of an appointment."""

from datetime import timedelta

from functions.scheduling import store
from functions.scheduling.contract import AppointmentState, Setting, appointment_now
from functions.shared.table import Delete
from tests.integration.scheduling.world import NOON, OFFICE, THERAPIST, order

AT = NOON + timedelta(days=8)
IN_PERSON = {**THERAPIST, "office": OFFICE}


def now(world, member, provider, appointment):
    with world.acting_as():
        return appointment_now(member, provider, appointment)


def test_it_says_when_it_was_booked_until_when_it_is_free_to_cancel_and_where_it_is(world):
    member, provider = world.member(coverage={}), world.provider(IN_PERSON)
    mine = world.book(member, order(provider, AT, IN_PERSON, setting="in_person", location=None)).body["id"]
    told = now(world, member, provider, mine)
    assert (told.state, told.setting, told.sequence) == (AppointmentState.BOOKED, Setting.IN_PERSON, 0)
    assert (told.booked_at, told.free_until) == (world.now, AT - timedelta(hours=48))
    assert (told.provider_name, told.address) == ("Robin Hale", "12 Lake Street, Chicago, IL 60601")


def test_what_was_booked_at_short_notice_is_free_to_cancel_for_an_hour(world):
    member, provider = world.member(coverage={}), world.provider()
    mine = world.book(member, order(provider, NOON + timedelta(hours=24))).body["id"]
    assert now(world, member, provider, mine).free_until == world.now + timedelta(hours=1)


def test_an_appointment_is_still_told_of_when_the_providers_listing_is_gone(world):
    member, provider = world.member(coverage={}), world.provider(IN_PERSON)
    mine = world.book(member, order(provider, AT, IN_PERSON, setting="in_person", location=None)).body["id"]
    with world.acting_as():
        world.write([Delete(store.provider_key(provider)), Delete(store.standing_key(provider))])
    assert world.cancel(member, mine).body["state"] == "cancelled"
    told = now(world, member, provider, mine)
    assert (told.state, told.provider_name, told.address) == (AppointmentState.CANCELLED, None, None)


def test_of_what_is_not_there_or_somebody_elses_nothing_is_told(world):
    member, other, provider = world.member(coverage={}), world.member(), world.provider()
    mine = world.book(member, order(provider, AT)).body["id"]
    assert now(world, other, provider, mine) is None
