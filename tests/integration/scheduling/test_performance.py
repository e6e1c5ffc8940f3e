"""What a member's way from sign-in to the first appointment costs, as docs/performance.md says it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from functions.shared import aws, secrets, vault
from local.payer import server as payer
from local.resources import HANDED_OVER
from local.seeds import plans
from tests.integration.eligibility.world import ANA
from tests.integration.scheduling.world import ADMIN, CONSULT, NOON, Answer, Spent, founded, order, stand_ins
from tests.unit.care.answered import answered
from tests.worlds.base import on_moto
from tests.worlds.cards import stripe_stand_in

pytestmark = pytest.mark.xdist_group("performance")

DOCUMENT = Path(__file__).parents[3] / "docs" / "performance.md"
AT = NOON + timedelta(days=8)
HEAD = "| operation | calls | keys read | written | checked |\n|---|---|---|---|---|\n"


class Journey:
    """Somebody's first days, each request made by a function that has just been started."""

    def __init__(self, world, spent):
        self.world, self.spent, self.rows = world, spent, {}

    def count(self, name, ask):
        """Let one request be made, and keep what it took."""
        secrets.forget()
        vault.forget()
        self.spent.begin()
        told = ask()
        if isinstance(told, Answer):
            assert told.status < 300, (name, told)
        spent = self.spent
        assert name not in self.rows
        self.rows[name] = (tuple(spent.calls), spent.asked, spent.written, spent.checked)
        return told

    def operation(self, method, path, body=None, name=None, **asked):
        """Count a request to the API by the name of its operation."""
        return self.count(name or self._named(method, path), lambda: self.world.api(method, path, body, **asked))

    def _named(self, method, path):
        path = path.partition("?")[0]
        return self.world.apis[self.world.function_at(path)]._find(method, path).name


def sign_in(world):
    event = {
        "userPoolId": "us-east-1_members",
        "request": {"userAttributes": {"sub": "sub-1", "email": "ana@example.com"}, "groupConfiguration": {}},
        "response": {},
    }
    told = world.invoke("MemberSignIn", event)
    return told["response"]["claimsOverrideDetails"]["claimsToAddOrOverride"]["careway_id"]


@pytest.fixture(scope="module")
def journey():
    """The functions with a payer and with Stripe, the plans entered, nobody there."""
    with (
        payer.start(api_key=lambda: HANDED_OVER) as payers,
        stripe_stand_in() as account,
        on_moto(stand_ins()),
        founded(account, people=1, ClearinghouseUrl=payers.url).keeping_time() as world,
    ):
        for path, terms in plans():
            entered = world.api("PUT", path, terms, who=ADMIN, groups="admin", if_match='"0"')
            assert entered.status == 200
        yield Journey(world, Spent.by(aws.client("dynamodb")))


def eligibility(journey):
    """From the first sign-in to what a session costs; returns who it is."""
    world = journey.world
    member = journey.count("sign in, the first time", lambda: sign_in(world))
    assert journey.count("sign in", lambda: sign_in(world)) == member
    journey.operation("PUT", "/v1/profile", ANA.profile(), who=member)
    journey.operation("GET", "/v1/profile", who=member)
    journey.operation("GET", "/v1/plans", who=member)
    check = journey.operation("POST", "/v1/coverage-checks", ANA.order(), who=member, idempotency_key="check")
    [row] = [one for one in world.items("OUTBOX_TABLE") if one["type"] == "eligibility.coverage_check_requested"]
    body = json.dumps({"detail-type": row["type"], "detail": json.loads(row["detail"])})
    message = {"Records": [{"messageId": "1", "body": body}]}
    failed = journey.count("(worker) ask the payer", lambda: world.invoke("EligibilityChecks", message))
    assert failed == {"batchItemFailures": []}
    journey.operation("GET", f"/v1/coverage-checks/{check.body['id']}", who=member)
    journey.operation("GET", "/v1/coverage", who=member)
    journey.operation("GET", "/v1/benefits", who=member)
    journey.operation("GET", "/v1/session-costs?service=therapy_intake", who=member)
    return member


def care_and_payments(journey, member):
    world = journey.world
    journey.operation("GET", "/v1/intake-forms/therapy", who=member)
    filled = {"form_version": 1, "answers": answered("therapy")}
    journey.operation("PUT", "/v1/intake-forms/therapy/answers", filled, who=member)
    journey.operation("GET", "/v1/intake-forms/therapy/answers", who=member)
    setup = journey.operation("POST", "/v1/card-setups", {}, who=member, idempotency_key="card")
    assert world.confirm(setup.body).status == 200
    world.settle()
    journey.operation("GET", "/v1/card", who=member)


def scheduling(journey, member):
    world = journey.world
    entry = {**CONSULT, "starts_with": "full_session", "slug": "robin-hale"}
    session, call = world.provider(entry), world.provider(CONSULT)
    journey.operation(
        "PUT", f"/v1/providers/{session}", entry, who=ADMIN, groups="admin", if_match='"1"', name="keep_provider"
    )
    journey.operation("GET", "/v1/providers", who=member)
    journey.operation("GET", f"/v1/providers/{session}", who=member)
    journey.operation("GET", "/v1/booking-links/robin-hale", who=member)
    journey.operation("GET", f"/v1/providers/{session}/free-times?days=30", who=member)
    held = journey.count("keep_hold", lambda: world.hold(member, order(session, AT, entry))).body["id"]
    journey.operation("GET", f"/v1/holds/{held}", who=member)
    journey.operation("DELETE", f"/v1/holds/{held}", who=member)
    world.hold(member, order(session, AT, entry))
    mine = journey.count("book_appointment, a session", lambda: world.book(member, order(session, AT, entry), "once"))
    journey.count(
        "book_appointment, again under one key", lambda: world.book(member, order(session, AT, entry), "once")
    )
    later = order(call, AT + timedelta(hours=1), CONSULT)
    other = journey.count("book_appointment, a call", lambda: world.book(member, later)).body["id"]
    stranger = world.member()
    taken = journey.count("book_appointment, a taken time", lambda: refused(world.book(stranger, later)))
    assert taken["code"] == "slot_taken"
    journey.operation("GET", "/v1/appointments", who=member)
    journey.operation("GET", f"/v1/appointments/{mine.body['id']}", who=member)
    journey.operation("GET", "/v1/calendar?days=31", who=session, groups="provider")
    journey.count("cancel_appointment", lambda: world.cancel(member, other))
    world.now = AT - timedelta(hours=1)
    path = f"/v1/appointments/{mine.body['id']}/cancellation-quotes"
    quote = journey.operation("POST", path, {}, who=member).body["id"]
    late = journey.count("cancel_appointment, late", lambda: world.cancel(member, mine.body["id"], quote=quote))
    journey.count("waive_fee", lambda: world.waive(member, late.body["id"]))
    visit = world.book(stranger, order(call, AT, CONSULT)).body["id"]
    world.now = AT
    journey.count("record_outcome", lambda: world.outcome(call, stranger, visit, "completed"))


def refused(answer):
    assert answer.status == 409
    return answer.body


def row(name, spent):
    calls, read, written, checked = spent
    counted = [f"{calls.count(call)} {call}" for call in dict.fromkeys(calls)]
    return f"| {name} | {', '.join(counted) or 'none'} | {read} | {written} | {checked} |"


@pytest.fixture(scope="module")
def counted(journey):
    member = eligibility(journey)
    care_and_payments(journey, member)
    scheduling(journey, member)
    return journey.rows


def test_the_document_says_what_each_operation_costs(counted):
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(HEAD)
    said = rest.partition("\n\n")[0].rstrip().splitlines()
    assert said == [row(name, spent) for name, spent in counted.items()]


def test_the_budgets_are_kept(counted, journey):
    booking = ("BatchGetItem", "TransactWriteItems")
    for name in ("book_appointment, a session", "book_appointment, a call", "keep_hold"):
        assert counted[name][0] == booking
    assert counted["book_appointment, a session"][2:] == (5, 4)
    looks = {one.name for api in journey.world.apis.values() for one in api.operations.values() if one.method == "GET"}
    reads = {name: calls for name, (calls, *_) in counted.items() if name in looks}
    assert len(reads) >= 14
    for name, calls in reads.items():
        assert len(calls) <= (3 if name == "search_providers" else 2), name


def test_every_operation_of_scheduling_is_counted(counted, journey):
    there = {name.partition(",")[0] for name in counted}
    assert set(journey.world.apis["SchedulingApi"].operations) <= there
