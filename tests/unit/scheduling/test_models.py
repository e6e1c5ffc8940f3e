"""What an administrator may enter, what becomes of it, and the two calendars."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.scheduling.models import (
    LARGEST_STANDING,
    Agenda,
    AgendaEntry,
    Appointment,
    AppointmentState,
    BookAppointment,
    Change,
    Entry,
    Interval,
    Page,
    Past,
    Provider,
    Standing,
    hold_until,
    instant_of,
    minute_of,
    standing_of,
)
from functions.shared.caller import Role
from functions.shared.ids import AppointmentId, HoldId, MemberId, ProviderId
from functions.shared.services import Service
from tests.unit.scheduling.people import ANOTHER, OFFICE, PROVIDER, at, between, hours, provider, standing, taken

NOW = at("2026-11-23 12:00")

# Providers


@pytest.mark.parametrize(
    "changes",
    [
        {"weekly_hours": hours("monday", "12:00-09:00")},
        {"weekly_hours": hours("monday", "09:00-09:00")},
        {"weekly_hours": hours("monday", "22:00-25:00")},
        {"weekly_hours": hours("monday", "09:03-10:00")},
        {"weekly_hours": hours("monday", "9:00-10:00")},
        {"weekly_hours": hours("monday", "09:60-10:00")},
        {"weekly_hours": hours("monday", "09:00-24:05")},
        {"weekly_hours": hours("monday", "09:00-11:00", "10:55-12:00")},
        {"weekly_hours": [{"weekday": "monday", "opens": 540, "closes": 600}]},
        {"weekly_hours": hours("someday", "09:00-10:00")},
        {"days_off": [{"first": "2026-12-02", "last": "2026-12-01"}]},
        {"extra_hours": [{"on": "2026-12-02", "opens": "10:00", "closes": "09:00"}]},
        {"plans": [{"plan_id": "cedar-ppo"}, {"plan_id": "cedar-ppo", "begins": "2027-01-01"}]},
        {"session_minutes": 60},
        {"buffer_minutes": 7},
        {"horizon_days": 181},
        {"zone": "Mars/Olympus"},
        {"video": {"kind": "own_link", "url": "http://video.example.org/x"}},
        {"video": {"kind": "own_link"}},
        {"video": {"kind": "own_link", "url": "https://video.example.org:٨٤٤٣/x"}},
        {"office": {**OFFICE, "postal_code": "1120١"}},
        {"office": {**OFFICE, "postal_code": "11201-٠٠٠١"}},
        {"slug": "Ana Reyes"},
        {"languages": []},
        {"kind": "surgeon"},
        {"rating": 5},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        provider(**changes)


def test_hours_that_touch_or_are_of_different_days_do_not_overlap() -> None:
    touching = hours("monday", "09:00-10:00", "10:00-11:00") + hours("tuesday", "09:30-10:30")
    assert len(provider(weekly_hours=touching).entry.weekly_hours) == 3


def test_a_provider_is_read_back_as_kept() -> None:
    kept = provider(
        office=OFFICE,
        weekly_hours=hours("sunday", "00:00-24:00"),
        days_off=[{"first": "2026-12-24", "last": "2027-01-01"}],
    )
    assert Provider.model_validate_json(kept.model_dump_json()) == kept
    assert '"closes":"24:00"' in kept.model_dump_json()


def test_a_standing_is_read_back_as_kept_and_says_only_what_is_decided_on() -> None:
    made = standing(
        office=OFFICE,
        plans=[{"plan_id": "cedar-ppo", "begins": "2026-07-01"}],
        licences=[
            {"state": "NY", "number": "1", "expires": "2027-06-30"},
            {"state": "NY", "number": "0", "expires": "2026-06-30"},
            {"kind": "compact", "state": "CT", "number": "2", "expires": "2027-01-31"},
        ],
        days_off=[{"first": "2026-12-24", "last": "2027-01-01"}],
        extra_hours=[{"on": "2026-12-26", "opens": "10:00", "closes": "11:00"}],
    )
    kept = made.model_dump_json(exclude_defaults=True)
    assert Standing.model_validate_json(kept) == made
    assert made.licences == {"NY": date(2027, 6, 30)}
    assert made.privileges == {"CT": date(2027, 1, 31)}
    assert made.office == "NY"
    assert made.weekly[0] == (0, 540, 720)
    assert "Reyes" not in kept


def test_a_standing_never_grows_beyond_its_place() -> None:
    states = ["NY", "NJ", "CT", "PA", "MA", "VT", "NH", "ME", "RI", "DE", "MD", "VA"]
    licences = [{"state": state, "number": "1", "expires": "2028-06-30"} for state in states]
    every_day = [
        span
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
        for span in hours(day, "09:00-12:00", "13:00-17:00")
    ]
    off = [{"first": f"2027-{month:02d}-01", "last": f"2027-{month:02d}-07"} for month in range(1, 13)]
    large = {"licences": licences, "weekly_hours": every_day, "days_off": off}
    assert len(standing(**large).model_dump_json(exclude_defaults=True)) <= LARGEST_STANDING
    with pytest.raises(ValidationError):
        provider(
            **large,
            extra_hours=[{"on": f"2027-02-{day:02d}", "opens": "09:00", "closes": "10:00"} for day in range(1, 29)],
        )


def test_the_standing_of_a_provider_is_that_of_the_entry() -> None:
    assert standing_of(provider()) == standing()


# What a member sends


def order(**changes: Any) -> BookAppointment:
    asked = {
        "provider_id": PROVIDER,
        "service": "therapy_intake",
        "setting": "virtual",
        "starts_at": "2026-11-30T09:00:00-05:00",
    }
    return BookAppointment.model_validate({**asked, **changes})


def test_a_start_is_kept_in_utc() -> None:
    assert order().starts_at.isoformat() == "2026-11-30T14:00:00+00:00"


@pytest.mark.parametrize(
    "starts_at",
    [
        "2026-11-30T14:00:00",
        "2026-11-30T14:03:00Z",
        "2026-11-30T14:00:01Z",
        "2026-11-30T14:00:00.5Z",
        "9999-12-31T23:55:00-05:00",
        "0001-01-01T00:00:00+05:00",
    ],
)
def test_a_start_is_an_instant_on_five_minutes_in_our_time(starts_at: str) -> None:
    with pytest.raises(ValidationError):
        order(starts_at=starts_at)


@pytest.mark.parametrize("phone", ["4155550123", "+14155550123x", "+44207946018", "+11155550123"])
def test_a_phone_number_is_one_that_can_be_called(phone: str) -> None:
    with pytest.raises(ValidationError):
        order(phone=phone)


@pytest.mark.parametrize("provider_id", ["prv_1", "mbr_01JDA7T2V4C2X9QK3M5N8P0R1S", "prv_01JDA7T2V4C2X9QK3M5N8P0R1U"])
def test_a_provider_is_named_by_an_id_of_ours(provider_id: str) -> None:
    with pytest.raises(ValidationError):
        order(provider_id=provider_id)


# The two calendars


def mine(begins: str, ends: str, entry_id: str, who: ProviderId = PROVIDER, until: int | None = None) -> AgendaEntry:
    entry = taken(begins, ends, entry_id, until)
    return AgendaEntry(**entry.model_dump(), provider=who, service=Service.THERAPY_INTAKE)


def test_a_minute_is_the_one_an_instant_lies_in() -> None:
    assert instant_of(minute_of(at("2026-11-23 14:05:59"))) == at("2026-11-23 14:05")


def test_a_hold_counts_for_ten_minutes_to_the_second() -> None:
    held = taken("2026-12-01 14:00", "2026-12-01 15:00", "hld_1", hold_until(NOW))
    page = Page().taking(held)
    assert page.live(at("2026-11-23 12:09:59")) == (held,)
    assert page.live(at("2026-11-23 12:10:00")) == ()


def test_an_appointment_counts_without_end() -> None:
    booked = taken("2026-12-01 14:00", "2026-12-01 15:00")
    assert Page().taking(booked).live(at("2099-01-01 00:00")) == (booked,)


def test_what_is_excepted_stands_in_nobodys_way() -> None:
    held = taken("2026-12-01 14:00", "2026-12-01 15:00", "hld_1", hold_until(NOW))
    page = Page().taking(held)
    interval = between("2026-12-01 14:30", "2026-12-01 15:30")
    assert page.overlapping(interval, NOW) == (held,)
    assert page.overlapping(interval, NOW, {"hld_1"}) == ()


def test_pruning_a_page_drops_dead_holds_and_keeps_the_past() -> None:
    past = taken("2026-11-20 14:00", "2026-11-20 15:00")
    held = taken("2026-12-01 14:00", "2026-12-01 15:00", "hld_1", hold_until(NOW))
    page = Page().taking(held).taking(past)
    assert page.pruned(NOW).busy == (past, held)
    assert page.pruned(at("2026-11-23 12:10:00")).busy == (past,)


def test_pruning_an_agenda_drops_the_past_too() -> None:
    over = mine("2026-11-23 11:00", "2026-11-23 12:00", "apt_1")
    running = mine("2026-11-23 11:30", "2026-11-23 12:05", "apt_2")
    assert Agenda(busy=(over, running)).pruned(NOW).busy == (running,)


def test_taking_puts_in_order_and_replaces_the_same_id() -> None:
    late, early = taken("2026-12-02 14:00", "2026-12-02 15:00", "apt_2"), taken("2026-12-01 14:00", "2026-12-01 15:00")
    moved = taken("2026-12-03 14:00", "2026-12-03 15:00")
    page = Page().taking(late).taking(early)
    assert page.busy == (early, late)
    assert page.taking(moved).busy == (late, moved)
    assert page.without("apt_1").busy == (late,)
    assert page.without("apt_9") == page
    assert page.without("apt_2", "apt_1") == Page()


def test_an_agenda_is_kept_in_short_and_read_back() -> None:
    agenda = Agenda().booking(mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1"))
    kept = agenda.model_dump_json(exclude_none=True)
    begins = minute_of(at("2026-12-01 14:00"))
    assert json.loads(kept) == {
        "busy": [{"id": "apt_1", "s": begins, "e": begins + 50, "p": PROVIDER, "k": "therapy_intake"}],
        "known": {PROVIDER: "booked"},
    }
    assert Agenda.model_validate_json(kept) == agenda


def test_a_hold_makes_nobody_known_and_a_booking_does() -> None:
    held = mine("2026-12-01 14:00", "2026-12-01 14:50", "hld_1", until=hold_until(NOW))
    assert Agenda().taking(held).known == {}
    assert Agenda().booking(mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1")).known == {PROVIDER: Past.BOOKED}


def test_a_completed_visit_stays_known_whatever_is_booked_or_cancelled_later() -> None:
    agenda = Agenda(known={PROVIDER: Past.COMPLETED}).booking(mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1"))
    assert agenda.known == {PROVIDER: Past.COMPLETED}
    assert agenda.cancelling(AppointmentId("apt_1"), PROVIDER) == Agenda(known={PROVIDER: Past.COMPLETED})


def test_cancelling_the_only_appointment_makes_the_provider_new_again() -> None:
    one = mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1")
    other = mine("2026-12-08 14:00", "2026-12-08 14:50", "apt_2")
    elsewhere = mine("2026-12-09 14:00", "2026-12-09 14:50", "apt_3", ANOTHER)
    agenda = Agenda().booking(one).booking(other).booking(elsewhere)
    first = agenda.cancelling(AppointmentId("apt_1"), PROVIDER)
    assert first.known == {PROVIDER: Past.BOOKED, ANOTHER: Past.BOOKED}
    assert first.cancelling(AppointmentId("apt_2"), PROVIDER).known == {ANOTHER: Past.BOOKED}
    assert first.cancelling(AppointmentId("apt_2"), PROVIDER).busy == (elsewhere,)


def test_a_hold_is_no_reason_to_stay_known() -> None:
    held = mine("2026-12-08 14:00", "2026-12-08 14:50", "hld_1", until=hold_until(NOW))
    agenda = Agenda().taking(held).booking(mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1"))
    assert agenda.cancelling(AppointmentId("apt_1"), PROVIDER).known == {}


def test_who_did_not_come_to_the_only_visit_is_new_again_also_once_it_is_no_more_on_the_agenda() -> None:
    agenda = Agenda(known={PROVIDER: Past.BOOKED, ANOTHER: Past.BOOKED})
    assert agenda.cancelling(AppointmentId("apt_9"), PROVIDER).known == {ANOTHER: Past.BOOKED}
    completed = Agenda(known={PROVIDER: Past.COMPLETED})
    assert completed.cancelling(AppointmentId("apt_9"), PROVIDER) == completed


def test_a_completed_visit_leaves_the_agenda_and_its_provider_stays_known() -> None:
    one, later = (
        mine("2026-12-01 14:00", "2026-12-01 14:50", "apt_1"),
        mine("2026-12-08 14:00", "2026-12-08 14:50", "apt_2"),
    )
    agenda = Agenda().booking(one).booking(later).completing(AppointmentId("apt_1"), PROVIDER)
    assert (agenda.busy, agenda.known) == ((later,), {PROVIDER: Past.COMPLETED})
    assert agenda.cancelling(AppointmentId("apt_2"), PROVIDER).known == {PROVIDER: Past.COMPLETED}


def test_the_holds_of_an_agenda_are_the_live_ones() -> None:
    held = mine("2026-12-01 14:00", "2026-12-01 14:50", "hld_1", until=hold_until(NOW))
    agenda = Agenda().taking(held).booking(mine("2026-12-02 14:00", "2026-12-02 14:50", "apt_1"))
    assert agenda.holds(NOW) == (held,)
    assert agenda.holds(at("2026-11-23 12:10:00")) == ()


INTERVALS = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: Interval(pair[0], sum(pair)))
AGES = st.one_of(st.none(), st.integers(-5, 5))


@given(st.lists(st.tuples(INTERVALS, AGES), max_size=12), INTERVALS, st.sets(st.integers(0, 11)))
def test_two_times_overlap_when_they_share_a_minute_and_the_entry_counts(
    entries: list[tuple[Interval, int | None]], wanted: Interval, excepted: set[int]
) -> None:
    now = int(NOW.timestamp())
    page = Page()
    for n, (interval, age) in enumerate(entries):
        until = None if age is None else now + age
        page = page.taking(Entry(id=HoldId(f"hld_{n}"), s=interval.s, e=interval.e, until=until))
    naive = {
        f"hld_{n}"
        for n, (interval, age) in enumerate(entries)
        if n not in excepted
        and (age is None or age > 0)
        and set(range(interval.s, interval.e)) & set(range(wanted.s, wanted.e))
    }
    ids = [f"hld_{n}" for n in excepted]
    assert {one.id for one in page.overlapping(wanted, NOW, ids)} == naive
    assert {one.id for one in page.pruned(NOW).overlapping(wanted, NOW, ids)} == naive


# Appointments


def test_a_change_is_kept_with_who_and_why_and_counts_the_calendar_file_up() -> None:
    booked = Appointment(
        id=AppointmentId("apt_1"),
        member_id=MemberId("mbr_1"),
        provider_id=PROVIDER,
        service=Service.THERAPY_INTAKE,
        setting="virtual",
        starts_at=at("2026-12-01 14:00"),
        ends_at=at("2026-12-01 14:50"),
        booked_at=NOW,
    )
    change = Change(state=AppointmentState.CANCELLED, at=NOW, by=Role.MEMBER, reason="by_member")
    after = booked.became(change)
    assert (after.state, after.history, after.sequence) == (AppointmentState.CANCELLED, (change,), 1)
    assert after.interval == between("2026-12-01 14:00", "2026-12-01 14:50")
    assert Appointment.model_validate_json(after.model_dump_json()) == after
