"""What changes between looking and writing is never overlooked: the database refuses, and it is decided again."""

from datetime import date, timedelta

import pytest

from functions.eligibility.contract import coverage_keys
from functions.scheduling import store
from functions.shared import transact as transacting
from functions.shared.table import Delete, Found
from tests.integration.scheduling.world import ADMIN, CONSULT, NOON, THERAPIST, order

AT = NOON + timedelta(days=8)


@pytest.fixture
def meanwhile(monkeypatch):
    """Let `change` happen once after the next look and before the write; how often was looked is counted."""

    def happens(change):
        looks, read = [0], transacting.read

        def read_and_change(keys):
            found = read(keys)
            looks[0] += 1
            if looks[0] == 1:
                change()
                looks[0] = 1
            return found

        monkeypatch.setattr(transacting, "read", read_and_change)
        monkeypatch.setattr(transacting.time, "sleep", lambda _seconds: None)
        return looks

    return happens


def key_in(world, key, *arguments):
    with world.acting_as():
        return key(*arguments)


def covered_anew(world, member, **terms):
    with world.acting_as():
        world.write(world.covering(member, 2, **terms))


def uncovered(world, member):
    world.write([Delete(key) for key in key_in(world, coverage_keys, member)])


OF_MEMBER = {
    "coverage_not_on_that_day": lambda w, m: covered_anew(w, m, ends=date(2026, 11, 23)),
    "coverage_missing": uncovered,
    "coverage_check_too_old": lambda w, m: covered_anew(w, m, checked=timedelta(days=90)),
    "service_not_covered": lambda w, m: covered_anew(w, m, covered="no"),
    "no_visits_left": lambda w, m: covered_anew(w, m, visits_left=0),
    "fee_amount_differs": lambda w, m: covered_anew(w, m, fee=10_000),
    "payment_method_missing": lambda w, m: w.remove_card(m),
}
OF_PROVIDER = {
    "plan_not_taken": {"plans": [{"plan_id": "cedar-ppo", "ends": "2026-11-30"}]},
    "provider_not_bookable": {
        "licences": [
            {"state": "NY", "number": "1", "expires": "2026-11-30"},
            {"kind": "compact", "state": "IL", "number": "2", "expires": "2029-12-31"},
        ]
    },
    "not_licensed_there": {"licences": [{"state": "NY", "number": "1", "expires": "2029-01-01"}]},
    "slot_not_offered": {"days_off": [{"first": "2026-12-01", "last": "2026-12-01"}]},
    "setting_not_offered": {"virtual": False},
    "video_missing": {"video": None},
    "service_not_offered": {"starts_with": "phone_consult"},
}


def still_nothing(world, member, provider):
    assert world.told("appointment_booked", member) == []
    assert world.page(provider, AT).busy == world.agenda(member).busy == ()
    world.agrees()


@pytest.mark.parametrize("missing", OF_MEMBER)
def test_what_is_lost_while_booking_is_missing(world, meanwhile, missing):
    member, provider = world.member(coverage={}), world.provider()
    looks = meanwhile(lambda: OF_MEMBER[missing](world, member))
    told = world.book(member, order(provider, AT))
    assert (told.status, [error["code"] for error in told.body["errors"]]) == (409, [missing])
    assert looks == [2]
    still_nothing(world, member, provider)


@pytest.mark.parametrize("missing", OF_PROVIDER)
def test_a_provider_who_changes_while_somebody_books_is_looked_at_again(world, meanwhile, missing):
    member, provider = world.member(coverage={}), world.provider()
    meanwhile(lambda: world.change(provider, 1, THERAPIST, **OF_PROVIDER[missing]))
    told = world.book(member, order(provider, AT))
    assert (told.status, [error["code"] for error in told.body["errors"]]) == (409, [missing])
    still_nothing(world, member, provider)


@pytest.mark.parametrize("missing", ["provider_not_bookable", "slot_not_offered", "service_not_offered"])
def test_a_provider_who_changes_while_somebody_holds_is_looked_at_again(world, meanwhile, missing):
    member, provider = world.member(), world.provider()
    meanwhile(lambda: world.change(provider, 1, THERAPIST, **OF_PROVIDER[missing]))
    told = world.hold(member, order(provider, AT))
    assert (told.status, [error["code"] for error in told.body["errors"]]) == (409, [missing])
    still_nothing(world, member, provider)


@pytest.mark.parametrize("act", ["hold", "book"])
def test_a_provider_who_is_suspended_while_one_looks_is_not_there(world, meanwhile, act):
    member, provider = world.member(coverage={}), world.provider()
    meanwhile(lambda: world.change(provider, 1, THERAPIST, verified=False))
    told = getattr(world, act)(member, order(provider, AT))
    assert (told.status, told.body["code"]) == (404, "not_found")
    still_nothing(world, member, provider)


def test_what_changes_and_is_still_enough_does_not_stand_in_the_way(world, meanwhile):
    member, provider = world.member(coverage={}), world.provider()

    def changes():
        covered_anew(world, member)
        world.renew_card(member, last4="1881")
        world.change(provider, 1, THERAPIST, buffer_minutes=10)

    looks = meanwhile(changes)
    assert world.book(member, order(provider, AT)).status == 201
    assert looks == [2]
    assert [entry.e - entry.s for entry in world.page(provider, AT).busy] == [60]
    assert len(world.told("appointment_booked", member)) == 1
    world.agrees()


@pytest.mark.parametrize("act", ["hold", "book"])
def test_time_that_is_taken_while_one_looks_is_taken(world, meanwhile, act):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    looks = meanwhile(lambda: world.book(other, order(provider, AT, CONSULT)))
    told = getattr(world, act)(member, order(provider, AT, CONSULT))
    assert (told.body["code"], len(told.body["alternatives"])) == ("slot_taken", 3)
    assert looks == [2]
    world.agrees()


@pytest.mark.parametrize("act", ["hold", "book"])
def test_a_member_who_gets_another_appointment_meanwhile_is_busy(world, meanwhile, act):
    member, one, two = world.member(), world.provider(CONSULT), world.provider(CONSULT)
    meanwhile(lambda: world.book(member, order(two, AT, CONSULT)))
    assert getattr(world, act)(member, order(one, AT, CONSULT)).body["code"] == "member_busy"
    world.agrees()


@pytest.mark.parametrize("act", ["hold", "book", "cancel", "release"])
def test_whoever_leaves_meanwhile_has_left(world, meanwhile, act):
    member, provider = world.member(), world.provider(CONSULT)
    wish = order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    held = world.hold(member, order(world.provider(CONSULT), AT + timedelta(hours=2), CONSULT)).body["id"]
    before = world.items()
    meanwhile(lambda: world.close_gate(member))
    told = {
        "hold": lambda: world.hold(member, wish),
        "book": lambda: world.book(member, wish),
        "cancel": lambda: world.cancel(member, mine),
        "release": lambda: world.api("DELETE", f"/v1/holds/{held}", who=member),
    }[act]()
    assert (told.status, told.body["code"]) == (403, "account_closed")
    assert world.items() == before


def test_a_hold_that_runs_out_while_its_slot_is_booked_by_another_gives_one_appointment(world, meanwhile):
    holder, other, provider = world.member(), world.member(), world.provider(CONSULT)
    assert world.hold(holder, order(provider, AT, CONSULT)).status == 201
    world.now += timedelta(minutes=10)
    meanwhile(lambda: world.book(other, order(provider, AT, CONSULT)))
    assert world.book(holder, order(provider, AT, CONSULT)).body["code"] == "slot_taken"
    world.agrees()


def test_a_cancellation_meanwhile_is_not_done_twice(world, meanwhile):
    member, provider = world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    looks = meanwhile(lambda: world.cancel(member, mine, "other"))
    assert world.cancel(member, mine, "one").body["code"] == "not_booked"
    assert looks == [2]
    assert len(world.told("appointment_cancelled", member)) == 1
    world.agrees()


def test_a_neighbour_who_books_meanwhile_is_kept_when_one_cancels(world, meanwhile):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    beside = order(provider, AT + timedelta(minutes=15), CONSULT)
    meanwhile(lambda: world.book(other, beside))
    assert world.cancel(member, mine).body["state"] == "cancelled"
    assert len(world.page(provider, AT).busy) == 1
    world.agrees()


def test_a_hold_elsewhere_that_is_gone_meanwhile_is_nothing_to_give_up(world, meanwhile):
    member, one, two = world.member(), world.provider(CONSULT), world.provider(CONSULT)
    held = world.hold(member, order(one, AT, CONSULT)).body["id"]
    looks = meanwhile(lambda: world.api("DELETE", f"/v1/holds/{held}", who=member))
    assert world.book(member, order(two, AT, CONSULT)).status == 201
    assert looks == [2]
    assert world.page(one, AT).busy == ()
    world.agrees()


def test_who_books_with_the_provider_of_a_hold_that_is_given_up_meanwhile_is_kept(world, meanwhile):
    member, other, one, two = world.member(), world.member(), world.provider(CONSULT), world.provider(CONSULT)
    assert world.hold(member, order(one, AT, CONSULT)).status == 201
    meanwhile(lambda: world.book(other, order(one, AT + timedelta(minutes=15), CONSULT)))
    assert world.book(member, order(two, AT, CONSULT)).status == 201
    assert len(world.page(one, AT).busy) == 1
    world.agrees()


def test_of_two_providers_entered_at_once_with_one_slug_one_has_it(world, meanwhile):
    one, two = world.provider(), world.provider()
    meanwhile(lambda: world.change(two, 1, THERAPIST, slug="robin-hale"))
    path, entry = f"/v1/providers/{one}", {**THERAPIST, "slug": "robin-hale"}
    told = world.api("PUT", path, entry, who=ADMIN, groups="admin", if_match='"1"')
    assert (told.status, told.body["code"]) == (409, "slug_taken")
    assert world.api("GET", "/v1/booking-links/robin-hale", who=world.member()).body["id"] == two


def test_coverage_and_benefits_of_two_checks_are_never_decided_on_together(world, monkeypatch):
    """The two are not read at one instant: what a new check wrote in between is read again."""
    member, provider = world.member(coverage={}), world.provider()
    _, benefits = key_in(world, coverage_keys, member)
    looks, read = [0], transacting.read

    def torn(keys):
        looks[0] += 1
        if looks[0] > 1:
            return read(keys)
        first = read([key for key in keys if key == benefits])
        covered_anew(world, member, covered="no")
        rest = read([key for key in keys if key != benefits])
        return Found(keys, {key: found[key] for found in (first, rest) for key in found._asked if found[key]})

    monkeypatch.setattr(transacting, "read", torn)
    told = world.book(member, order(provider, AT))
    assert [error["code"] for error in told.body["errors"]] == ["service_not_covered"]
    assert looks == [2]


# Fees


def late(world, **coverage):
    """An appointment that can no longer be cancelled for nothing, and what its member was told."""
    member, provider = world.member(coverage=coverage), world.provider()
    mine = world.book(member, order(provider, AT)).body["id"]
    world.now = AT - timedelta(hours=47)
    return member, provider, mine, world.quote(member, mine).body["id"]


LOST = {
    "covered no more": lambda w, m: covered_anew(w, m, ends=date(2026, 11, 30)),
    "uncovered": uncovered,
    "a plan that allows none": lambda w, m: covered_anew(w, m, fee=None),
}


@pytest.mark.parametrize("lost", LOST)
def test_a_fee_is_not_owed_on_a_plan_that_is_lost_while_one_cancels(world, meanwhile, lost):
    member, _, mine, quote = late(world)
    looks = meanwhile(lambda: LOST[lost](world, member))
    became = world.cancel(member, mine, quote=quote).body
    assert (became["state"], became["fee"]) == ("late_cancelled", None)
    assert looks == [2]
    assert world.told("late_fee_owed", member) == []


@pytest.mark.parametrize("lost", LOST)
def test_a_fee_is_not_owed_on_a_plan_that_is_lost_while_the_provider_says_that_nobody_came(world, meanwhile, lost):
    member, provider, mine, _ = late(world)
    world.now = AT + timedelta(minutes=15)
    looks = meanwhile(lambda: LOST[lost](world, member))
    assert world.outcome(provider, member, mine, "no_show").body["state"] == "no_show"
    assert looks == [2]
    assert world.told("late_fee_owed", member) == []
    assert [event["appointment_id"] for event in world.told("visit_missed", member)] == [mine]


def test_a_lower_fee_that_comes_while_one_cancels_is_the_fee(world, meanwhile):
    member, _, mine, quote = late(world)
    meanwhile(lambda: covered_anew(world, member, fee=5_000))
    assert world.cancel(member, mine, quote=quote).body["fee"]["amount"]["amount"] == 5_000


def test_an_agenda_that_is_erased_while_the_provider_concludes_is_not_made_anew(world, meanwhile):
    member, provider, mine, _ = late(world)
    world.now = AT
    with world.acting_as():
        agenda = store.agenda_key(member)
    meanwhile(lambda: world.write([Delete(agenda)]))
    assert world.outcome(provider, member, mine, "completed").status == 200
    assert world.kept(agenda) is None
    assert world.page(provider, AT).busy == ()
