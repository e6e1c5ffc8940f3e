"""Whether a first appointment may be booked: every missing thing alone, and all together."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from functions.scheduling.models import (
    HOLD_LASTS,
    Agenda,
    AgendaEntry,
    BookAppointment,
    KeepHold,
    Page,
    Past,
    Standing,
    hold_until,
)
from functions.scheduling.rules.booking import (
    BookingFacts,
    CoverageFacts,
    SlotFacts,
    fee_asked,
    fee_terms,
    given_up,
    held_already,
    interval_of,
    may_book,
    may_hold,
    pays_self,
    place_of,
    plan_asked,
    suits,
)
from functions.scheduling.rules.fees import FeeRule, Ruling
from functions.scheduling.rules.refusals import (
    FollowUpByProvider,
    MemberBusy,
    Missing,
    NotBookableHere,
    NotReady,
    SlotTaken,
    TooManyHolds,
)
from functions.shared.ids import ProviderId
from functions.shared.problems import NotFound
from functions.shared.services import Service
from functions.shared.words import Language
from tests.unit.scheduling.people import (
    ANOTHER,
    COACH,
    OFFICE,
    PROVIDER,
    PSYCHIATRIST,
    at,
    between,
    hours,
    standing,
    taken,
)

NOW = at("2026-11-16 12:00")
DAY = date(2026, 11, 23)
FEE = FeeRule(ruling=Ruling.ALLOWED)
COVERAGE: dict[str, Any] = {
    "plan_id": "cedar-ppo",
    "begins": "2026-01-01",
    "checked_at": at("2026-11-01 12:00"),
    "covered": "yes",
    "authorization": "no",
    "fee_rule": FEE,
}


def coverage(**changes: Any) -> CoverageFacts:
    return CoverageFacts.model_validate({**COVERAGE, **changes})


def order(**changes: Any) -> BookAppointment:
    asked = {
        "provider_id": PROVIDER,
        "service": "therapy_intake",
        "setting": "virtual",
        "starts_at": "2026-11-23T14:00:00Z",
        "location": {"state": "NY"},
        "fee_policy": {"amount": 12_500, "accepted": True},
    }
    return BookAppointment.model_validate({**asked, **changes})


def call(**changes: Any) -> BookAppointment:
    """A bare phone consult."""
    asked = {"service": "phone_consult", "setting": "phone", "location": None, "fee_policy": None}
    return order(**{**asked, "phone": "+14155550123", **changes})


def slot(provider: Standing | None = None, *pages: Page, agenda: Agenda | None = None) -> SlotFacts:
    return SlotFacts(standing=provider or standing(), pages=pages or (Page(),), agenda=agenda or Agenda())


READY = BookingFacts(slot=slot(), coverage=coverage(), card_kept=True, intake_done=True)


def seen_by(provider: Standing) -> BookingFacts:
    return replace(READY, slot=slot(provider))


def missing(asked: BookAppointment, facts: BookingFacts) -> set[Missing]:
    try:
        may_book(asked, facts, NOW)
    except NotReady as refusal:
        return set(refusal.missing)
    return set()


# Nothing is missing


def test_a_first_session_is_booked_by_whoever_has_everything() -> None:
    may_book(order(), READY, NOW)


def test_a_phone_consult_needs_neither_card_nor_intake_nor_coverage_nor_place_nor_fee() -> None:
    bare = BookingFacts(slot=slot(standing(starts_with="phone_consult")))
    may_book(call(), bare, NOW)
    assert fee_terms(call(), replace(bare, coverage=coverage()), NOW) is None
    assert not pays_self(call(self_pay_accepted=True), bare, NOW)


def test_a_session_with_a_psychiatrist_needs_a_referral_too() -> None:
    facts = replace(READY, slot=slot(standing(PSYCHIATRIST)))
    intake = order(service="psychiatry_intake")
    assert missing(intake, facts) == {Missing.REFERRAL_MISSING}
    may_book(intake, replace(facts, referred=True), NOW)


# Each missing thing alone

NOT_ON_THAT_DAY = {
    "licences": [
        {"state": "NJ", "number": "1", "expires": "2026-11-22"},
        {"kind": "compact", "state": "NY", "number": "2", "expires": "2028-01-01"},
    ]
}
OF_THE_PROVIDER = [
    (NOT_ON_THAT_DAY, Missing.PROVIDER_NOT_BOOKABLE),
    ({"starts_with": "phone_consult"}, Missing.SERVICE_NOT_OFFERED),
    ({"virtual": False, "office": OFFICE}, Missing.SETTING_NOT_OFFERED),
    ({"video": None}, Missing.VIDEO_MISSING),
    ({"weekly_hours": hours("monday", "09:30-12:00")}, Missing.SLOT_NOT_OFFERED),
    ({"weekly_hours": hours("monday", "08:50-12:00")}, Missing.SLOT_NOT_OFFERED),
    ({"days_off": [{"first": "2026-11-23", "last": "2026-11-23"}]}, Missing.SLOT_NOT_OFFERED),
    ({"notice_hours": 171}, Missing.SLOT_NOT_OFFERED),
    ({"horizon_days": 6}, Missing.SLOT_NOT_OFFERED),
    ({"licences": [{"state": "NJ", "number": "1", "expires": "2028-01-01"}]}, Missing.NOT_LICENSED_THERE),
    ({"plans": []}, Missing.PLAN_NOT_TAKEN),
    ({"plans": [{"plan_id": "gold-123"}]}, Missing.PLAN_NOT_TAKEN),
    ({"plans": [{"plan_id": "cedar-ppo", "ends": "2026-11-22"}]}, Missing.PLAN_NOT_TAKEN),
    ({"plans": [{"plan_id": "cedar-ppo", "begins": "2026-11-24"}]}, Missing.PLAN_NOT_TAKEN),
]


@pytest.mark.parametrize(("changes", "code"), OF_THE_PROVIDER)
def test_what_the_provider_lacks_is_named_alone(changes: dict[str, Any], code: Missing) -> None:
    assert missing(order(), seen_by(standing(**changes))) == {code}


OF_THE_COVERAGE = [
    (None, Missing.COVERAGE_MISSING),
    ({"ends": "2026-11-22"}, Missing.COVERAGE_NOT_ON_THAT_DAY),
    ({"begins": "2026-11-24"}, Missing.COVERAGE_NOT_ON_THAT_DAY),
    ({"checked_at": at("2026-10-02 11:59:59")}, Missing.COVERAGE_CHECK_TOO_OLD),
    ({"covered": "no"}, Missing.SERVICE_NOT_COVERED),
    ({"covered": "unknown"}, Missing.SERVICE_COVER_UNKNOWN),
    ({"authorization": "yes"}, Missing.AUTHORIZATION_MISSING),
    ({"visits_left": 0}, Missing.NO_VISITS_LEFT),
]


@pytest.mark.parametrize(("changes", "code"), OF_THE_COVERAGE)
def test_what_the_coverage_lacks_is_named_alone_until_self_pay_is_accepted(
    changes: dict[str, Any] | None, code: Missing
) -> None:
    facts = replace(READY, coverage=None if changes is None else coverage(**changes))
    assert missing(order(), facts) == {code}
    assert missing(order(self_pay_accepted=True), facts) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"ends": "2026-11-23"},
        {"begins": "2026-11-23"},
        {"begins": None},
        {"checked_at": at("2026-10-02 12:00:00")},
        {"authorization": "unknown"},
        {"authorization": "yes", "authorized": True},
        {"visits_left": 1},
        {"fee_rule": None},
    ],
)
def test_coverage_that_just_suffices_does(changes: dict[str, Any]) -> None:
    may_book(order(), replace(READY, coverage=coverage(**changes)), NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"card_kept": False}, Missing.PAYMENT_METHOD_MISSING),
        ({"intake_done": False}, Missing.INTAKE_FORM_MISSING),
    ],
)
def test_what_the_member_lacks_is_named_alone_also_with_self_pay(changes: dict[str, bool], code: Missing) -> None:
    assert missing(order(), replace(READY, **changes)) == {code}
    assert missing(order(self_pay_accepted=True), replace(READY, **changes)) == {code}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"service": "therapy"}, Missing.SERVICE_NOT_OFFERED),
        ({"setting": "in_person"}, Missing.SETTING_NOT_OFFERED),
        ({"setting": "phone"}, Missing.SETTING_NOT_OFFERED),
        ({"starts_at": "2026-11-23T14:05:00Z"}, Missing.SLOT_NOT_OFFERED),
        ({"starts_at": "2026-11-24T14:00:00Z"}, Missing.SLOT_NOT_OFFERED),
        ({"starts_at": "2026-11-23T16:15:00Z"}, Missing.SLOT_NOT_OFFERED),
        ({"location": None}, Missing.LOCATION_MISSING),
        ({"location": {"state": "NJ"}}, Missing.NOT_LICENSED_THERE),
        ({"fee_policy": None}, Missing.FEE_POLICY_NOT_ACCEPTED),
        ({"fee_policy": {"amount": 12_500, "accepted": False}}, Missing.FEE_POLICY_NOT_ACCEPTED),
        ({"fee_policy": {"amount": 10_000, "accepted": True}}, Missing.FEE_AMOUNT_DIFFERS),
        ({"fee_policy": {"amount": 15_000, "accepted": True}}, Missing.FEE_AMOUNT_DIFFERS),
    ],
)
def test_what_the_request_lacks_is_named_alone(changes: dict[str, Any], code: Missing) -> None:
    assert missing(order(**changes), READY) == {code}


def test_a_consult_needs_a_number_to_call() -> None:
    facts = BookingFacts(slot=slot(standing(starts_with="phone_consult")))
    assert missing(call(phone=None), facts) == {Missing.PHONE_MISSING}
    assert missing(call(setting="virtual"), facts) == {Missing.SETTING_NOT_OFFERED}


def test_a_provider_who_starts_with_a_session_takes_no_calls() -> None:
    assert missing(call(), BookingFacts(slot=slot())) == {Missing.SERVICE_NOT_OFFERED}


def test_a_time_is_not_judged_by_the_length_of_a_service_that_is_not_offered() -> None:
    short = standing(starts_with="phone_consult", weekly_hours=hours("monday", "09:00-09:30"))
    assert missing(order(), seen_by(short)) == {Missing.SERVICE_NOT_OFFERED}


# All together


def test_everything_that_is_missing_is_named_at_once() -> None:
    provider = standing(PSYCHIATRIST, video=None, plans=[], weekly_hours=[])
    facts = BookingFacts(
        slot=slot(provider),
        coverage=coverage(
            ends="2026-11-01", checked_at=at("2026-08-01 12:00"), covered="no", authorization="yes", visits_left=0
        ),
    )
    asked = order(service="psychiatry_intake", location={"state": "CA"}, fee_policy=None)
    assert missing(asked, facts) == {
        Missing.SLOT_NOT_OFFERED,
        Missing.VIDEO_MISSING,
        Missing.NOT_LICENSED_THERE,
        Missing.INTAKE_FORM_MISSING,
        Missing.PAYMENT_METHOD_MISSING,
        Missing.REFERRAL_MISSING,
        Missing.COVERAGE_NOT_ON_THAT_DAY,
        Missing.COVERAGE_CHECK_TOO_OLD,
        Missing.PLAN_NOT_TAKEN,
        Missing.SERVICE_NOT_COVERED,
        Missing.AUTHORIZATION_MISSING,
        Missing.NO_VISITS_LEFT,
    }


def test_a_member_with_nothing_reads_all_of_it_in_the_own_language() -> None:
    facts = BookingFacts(slot=slot(standing(**NOT_ON_THAT_DAY)))
    with pytest.raises(NotReady) as refused:
        may_book(order(service="therapy", setting="in_person", location=None), facts, NOW)
    document = refused.value.body(Language.SPANISH, "r")
    assert (document["status"], document["code"]) == (409, "booking_not_ready")
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [
        ("/provider_id", "provider_not_bookable"),
        ("/service", "service_not_offered"),
        ("/setting", "setting_not_offered"),
        ("/location/state", "location_missing"),
        ("", "intake_form_missing"),
        ("", "payment_method_missing"),
        ("/self_pay_accepted", "coverage_missing"),
    ]
    assert document["errors"][4]["detail"] == "Complete primero el formulario de admisión."


def test_every_missing_thing_has_words_in_both_languages() -> None:
    for one in NotReady(*Missing).fields:
        assert one.says.en
        assert one.says.es
        assert one.says.en != one.says.es
    assert [one.code for one in NotReady(*Missing).fields] == list(Missing)


# Licences on the day


@pytest.mark.parametrize(
    ("expires", "starts_at", "expected"),
    [
        ("2026-11-23", "2026-11-23T14:00:00Z", set()),
        ("2026-11-22", "2026-11-23T14:00:00Z", {Missing.PROVIDER_NOT_BOOKABLE, Missing.NOT_LICENSED_THERE}),
        # the evening of the 23rd in New York is the 24th in UTC
        ("2026-11-23", "2026-11-24T01:00:00Z", set()),
        ("2026-11-22", "2026-11-24T01:00:00Z", {Missing.PROVIDER_NOT_BOOKABLE, Missing.NOT_LICENSED_THERE}),
    ],
)
def test_nobody_is_booked_for_a_day_after_the_licence(expires: str, starts_at: str, expected: set[Missing]) -> None:
    provider = standing(
        licences=[{"state": "NY", "number": "1", "expires": expires}],
        weekly_hours=hours("monday", "09:00-12:00", "20:00-21:00"),
    )
    assert missing(order(starts_at=starts_at), seen_by(provider)) == expected


def test_a_licence_elsewhere_does_not_stand_in_for_one_that_has_expired_there() -> None:
    licences = [
        {"state": "NY", "number": "1", "expires": "2026-11-22"},
        {"state": "NJ", "number": "2", "expires": "2028-01-01"},
    ]
    assert missing(order(), seen_by(standing(licences=licences))) == {Missing.NOT_LICENSED_THERE}
    assert missing(order(location={"state": "NJ"}), seen_by(standing(licences=licences))) == set()


def test_a_privilege_under_a_compact_is_enough_in_its_state() -> None:
    licences = [
        {"state": "NJ", "number": "1", "expires": "2028-01-01"},
        {"kind": "compact", "state": "NY", "number": "2", "expires": "2026-11-23"},
    ]
    assert missing(order(), seen_by(standing(licences=licences))) == set()


def test_not_even_self_pay_overrides_a_licence() -> None:
    assert missing(order(location={"state": "CA"}, self_pay_accepted=True), READY) == {Missing.NOT_LICENSED_THERE}


def test_in_person_the_member_is_where_the_office_is() -> None:
    provider = standing(office=OFFICE, video=None)
    visit = order(setting="in_person", location=None)
    assert missing(visit, seen_by(provider)) == set()
    assert place_of(visit, provider) == "NY"
    assert place_of(order(setting="in_person", location={"state": "CA"}), provider) == "NY"
    assert place_of(order(location={"state": "CA"}), provider) == "CA"


# Fee and self-pay


def test_the_terms_are_the_fee_that_was_shown_and_accepted() -> None:
    terms = fee_terms(order(), READY, NOW)
    assert terms is not None
    assert (terms.late_cancel_cents, terms.accepted_at) == (12_500, NOW)


@pytest.mark.parametrize("rule", [FeeRule(), FeeRule(ruling=Ruling.ALLOWED, medicaid=True), None])
def test_where_no_fee_is_allowed_none_is_accepted(rule: FeeRule | None) -> None:
    free = coverage(fee_rule=rule)
    may_book(order(fee_policy=None), replace(READY, coverage=free), NOW)
    assert fee_terms(order(), replace(READY, coverage=free), NOW) is None


def test_a_fee_is_shown_for_therapy_and_psychiatry_alone() -> None:
    shown = {service for service in Service if fee_asked(service, coverage(), DAY)}
    assert shown == {
        Service.THERAPY_INTAKE,
        Service.THERAPY,
        Service.PSYCHIATRY_INTAKE,
        Service.PSYCHIATRY_FOLLOW_UP,
    }
    assert fee_asked(Service.THERAPY, None, DAY) is None


@pytest.mark.parametrize("changes", [{"ends": date(2026, 11, 22)}, {"begins": date(2026, 11, 24)}])
def test_a_plan_that_does_not_cover_the_day_imposes_no_fee(changes: dict[str, date]) -> None:
    facts = replace(READY, coverage=coverage(**changes))
    willing = order(fee_policy=None, self_pay_accepted=True)
    may_book(willing, facts, NOW)
    assert fee_terms(willing, facts, NOW) is None


def test_the_plan_that_is_to_pay_is_kept() -> None:
    willing = order(self_pay_accepted=True)
    assert plan_asked(order(), READY, NOW) == "cedar-ppo"
    assert plan_asked(willing, READY, NOW) == "cedar-ppo"
    assert plan_asked(willing, replace(READY, coverage=coverage(covered="no")), NOW) is None
    assert plan_asked(willing, replace(READY, coverage=None), NOW) is None
    assert plan_asked(call(), READY, NOW) is None


def test_a_member_pays_alone_only_where_the_plan_will_not_pay() -> None:
    willing = order(self_pay_accepted=True)
    assert not pays_self(willing, READY, NOW)
    assert pays_self(willing, replace(READY, coverage=None), NOW)
    assert pays_self(willing, replace(READY, coverage=coverage(covered="no")), NOW)
    assert not pays_self(willing, replace(READY, coverage=coverage(covered="unknown")), NOW)
    assert not pays_self(willing, replace(READY, coverage=coverage(checked_at=at("2026-08-01 12:00"))), NOW)
    assert not pays_self(order(), replace(READY, coverage=None), NOW)


# Who may


def test_who_is_not_listed_today_is_as_if_not_there() -> None:
    for unlisted in (standing(verified=False), standing(licences=[]), standing(COACH, verified=False)):
        with pytest.raises(NotFound):
            may_book(order(), seen_by(unlisted), NOW)
        with pytest.raises(NotFound):
            may_hold(KeepHold.model_validate(HOLD), slot(unlisted), NOW)


def test_a_coach_is_not_booked_from_the_directory() -> None:
    with pytest.raises(NotBookableHere):
        may_book(order(), seen_by(standing(COACH)), NOW)
    with pytest.raises(NotBookableHere):
        may_book(order(service="coaching_session"), READY, NOW)


@pytest.mark.parametrize("past", list(Past))
def test_a_client_who_knows_the_provider_gets_follow_ups_from_the_provider(past: Past) -> None:
    known = slot(agenda=Agenda(known={PROVIDER: past}))
    with pytest.raises(FollowUpByProvider) as refused:
        may_book(order(), replace(READY, slot=known), NOW)
    assert (refused.value.status, refused.value.code) == (403, "follow_up_by_provider")
    with pytest.raises(FollowUpByProvider):
        may_hold(KeepHold.model_validate(HOLD), known, NOW)


def test_knowing_another_provider_does_not_matter() -> None:
    known = slot(agenda=Agenda(known={ANOTHER: Past.COMPLETED}))
    may_book(order(), replace(READY, slot=known), NOW)


# Overlap


def held(
    begins: str, ends: str, entry_id: str = "hld_1", who: ProviderId = PROVIDER, until: int | None = None
) -> AgendaEntry:
    entry = taken(begins, ends, entry_id, hold_until(NOW) if until is None else until)
    return AgendaEntry(**entry.model_dump(), provider=who, service=Service.THERAPY_INTAKE)


def appointment(begins: str, ends: str, who: ProviderId = ANOTHER) -> AgendaEntry:
    return AgendaEntry(**taken(begins, ends).model_dump(), provider=who, service=Service.THERAPY)


MONDAY = "2026-11-23"


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("14:00", "14:50"),
        ("14:15", "14:30"),
        ("13:30", "14:05"),
        ("14:45", "15:30"),
        ("13:00", "16:00"),
    ],
)
def test_any_overlap_with_what_is_taken_of_the_provider_is_a_conflict(begins: str, ends: str) -> None:
    page = Page(busy=(taken(f"{MONDAY} {begins}", f"{MONDAY} {ends}"),))
    with pytest.raises(SlotTaken) as refused:
        may_book(order(), replace(READY, slot=slot(standing(), page)), NOW)
    assert (refused.value.status, refused.value.code) == (409, "slot_taken")


def test_what_only_touches_is_no_conflict() -> None:
    page = Page(
        busy=(
            taken(f"{MONDAY} 13:00", f"{MONDAY} 14:00", "apt_1"),
            taken(f"{MONDAY} 14:50", f"{MONDAY} 15:40", "apt_2"),
        )
    )
    may_book(order(), replace(READY, slot=slot(standing(), page)), NOW)


def test_the_buffer_after_the_session_counts() -> None:
    page = Page(busy=(taken(f"{MONDAY} 14:55", f"{MONDAY} 15:40"),))
    may_book(order(), replace(READY, slot=slot(standing(buffer_minutes=5), page)), NOW)
    with pytest.raises(SlotTaken):
        may_book(order(), replace(READY, slot=slot(standing(buffer_minutes=10), page)), NOW)


def test_every_page_that_the_time_touches_counts() -> None:
    page = Page(busy=(taken(f"{MONDAY} 14:45", f"{MONDAY} 15:00"),))
    with pytest.raises(SlotTaken):
        may_book(order(), replace(READY, slot=slot(standing(), Page(), page)), NOW)


def test_somebody_elses_hold_blocks_until_its_time_stamp() -> None:
    hold = taken(f"{MONDAY} 14:00", f"{MONDAY} 14:50", "hld_9", hold_until(NOW))
    facts = replace(READY, slot=slot(standing(), Page(busy=(hold,))))
    with pytest.raises(SlotTaken):
        may_book(order(), facts, at("2026-11-16 12:09:59"))
    may_book(order(), facts, at("2026-11-16 12:10:00"))


def test_ones_own_hold_never_blocks_oneself() -> None:
    own = held(f"{MONDAY} 14:00", f"{MONDAY} 14:50")
    page = Page(busy=(taken(f"{MONDAY} 14:00", f"{MONDAY} 14:50", "hld_1", own.until),))
    facts = slot(standing(), page, agenda=Agenda(busy=(own,)))
    may_book(order(), replace(READY, slot=facts), NOW)
    may_hold(KeepHold.model_validate(HOLD), facts, NOW)


def test_the_members_own_appointment_elsewhere_is_a_conflict_too() -> None:
    agenda = Agenda(busy=(appointment(f"{MONDAY} 14:45", f"{MONDAY} 15:30"),))
    with pytest.raises(MemberBusy):
        may_book(order(), replace(READY, slot=slot(agenda=agenda)), NOW)


def test_between_two_appointments_a_member_needs_no_buffer() -> None:
    agenda = Agenda(busy=(appointment(f"{MONDAY} 14:50", f"{MONDAY} 15:30"),))
    may_book(order(), replace(READY, slot=slot(standing(buffer_minutes=60), agenda=agenda)), NOW)


def test_what_is_missing_is_named_before_a_conflict() -> None:
    page = Page(busy=(taken(f"{MONDAY} 14:00", f"{MONDAY} 14:50"),))
    assert missing(order(), replace(READY, slot=slot(standing(), page), card_kept=False)) == {
        Missing.PAYMENT_METHOD_MISSING
    }


# Holds

HOLD = {"provider_id": PROVIDER, "service": "therapy_intake", "starts_at": "2026-11-23T14:00:00Z"}


def test_a_slot_is_held_without_card_intake_or_coverage() -> None:
    may_hold(KeepHold.model_validate(HOLD), slot(), NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (NOT_ON_THAT_DAY, Missing.PROVIDER_NOT_BOOKABLE),
        ({"video": None}, Missing.PROVIDER_NOT_BOOKABLE),
        ({"starts_with": "phone_consult"}, Missing.SERVICE_NOT_OFFERED),
        ({"weekly_hours": []}, Missing.SLOT_NOT_OFFERED),
    ],
)
def test_only_what_is_offered_can_be_held(changes: dict[str, Any], code: Missing) -> None:
    with pytest.raises(NotReady) as refused:
        may_hold(KeepHold.model_validate(HOLD), slot(standing(**changes)), NOW)
    assert refused.value.missing == (code,)


def test_what_is_taken_cannot_be_held() -> None:
    page = Page(busy=(taken(f"{MONDAY} 14:45", f"{MONDAY} 15:00"),))
    with pytest.raises(SlotTaken):
        may_hold(KeepHold.model_validate(HOLD), slot(standing(), page), NOW)


def test_a_member_keeps_three_slots_at_most() -> None:
    others = [held(f"2026-11-{day} 14:00", f"2026-11-{day} 14:50", f"hld_{day}", ANOTHER) for day in ("24", "25", "26")]
    may_hold(KeepHold.model_validate(HOLD), slot(agenda=Agenda(busy=tuple(others[:2]))), NOW)
    full = slot(agenda=Agenda(busy=tuple(others)))
    with pytest.raises(TooManyHolds):
        may_hold(KeepHold.model_validate(HOLD), full, NOW)
    may_hold(KeepHold.model_validate(HOLD), full, NOW + HOLD_LASTS)


FULL = [held(f"2026-11-{day} 14:00", f"2026-11-{day} 14:50", f"hld_{day}", ANOTHER) for day in ("24", "25")]


@pytest.mark.parametrize("who", [PROVIDER, ANOTHER])
def test_a_hold_that_takes_the_place_of_another_is_not_one_more(who: ProviderId) -> None:
    agenda = Agenda(busy=(*FULL, held(f"{MONDAY} 14:30", f"{MONDAY} 15:20", who=who)))
    may_hold(KeepHold.model_validate(HOLD), slot(agenda=agenda), NOW)


def test_a_hold_whose_buffer_is_in_the_way_is_given_up_and_not_one_more() -> None:
    own = held(f"{MONDAY} 14:50", f"{MONDAY} 15:40")
    agenda = Agenda(busy=(*FULL, own))
    page = Page(busy=(taken(f"{MONDAY} 14:50", f"{MONDAY} 15:50", "hld_1", own.until),))
    touching = slot(standing(), page, agenda=agenda)
    wish = KeepHold.model_validate(HOLD)
    assert given_up(wish, touching, NOW) == set()
    with pytest.raises(TooManyHolds):
        may_hold(KeepHold.model_validate(HOLD), touching, NOW)
    in_the_way = slot(standing(buffer_minutes=10), page, agenda=agenda)
    assert given_up(wish, in_the_way, NOW) == {"hld_1"}
    may_hold(KeepHold.model_validate(HOLD), in_the_way, NOW)


def test_a_booking_takes_the_place_of_the_members_own_holds_at_that_time_wherever_they_are() -> None:
    here, elsewhere = (
        held(f"{MONDAY} 14:30", f"{MONDAY} 15:20"),
        held(f"{MONDAY} 14:00", f"{MONDAY} 14:50", "hld_2", ANOTHER),
    )
    later = held(f"{MONDAY} 15:30", f"{MONDAY} 16:20", "hld_3", ANOTHER)
    strangers = Page(busy=(taken(f"{MONDAY} 14:00", f"{MONDAY} 14:50", "hld_9", here.until),))
    facts = slot(standing(), strangers, agenda=Agenda(busy=(here, elsewhere, later)))
    assert given_up(order(), facts, NOW) == {"hld_1", "hld_2"}
    assert given_up(order(), facts, NOW + HOLD_LASTS) == set()


def test_an_appointment_is_never_given_up() -> None:
    agenda = Agenda(busy=(appointment(f"{MONDAY} 14:00", f"{MONDAY} 14:50"),))
    assert given_up(order(), slot(agenda=agenda), NOW) == set()


def test_a_hold_keeps_the_slot_while_the_notice_passes() -> None:
    provider = standing(notice_hours=24)
    just_in_time, later = at("2026-11-22 14:00:00"), at("2026-11-22 14:09:59")
    own = held(f"{MONDAY} 14:00", f"{MONDAY} 14:50", until=hold_until(just_in_time))
    may_hold(KeepHold.model_validate(HOLD), slot(provider), just_in_time)
    may_book(order(), replace(READY, slot=slot(provider, agenda=Agenda(busy=(own,)))), later)
    with pytest.raises(NotReady):
        may_book(order(), replace(READY, slot=slot(provider)), later)
    others = [
        held(f"{MONDAY} 14:15", f"{MONDAY} 15:05", until=hold_until(just_in_time)),
        held(f"{MONDAY} 14:00", f"{MONDAY} 14:50", who=ANOTHER, until=hold_until(just_in_time)),
    ]
    with pytest.raises(NotReady):
        may_book(order(), replace(READY, slot=slot(provider, agenda=Agenda(busy=tuple(others)))), later)


def test_the_time_asked_for_is_as_long_as_the_service() -> None:
    assert interval_of(order(), standing(session_minutes=45)) == between(f"{MONDAY} 14:00", f"{MONDAY} 14:45")
    assert interval_of(call(), standing()) == between(f"{MONDAY} 14:00", f"{MONDAY} 14:15")


def test_who_books_gives_up_all_holds_with_that_provider_and_who_holds_only_what_is_in_the_way() -> None:
    later = held(f"{MONDAY} 15:30", f"{MONDAY} 16:20", "hld_3")
    elsewhere = held("2026-11-30 14:00", "2026-11-30 14:50", "hld_4", ANOTHER)
    facts = slot(agenda=Agenda(busy=(later, elsewhere)))
    assert given_up(order(), facts, NOW) == {"hld_3"}
    assert given_up(KeepHold.model_validate(HOLD), facts, NOW) == set()


# Begun


@pytest.mark.parametrize(("now", "code"), [("13:59:59", None), ("14:00:00", Missing.SLOT_NOT_OFFERED)])
def test_nothing_is_held_or_booked_once_it_has_begun_not_even_what_was_held_before(
    now: str, code: Missing | None
) -> None:
    own = held(f"{MONDAY} 14:00", f"{MONDAY} 14:50", until=hold_until(at(f"{MONDAY} 13:59:00")))
    facts = replace(READY, slot=slot(agenda=Agenda(busy=(own,))))
    for may in (
        lambda: may_book(order(), facts, at(f"{MONDAY} {now}")),
        lambda: may_hold(KeepHold.model_validate(HOLD), facts.slot, at(f"{MONDAY} {now}")),
    ):
        if code is None:
            may()
        else:
            with pytest.raises(NotReady) as refused:
                may()
            assert refused.value.missing == (code,)


# Held again


def test_only_ones_own_live_hold_on_exactly_the_same_is_the_hold_already() -> None:
    wish = KeepHold.model_validate(HOLD)
    own = held(f"{MONDAY} 14:00", f"{MONDAY} 14:50")
    assert held_already(wish, slot(agenda=Agenda(busy=(own,))), NOW) == own
    assert held_already(wish, slot(agenda=Agenda(busy=(own,))), NOW + HOLD_LASTS) is None
    for other in (
        held(f"{MONDAY} 14:00", f"{MONDAY} 14:50", who=ANOTHER),
        held(f"{MONDAY} 14:00", f"{MONDAY} 14:45"),
        own.model_copy(update={"service": Service.THERAPY}),
        appointment(f"{MONDAY} 14:00", f"{MONDAY} 14:50", PROVIDER),
    ):
        assert held_already(wish, slot(agenda=Agenda(busy=(other,))), NOW) is None


# The plan's last visits


def test_visits_that_are_booked_and_that_the_plan_pays_are_counted_before_another_is_booked() -> None:
    two = replace(READY, coverage=coverage(visits_left=2))

    def with_(*entries: AgendaEntry) -> set[Missing]:
        return missing(order(), replace(two, slot=slot(agenda=Agenda(busy=entries))))

    one = appointment("2026-11-24 14:00", "2026-11-24 14:50")
    other = one.model_copy(update={"id": "apt_2", "s": one.s + 1440, "e": one.e + 1440})
    assert with_(one) == set()
    assert with_(one, other) == {Missing.NO_VISITS_LEFT}
    assert with_(one, other.model_copy(update={"self_pay": True})) == set()
    assert with_(one, other.model_copy(update={"service": Service.PHONE_CONSULT})) == set()
    assert with_(one, other.model_copy(update={"until": hold_until(NOW)})) == set()


# Other times


def test_another_time_suits_only_if_licence_coverage_and_plan_last_that_long() -> None:
    later = order(starts_at="2026-11-30T14:00:00Z")
    assert suits(later, READY, NOW)
    assert not suits(later, replace(READY, coverage=coverage(ends="2026-11-29")), NOW)
    for changes in (
        {"licences": [{"state": "NY", "number": "1", "expires": "2026-11-29"}]},
        {"plans": [{"plan_id": "cedar-ppo", "ends": "2026-11-29"}]},
    ):
        assert not suits(later, seen_by(standing(**changes)), NOW)
