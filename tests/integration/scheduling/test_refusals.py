"""Whatever is refused has a stable code, words in both languages, and changes nothing."""

import re
from datetime import date, timedelta

import pytest

from functions.scheduling.api import api
from functions.scheduling.rules.booking import HOLDS_AT_ONCE
from functions.scheduling.rules.refusals import (
    FollowUpByProvider,
    HasBegun,
    LateCancellation,
    MemberBusy,
    Missing,
    NotBookableHere,
    NotBooked,
    NotReady,
    SlotTaken,
    SlugTaken,
    TooManyHolds,
)
from functions.shared.problems import (
    AccountClosed,
    Forbidden,
    Invalid,
    KeyUsedOtherwise,
    NotFound,
    Stale,
    Unauthenticated,
    VersionRequired,
)
from functions.shared.words import Language
from tests.integration.scheduling.world import (
    ADMIN,
    COACH,
    CONSULT,
    FEE,
    NOON,
    OFFICE,
    PHONE,
    PSYCHIATRIST,
    THERAPIST,
    order,
)

AT = NOON + timedelta(days=8)
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])
NOBODY = "prv_01M82TWG08W65Y6KHTXY36V3KE"

NOT_THAT_DAY = {"state": "NY", "number": "1", "expires": "2026-11-30"}
ELSEWHERE = {"state": "NY", "number": "1", "expires": "2029-12-31"}
PRIVILEGE = {"kind": "compact", "state": "IL", "number": "2", "expires": "2029-12-31"}

LACKING = {
    Missing.PROVIDER_NOT_BOOKABLE: {"like": {**THERAPIST, "licences": [NOT_THAT_DAY, PRIVILEGE]}},
    Missing.SERVICE_NOT_OFFERED: {"asks": {"service": "phone_consult", "setting": "phone", "phone": PHONE}},
    Missing.SETTING_NOT_OFFERED: {"like": {**THERAPIST, "virtual": False, "office": OFFICE}},
    Missing.VIDEO_MISSING: {"like": {**THERAPIST, "video": None}},
    Missing.SLOT_NOT_OFFERED: {"at": AT.replace(hour=3)},
    Missing.LOCATION_MISSING: {"asks": {"location": None}},
    Missing.NOT_LICENSED_THERE: {"asks": {"location": {"state": "NY"}}},
    Missing.PHONE_MISSING: {"like": CONSULT, "asks": {"phone": None}},
    Missing.INTAKE_FORM_MISSING: {"has": {"intake": False}},
    Missing.PAYMENT_METHOD_MISSING: {"has": {"card": False}},
    Missing.FEE_POLICY_NOT_ACCEPTED: {"asks": {"fee_policy": {"amount": FEE, "accepted": False}}},
    Missing.FEE_AMOUNT_DIFFERS: {"asks": {"fee_policy": {"amount": FEE - 1, "accepted": True}}},
    Missing.REFERRAL_MISSING: {"like": PSYCHIATRIST},
    Missing.COVERAGE_MISSING: {"has": {"coverage": None}},
    Missing.COVERAGE_NOT_ON_THAT_DAY: {"covered": {"ends": date(2026, 11, 30)}},
    Missing.COVERAGE_CHECK_TOO_OLD: {"covered": {"checked": timedelta(days=45, seconds=1)}},
    Missing.PLAN_NOT_TAKEN: {"covered": {"plan": "gold-123"}},
    Missing.SERVICE_NOT_COVERED: {"covered": {"covered": "no"}},
    Missing.SERVICE_COVER_UNKNOWN: {"covered": {"covered": "unknown"}},
    Missing.AUTHORIZATION_MISSING: {"covered": {"authorization": "yes"}},
    Missing.NO_VISITS_LEFT: {"covered": {"visits_left": 0}},
}
"""What is changed in a booking that would go through, and the only thing that it then lacks."""
OF_THE_PLAN = [one for one, case in LACKING.items() if "covered" in case or one is Missing.COVERAGE_MISSING]


def refused(answer, problem, language, **values):
    """The answer is this problem, in this language."""
    assert answer.status == problem.status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == language
    told = answer.body
    words = tuple(said.in_(Language(language), **values) for said in (problem.title, problem.says))
    assert (told["code"], told["title"], told["detail"]) == (problem.code, *words)
    assert told["type"] == f"urn:careway:problem:{problem.code}"
    return told


def nothing_kept(world, member):
    assert [item["sk"] for item in world.items() if item["pk"].endswith(member)] == []
    assert world.told("appointment_booked", member) == []


def test_every_thing_that_can_be_missing_is_held_here():
    assert set(LACKING) == set(Missing)


@pytest.mark.parametrize("missing", LACKING, ids=str)
def test_what_a_booking_lacks_is_named_alone_and_in_both_languages(world, missing):
    member = world.member(**{"coverage": LACKING[missing].get("covered", {}), **LACKING[missing].get("has", {})})
    case = LACKING[missing]
    like = case.get("like", THERAPIST)
    wish = order(world.provider(like), case.get("at", AT), like, **case.get("asks", {}))
    details = set()
    for language in ("en", "es"):
        told = refused(world.book(member, wish, language=language), NotReady, language)
        [error] = told["errors"]
        assert error["code"] == missing
        assert re.fullmatch(r"(/[a-z_]+)*", error["pointer"])
        details.add(error["detail"])
    assert len(details) == 2
    nothing_kept(world, member)


def test_a_booking_that_lacks_nothing_goes_through(world):
    member = world.member(coverage={})
    assert world.book(member, order(world.provider(), AT)).status == 201
    assert world.book(member, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).status == 201


def test_all_that_is_missing_is_named_in_one_answer(world):
    member, provider = world.member(coverage=None, card=False, intake=False), world.provider(PSYCHIATRIST, video=None)
    wish = order(provider, AT.replace(hour=3), PSYCHIATRIST, location=None)
    told = world.book(member, wish).body
    assert {error["code"] for error in told["errors"]} == {
        "slot_not_offered",
        "video_missing",
        "location_missing",
        "intake_form_missing",
        "payment_method_missing",
        "referral_missing",
        "coverage_missing",
    }


@pytest.mark.parametrize("missing", OF_THE_PLAN, ids=str)
def test_who_accepts_to_pay_needs_nothing_of_a_plan(world, missing):
    case = LACKING[missing]
    member = world.member(**{"coverage": case.get("covered", {}), **case.get("has", {})})
    told = world.book(member, order(world.provider(), AT, self_pay_accepted=True))
    assert told.status == 201, told.body
    may_still_pay = {Missing.SERVICE_COVER_UNKNOWN, Missing.COVERAGE_CHECK_TOO_OLD}
    assert told.body["self_pay"] is (missing not in may_still_pay)


def test_a_card_that_has_run_out_is_none(world):
    member = world.member(coverage={})
    world.renew_card(member, exp_month=10, exp_year=2026)
    told = world.book(member, order(world.provider(), AT)).body
    assert [error["code"] for error in told["errors"]] == ["payment_method_missing"]


def test_the_last_covered_visit_is_booked_once(world):
    member = world.member(coverage={"visits_left": 1})
    first, other = order(world.provider(), AT), order(world.provider(), AT + timedelta(hours=1))
    mine = world.book(member, first)
    assert (mine.status, mine.body["self_pay"]) == (201, False)
    assert [error["code"] for error in world.book(member, other).body["errors"]] == ["no_visits_left"]
    assert world.book(member, {**other, "self_pay_accepted": True}).body["self_pay"] is True
    assert world.cancel(member, mine.body["id"]).status == 200
    last = world.book(member, order(world.provider(), AT + timedelta(hours=2)))
    assert (last.status, last.body["self_pay"]) == (201, False)


@pytest.mark.parametrize("held", [False, True], ids=["not held", "held in time"])
def test_what_has_begun_is_not_booked(world, held):
    member, provider = world.member(coverage={}), world.provider()
    at = NOON + timedelta(minutes=15)
    world.now = at - timedelta(seconds=1)
    if held:
        assert world.hold(member, order(provider, at)).status == 201
    world.now = at
    told = refused(world.book(member, order(provider, at)), NotReady, "en")
    assert [error["code"] for error in told["errors"]] == ["slot_not_offered"]
    assert f"{at:%Y-%m-%dT%H:%M:%SZ}" not in world.free(provider, at, member)
    world.now = at - timedelta(seconds=1)
    assert f"{at:%Y-%m-%dT%H:%M:%SZ}" in world.free(provider, world.now, world.member()) or held


def test_a_number_to_call_is_kept_for_a_call_alone(world):
    member = world.member(coverage={})
    assert world.book(member, order(world.provider(), AT, phone=PHONE)).status == 201
    assert world.book(member, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).status == 201
    sealed = {item["starts"][11:16]: "sealed" in item for item in world.items() if item["sk"].startswith("APT#")}
    assert sealed == {"15:00": False, "16:00": True}


ENDING = {
    "licence": {"like": {"licences": [{"state": "IL", "number": "1", "expires": "2026-12-01"}, ELSEWHERE]}},
    "plan": {"like": {"plans": [{"plan_id": "cedar-ppo", "ends": "2026-12-01"}]}},
    "coverage": {"covered": {"ends": date(2026, 12, 1)}},
}


@pytest.mark.parametrize("ends", ENDING)
def test_every_alternative_can_be_booked_also_where_licence_plan_or_coverage_end_soon(world, ends):
    case = ENDING[ends]
    hours = [{"weekday": day, "opens": "15:00", "closes": "15:50"} for day in ("monday", "tuesday", "wednesday")]
    provider = world.provider(**case.get("like", {}), weekly_hours=hours)
    winner, loser = (world.member(coverage=case.get("covered", {})) for _ in range(2))
    assert world.book(winner, order(provider, AT)).status == 201
    told = world.book(loser, order(provider, AT)).body["alternatives"]
    assert [time["starts_at"][:10] for time in told] == ["2026-11-30", "2026-11-25", "2026-11-24"]
    for time in told:
        mine = world.book(loser, {**order(provider, AT), "starts_at": time["starts_at"]})
        assert mine.status == 201
        assert world.cancel(loser, mine.body["id"], quote=world.quote(loser, mine.body["id"]).body["id"]).status == 200


# One refusal each


@LANGUAGES
def test_a_taken_time_is_refused_with_three_alternatives_that_can_be_booked(world, language):
    provider, winner, loser = world.provider(CONSULT), world.member(), world.member()
    assert world.book(winner, order(provider, AT, CONSULT)).status == 201
    for act in (world.hold, world.book):
        told = refused(act(loser, order(provider, AT, CONSULT), language=language), SlotTaken, language)
        assert [time["starts_at"][11:16] for time in told["alternatives"]] == ["14:45", "15:15", "14:30"]
    for time in told["alternatives"][:1]:
        wish = {**order(provider, AT, CONSULT), "starts_at": time["starts_at"]}
        assert world.book(loser, wish).status == 201


def test_alternatives_are_the_nearest_on_either_side_and_never_before_now(world):
    like = {**CONSULT, "weekly_hours": [{"weekday": "monday", "opens": "15:00", "closes": "16:00"}]}
    provider, one, other = world.provider(like), *world.members(2)
    wish = order(provider, NOON + timedelta(minutes=30), like)
    assert world.book(one, wish).status == 201
    for minutes, earlier in ((0, "15:15"), (20, "15:45")):
        world.now = NOON + timedelta(minutes=minutes)
        assert world.book(other, wish).body["alternatives"][0]["starts_at"] == f"2026-11-23T{earlier}:00Z"
    assert [time["starts_at"] for time in world.book(other, wish).body["alternatives"]] == [
        "2026-11-23T15:45:00Z",
        "2026-11-30T15:00:00Z",
        "2026-11-30T15:15:00Z",
    ]


@pytest.mark.parametrize("act", ["hold", "book"])
def test_alternatives_are_no_times_at_which_the_member_is_busy(world, act):
    """Neither with appointments nor with holds of one's own; what only touches them is offered, also with a buffer."""
    like = {**CONSULT, "buffer_minutes": 15}
    provider, member = world.provider(like), world.member(coverage={})
    assert world.book(world.member(), order(provider, AT, like)).status == 201
    assert world.book(member, order(world.provider(), AT + timedelta(minutes=45))).status == 201
    assert world.hold(member, order(world.provider(CONSULT), AT - timedelta(minutes=45), CONSULT)).status == 201
    told = getattr(world, act)(member, order(provider, AT, like)).body
    assert [time["starts_at"][11:16] for time in told["alternatives"]] == ["14:30", "15:30", "14:00"]
    for time in told["alternatives"][:2]:
        wish = {**order(provider, AT, like), "starts_at": time["starts_at"]}
        assert world.hold(member, wish).status == 201
        world.agrees()


@LANGUAGES
def test_a_call_inside_a_session_is_a_conflict(world, language):
    """The provider has begun with sessions, and now begins with calls."""
    provider, one, other = world.provider(), world.member(coverage={}), world.member()
    assert world.book(one, order(provider, AT)).status == 201
    world.change(provider, 1, CONSULT)
    for minutes in (0, 15, 30, 45):
        wish = order(provider, AT + timedelta(minutes=minutes), CONSULT)
        refused(world.book(other, wish, language=language), SlotTaken, language)
    world.change(
        provider, 2, {**CONSULT, "weekly_hours": [{"weekday": "tuesday", "opens": "15:50", "closes": "17:00"}]}
    )
    assert world.book(other, order(provider, AT + timedelta(minutes=50), CONSULT)).status == 201
    world.agrees()


@LANGUAGES
def test_a_member_who_is_busy_then_is_told_so(world, language):
    member = world.member(coverage={})
    assert world.book(member, order(world.provider(), AT)).status == 201
    for act in (world.hold, world.book):
        wish = order(world.provider(CONSULT), AT + timedelta(minutes=45), CONSULT)
        refused(act(member, wish, language=language), MemberBusy, language)
    assert world.book(member, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).status == 201


@LANGUAGES
def test_more_holds_than_allowed_are_refused_until_one_is_given_back_or_has_run_out(world, language):
    member = world.member()
    held = [
        world.hold(member, order(world.provider(CONSULT), AT + timedelta(hours=n), CONSULT)).body["id"]
        for n in range(HOLDS_AT_ONCE)
    ]
    more = order(world.provider(CONSULT), AT - timedelta(hours=1), CONSULT)
    refused(world.hold(member, more, language=language), TooManyHolds, language)
    assert world.api("DELETE", f"/v1/holds/{held[0]}", who=member).status == 204
    assert world.hold(member, more).status == 201
    more = order(world.provider(CONSULT), AT - timedelta(hours=2), CONSULT)
    refused(world.hold(member, more, language=language), TooManyHolds, language)
    world.now += timedelta(minutes=10)
    assert world.hold(member, more).status == 201


@LANGUAGES
def test_who_knows_the_provider_gets_the_next_appointment_from_them(world, language):
    member, provider = world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    later = order(provider, AT + timedelta(days=1), CONSULT)
    for act in (world.hold, world.book):
        refused(act(member, later, language=language), FollowUpByProvider, language)
    assert world.cancel(member, mine).status == 200
    assert world.book(member, later).status == 201


@LANGUAGES
def test_coaches_are_not_booked_from_the_directory(world, language):
    member, provider = world.member(coverage={}), world.provider(COACH)
    coaching = order(provider, AT, service="coaching_session")
    for act in (world.hold, world.book):
        refused(act(member, coaching, language=language), NotBookableHere, language)
        refused(act(member, order(provider, AT), language=language), NotBookableHere, language)


@LANGUAGES
def test_what_is_cancelled_cannot_be_cancelled_again_under_another_key(world, language):
    member = world.member()
    mine = world.book(member, order(world.provider(CONSULT), AT, CONSULT)).body["id"]
    first = world.cancel(member, mine, "once")
    assert (first.status, first.body["state"]) == (200, "cancelled")
    assert world.cancel(member, mine, "once") == first
    refused(world.cancel(member, mine, "twice", language=language), NotBooked, language)
    assert len(world.told("appointment_cancelled")) == 1


@LANGUAGES
def test_what_has_begun_cannot_be_cancelled(world, language):
    member = world.member()
    mine = world.book(member, order(world.provider(CONSULT), AT, CONSULT)).body["id"]
    world.now = AT
    refused(world.cancel(member, mine, language=language), HasBegun, language)
    world.now = AT - timedelta(milliseconds=1)
    assert world.cancel(member, mine).body["state"] == "cancelled"


@LANGUAGES
def test_what_costs_a_fee_is_not_cancelled_by_who_was_not_told_of_it(world, language):
    member = world.member(coverage={"fee": 9_900})
    mine = world.book(member, order(world.provider(), AT, fee_policy={"amount": 9_900, "accepted": True})).body
    assert mine["late_cancel_fee"] == {"amount": 9_900, "currency": "USD"}
    assert mine["free_until"] == f"{AT - timedelta(hours=48):%Y-%m-%dT%H:%M:%SZ}"
    world.now = AT - timedelta(hours=48) + timedelta(milliseconds=1)
    told = refused(world.cancel(member, mine["id"], language=language), LateCancellation, language, fee="$99.00")
    assert told["fee"] == {"amount": 9_900, "currency": "USD"}
    world.agrees()
    world.now = AT - timedelta(hours=48)
    assert world.cancel(member, mine["id"]).body["state"] == "cancelled"


def test_where_the_plan_allows_no_fee_a_late_cancellation_costs_nothing(world):
    member = world.member(coverage={"fee": None})
    mine = world.book(member, order(world.provider(), AT, fee_policy=None)).body
    assert mine["late_cancel_fee"] is None
    world.now = AT - timedelta(minutes=1)
    assert world.cancel(member, mine["id"]).body["state"] == "late_cancelled"
    world.agrees()


def test_who_books_at_short_notice_may_think_again_for_an_hour(world):
    member = world.member(coverage={})
    mine = world.book(member, order(world.provider(), NOON + timedelta(hours=24))).body
    assert mine["free_until"] == "2026-11-23T16:00:00Z"
    world.now += timedelta(hours=1)
    assert world.cancel(member, mine["id"]).body["state"] == "cancelled"


@LANGUAGES
def test_another_request_under_a_used_key_is_refused(world, language):
    member, provider = world.member(), world.provider(CONSULT)
    first = world.book(member, order(provider, AT, CONSULT), "once")
    again = world.book(member, order(provider, AT, CONSULT), "once")
    assert (again.status, again.body, again.headers["Location"]) == (201, first.body, first.headers["Location"])
    other = order(provider, AT + timedelta(hours=1), CONSULT)
    refused(world.book(member, other, "once", language=language), KeyUsedOtherwise, language)
    second = world.book(member, order(world.provider(CONSULT), AT + timedelta(hours=2), CONSULT)).body["id"]
    assert world.cancel(member, second, "gone").status == 200
    refused(world.cancel(member, first.body["id"], "gone", language=language), KeyUsedOtherwise, language)
    world.agrees()


def test_a_key_belongs_to_the_member_who_chose_it_and_to_one_operation(world):
    one, other, provider = world.member(), world.member(), world.provider(CONSULT)
    assert world.hold(one, order(provider, AT, CONSULT), "same").status == 201
    mine = world.book(one, order(provider, AT, CONSULT), "same")
    assert mine.status == 201
    assert world.book(other, order(provider, AT + timedelta(hours=1), CONSULT), "same").status == 201
    assert world.cancel(one, mine.body["id"], "same").status == 200


def test_a_key_is_forgotten_after_two_days(world):
    member, provider = world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT), "once").body["id"]
    world.now += timedelta(hours=48, seconds=1)
    assert world.cancel(member, mine).status == 200
    again = world.book(member, order(provider, AT, CONSULT), "once")
    assert again.status == 201
    assert again.body["id"] != mine


@LANGUAGES
def test_nothing_is_written_for_whoever_is_leaving(world, language):
    """The gate closes; what was booked stays as it is for the erasure to deal with."""
    member, provider = world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    held = world.hold(member, order(world.provider(CONSULT), AT + timedelta(hours=1), CONSULT)).body["id"]
    world.close_gate(member)
    before = world.items()
    wish = order(world.provider(CONSULT), AT - timedelta(hours=1), CONSULT)
    before += [item for item in world.items() if item not in before]
    for act in (world.hold, world.book):
        refused(act(member, wish, language=language), AccountClosed, language)
    refused(world.cancel(member, mine, language=language), AccountClosed, language)
    released = world.api("DELETE", f"/v1/holds/{held}", who=member, language=language)
    refused(released, AccountClosed, language)
    assert sorted(map(str, world.items())) == sorted(map(str, before))


@LANGUAGES
def test_what_is_not_there_or_somebody_elses_is_not_found(world, language):
    member, other, provider = world.member(), world.member(), world.provider(CONSULT)
    mine = world.book(member, order(provider, AT, CONSULT)).body["id"]
    unverified = world.provider(THERAPIST, verified=False, slug="robin-hale")

    def ask(method, path, body=None, **headers):
        return world.api(method, path, body, who=other, language=language, **headers)

    for answer in (
        ask("GET", f"/v1/appointments/{mine}"),
        ask("DELETE", f"/v1/appointments/{mine}", idempotency_key="k"),
        ask("GET", "/v1/holds/hld_01M82TWG08W65Y6KHTXY36V3KE"),
        ask("GET", "/v1/booking-links/nobody"),
        ask("GET", f"/v1/providers/{NOBODY}"),
        ask("GET", f"/v1/providers/{NOBODY}/free-times"),
        ask("GET", f"/v1/providers/{unverified}"),
        ask("GET", f"/v1/providers/{unverified}/free-times"),
        ask("GET", "/v1/booking-links/robin-hale"),
        world.hold(other, order(unverified, AT), language=language),
        world.book(other, order(unverified, AT), language=language),
        ask("POST", f"/v1/appointments/{mine}/cancellation-quotes", body={}),
        world.hold(other, order(NOBODY, AT), language=language),
        world.book(other, order(NOBODY, AT), language=language),
    ):
        refused(answer, NotFound, language)
    assert world.api("GET", f"/v1/appointments/{mine}", who=member).status == 200


@LANGUAGES
def test_a_provider_is_not_overwritten_by_who_has_not_read_them(world, language):
    provider = world.provider()
    path, sent = f"/v1/providers/{provider}", {"who": ADMIN, "groups": "admin", "language": language}
    refused(world.api("PUT", path, THERAPIST, **sent), VersionRequired, language)
    refused(world.api("PUT", path, THERAPIST, if_match='"7"', **sent), Stale, language)
    refused(world.api("PUT", path, THERAPIST, if_match='"none"', **sent), Stale, language)
    assert world.api("PUT", path, THERAPIST, if_match='"1"', **sent).headers["ETag"] == '"2"'


@LANGUAGES
def test_a_booking_link_of_another_provider_is_refused(world, language):
    world.provider(slug="robin-hale")
    provider = world.provider()
    path, sent = f"/v1/providers/{provider}", {"who": ADMIN, "groups": "admin", "language": language}
    refused(world.api("PUT", path, {**THERAPIST, "slug": "robin-hale"}, if_match='"1"', **sent), SlugTaken, language)
    assert world.api("PUT", path, THERAPIST, if_match='"1"', **sent).status == 200


WRONG = {
    "/body/starts_at": [
        {"starts_at": "2026-12-01T15:00:00"},
        {"starts_at": "2026-12-01T15:01:00Z"},
        {"starts_at": "9999-12-31T23:55:00-12:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"starts_at": 1},
    ],
    "/body/provider_id": [{"provider_id": "prv_1"}, {"provider_id": None}],
    "/body/phone": [{"phone": wrong} for wrong in ("5550142", "+1312555014٢", PHONE + "\n1")],
    "/body/fee_policy/amount": [{"fee_policy": {"amount": wrong, "accepted": True}} for wrong in (12.5, "12500", True)],
    "/body/location/state": [{"location": {"state": "XX"}}],
    "/body/fee_policy/accepted": [{"fee_policy": {"amount": FEE, "accepted": wrong}} for wrong in ("yes", 1)],
    "/body/self_pay_accepted": [{"self_pay_accepted": wrong} for wrong in ("on", 1)],
    "": [{"surprise": 1}, {"zone": "America/Chicago"}],
}


@LANGUAGES
@pytest.mark.parametrize("pointer", WRONG)
def test_what_is_no_order_is_refused_with_its_place(world, pointer, language):
    member = world.member(coverage={})
    for change in WRONG[pointer]:
        wish = {**order(NOBODY, AT), **change}
        wish = {name: value for name, value in wish.items() if value is not None}
        told = refused(world.book(member, wish, language=language), Invalid, language)
        assert [error["pointer"] for error in told["errors"]] in ([pointer], [pointer.removeprefix("/body")])


@LANGUAGES
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/holds"), ("POST", "/v1/appointments")])
def test_without_an_idempotency_key_nothing_is_asked_for(world, method, path, language):
    wish = order(NOBODY, AT)
    wanted = {name: wish[name] for name in ("provider_id", "service", "starts_at")} if "holds" in path else wish
    told = world.api(method, path, wanted, who=world.member(), language=language)
    [error] = refused(told, Invalid, language)["errors"]
    assert error["pointer"].lower() == "/header/idempotency-key"


UNREADABLE = [
    "x",
    "%C3%A9",
    "WzAsIEluZmluaXR5LCAieCJd",  # [0, Infinity, "x"]
    "WzAsIE5hTiwgIngiXQ",  # [0, NaN, "x"]
    "WzEsIDJd",  # [1, 2]
    "bnVsbA",  # null
    "W1tbW1tbW1tbW1tbW1tbW1tb",
]


@LANGUAGES
@pytest.mark.parametrize("cursor", UNREADABLE)
def test_a_cursor_that_is_none_of_ours_is_refused(world, cursor, language):
    answer = world.api("GET", f"/v1/providers?cursor={cursor}", who=world.member(), language=language)
    [error] = refused(answer, Invalid, language)["errors"]
    assert (error["pointer"], error["code"]) == ("/query/cursor", "unknown_cursor")


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59Z", "2500-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_free_times_of_an_age_that_nobody_books_are_none_or_refused_but_never_an_error(world, since):
    provider, member = world.provider(), world.member()
    answer = world.api("GET", f"/v1/providers/{provider}/free-times?since={since}", who=member)
    assert answer.status in {200, 422}
    if answer.status == 200 and not since.startswith("0001"):
        assert answer.body["free_times"] == []


@pytest.mark.parametrize("since", ["9999-12-31T23:55:00Z", "2199-12-31T23:55:00Z", "0001-01-01T00:00:00Z"])
def test_a_calendar_of_another_age_is_empty_or_refused_but_never_an_error(world, since):
    provider = world.provider()
    answer = world.api("GET", f"/v1/calendar?since={since}&days=31", who=provider, groups="provider")
    assert answer.status in {200, 422}


# Who may ask


OPERATIONS = {
    ("GET", "/v1/providers"): "member",
    ("GET", f"/v1/providers/{NOBODY}"): "member",
    ("PUT", f"/v1/providers/{NOBODY}"): "admin",
    ("GET", f"/v1/providers/{NOBODY}/free-times"): "member",
    ("GET", "/v1/booking-links/robin-hale"): "member",
    ("POST", "/v1/holds"): "member",
    ("GET", "/v1/holds/hld_1"): "member",
    ("DELETE", "/v1/holds/hld_1"): "member",
    ("POST", "/v1/appointments"): "member",
    ("GET", "/v1/appointments"): "member",
    ("GET", "/v1/appointments/apt_1"): "member",
    ("DELETE", "/v1/appointments/apt_1"): "member",
    ("POST", "/v1/appointments/apt_1/cancellation-quotes"): "member",
    ("GET", "/v1/calendar"): "provider",
    ("POST", "/v1/members/mbr_1/appointments/apt_1/outcome"): "provider",
    ("POST", "/v1/members/mbr_1/appointments/apt_1/fee-waiver"): "support",
}
ROLES = ("member", "provider", "support", "privacy", "plan", "finance", "admin")


def test_every_operation_of_scheduling_is_held_here():
    there = {(one.method, re.sub(r"<\w+>", "X", one.path)) for one in api.operations.values()}
    assert there == {(method, re.sub(r"(prv|hld|apt|mbr)_\w+|robin-hale", "X", path)) for method, path in OPERATIONS}


@LANGUAGES
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_operation_is_for_its_role_alone(world, method, path, language):
    ids = {"member": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "provider": NOBODY}
    for role in ROLES:
        who = ids.get(role, ADMIN)
        answer = world.api(
            method, path, {} if method in {"POST", "PUT"} else None, who=who, groups=role, language=language
        )
        if role == OPERATIONS[method, path]:
            assert answer.status not in {401, 403}
        else:
            refused(answer, Forbidden, language)
    refused(world.api(method, path, language=language), Unauthenticated, language)
    disguised = world.api(method, path, who=ids["member"], groups=OPERATIONS[method, path].replace("member", "admin"))
    assert disguised.status == 401
