"""What a member and a provider see of what is booked: their own, and nothing that names anybody."""

from datetime import timedelta

from functions.scheduling import store
from functions.shared.ids import AppointmentId
from tests.integration.scheduling.world import CONSULT, NOON, PHONE, THERAPIST, order

AT = NOON + timedelta(days=8)
DAY = AT.replace(hour=0)


def calendar(world, provider, since=DAY, days=1, groups="provider"):
    answer = world.api("GET", f"/v1/calendar?since={since:%Y-%m-%dT%H:%M:%SZ}&days={days}", who=provider, groups=groups)
    assert answer.status == 200, answer.body
    return answer.body["appointments"]


def test_a_provider_sees_their_own_appointments_and_nobody_elses(world):
    one, other = world.provider(CONSULT), world.provider(CONSULT)
    ana, ben = world.member(), world.member()
    hers = world.book(ana, order(one, AT, CONSULT)).body["id"]
    his = world.book(ben, order(other, AT + timedelta(hours=1), CONSULT)).body["id"]
    assert [(entry["id"], entry["member_id"]) for entry in calendar(world, one)] == [(hers, ana)]
    assert [(entry["id"], entry["member_id"]) for entry in calendar(world, other)] == [(his, ben)]
    assert calendar(world, world.provider(CONSULT)) == []
    both = calendar(world, one, groups="provider,support")
    assert [entry["id"] for entry in both] == [hers]


def test_a_calendar_goes_from_its_beginning_until_before_its_end(world):
    provider = world.provider(
        {
            **CONSULT,
            "weekly_hours": [
                {"weekday": "tuesday", "opens": "00:00", "closes": "24:00"},
                {"weekday": "wednesday", "opens": "00:00", "closes": "24:00"},
            ],
        }
    )
    times = [DAY, DAY + timedelta(hours=23, minutes=45), DAY + timedelta(days=1)]
    for member, at in zip(world.members(3), times, strict=True):
        assert world.book(member, order(provider, at, CONSULT)).status == 201
    assert [entry["starts_at"] for entry in calendar(world, provider)] == [
        "2026-12-01T00:00:00Z",
        "2026-12-01T23:45:00Z",
    ]
    assert [entry["starts_at"] for entry in calendar(world, provider, times[2])] == ["2026-12-02T00:00:00Z"]
    assert [entry["starts_at"] for entry in calendar(world, provider, days=2)][-1] == "2026-12-02T00:00:00Z"


def test_a_calendar_shows_what_was_cancelled_as_cancelled_and_no_holds(world):
    provider, member, other = world.provider(CONSULT), world.member(), world.member()
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    world.hold(other, order(provider, AT + timedelta(hours=1), CONSULT))
    assert world.cancel(member, mine).status == 200
    assert [(entry["id"], entry["state"]) for entry in calendar(world, provider)] == [(mine, "cancelled")]


def test_members_see_their_own_appointments_the_latest_first(world):
    member, other = world.member(coverage={}), world.member()
    call = world.book(member, order(world.provider(CONSULT), AT, CONSULT)).body
    session = world.book(member, order(world.provider(), AT + timedelta(days=1))).body
    listed = world.api("GET", "/v1/appointments", who=member).body["appointments"]
    assert listed == [session, call]
    assert world.api("GET", f"/v1/appointments/{call['id']}", who=member).body == call
    assert world.api("GET", "/v1/appointments", who=other).body == {"appointments": []}
    assert (call["late_cancel_fee"], call["free_until"]) == (None, call["starts_at"])
    world.cancel(member, call["id"])
    listed = world.api("GET", "/v1/appointments", who=member).body["appointments"]
    assert [one["state"] for one in listed] == ["booked", "cancelled"]


def test_the_number_to_call_is_sealed_and_no_event_or_page_says_more_than_ids(world):
    member, provider = world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    everything = "".join(map(str, [*world.items(), *world.items("OUTBOX_TABLE")]))
    assert PHONE not in everything
    assert PHONE[2:] not in everything
    [told] = world.told("appointment_booked", member)
    assert told == {"member_id": member, "provider_id": provider, "appointment_id": mine, "sequence": 0}
    page = [item for item in world.items() if item["sk"].startswith("PAGE#")]
    assert member not in str(page)
    with world.acting_as():
        item = world.kept(store.appointment_key(member, AppointmentId(mine)))
        assert store.phone_in(store.appointment_in(item), item) == PHONE


def test_a_session_keeps_where_the_member_will_be_and_what_they_accepted(world):
    member, provider = world.member(coverage={}), world.provider(THERAPIST)
    mine = AppointmentId(world.book(member, order(provider, AT)).body["id"])
    with world.acting_as():
        kept = store.appointment_in(world.kept(store.appointment_key(member, mine)))
    assert (kept.location_state, kept.self_pay, kept.sequence) == ("IL", False, 0)
    assert (kept.fee_terms.late_cancel_cents, kept.fee_terms.accepted_at) == (12_500, NOON)
    assert [(change.state, change.by, change.reason) for change in kept.history] == [("booked", "member", "booked")]
    world.cancel(member, mine)
    with world.acting_as():
        kept = store.appointment_in(world.kept(store.appointment_key(member, mine)))
    assert [change.reason for change in kept.history] == ["booked", "cancelled_by_member"]
    assert (kept.state, kept.sequence) == ("cancelled", 1)
    assert [event["sequence"] for event in world.told("appointment_cancelled", member)] == [1]
