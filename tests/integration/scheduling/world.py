"""The deployed functions as API Gateway runs them, with members and providers who have what a test needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from functions.care import store as care
from functions.care.models import Intake, IntakeKind
from functions.eligibility import store as eligibility
from functions.eligibility.models import Coverage
from functions.eligibility.rules.accumulators import Accumulators
from functions.eligibility.rules.benefits import Benefits, NetworkBenefits, Status
from functions.eligibility.rules.lines import Stated
from functions.eligibility.rules.terms import Terms, Visits
from functions.scheduling import store
from functions.scheduling.models import (
    Agenda,
    Appointment,
    AppointmentState,
    Entry,
    Interval,
    Page,
    StartsWith,
    minute_of,
)
from functions.scheduling.rules.pages import pages_of
from functions.shared.ids import CheckId, MemberId, PlanId, ProviderId, new_id
from functions.shared.money import Cents
from functions.shared.outbox import OutboxKey
from functions.shared.services import Service
from functions.shared.table import Delete, Item, Key, Put, Write, plain
from functions.shared.words import Language
from local.stripe.server import StripeStandIn
from tests.worlds import cards
from tests.worlds.base import ADMIN, NOON, OUTBOX, Answer, Killed
from tests.worlds.beside import stand_ins

__all__ = ["ADMIN", "NOON", "Answer", "Killed", "Spent", "World", "founded", "stand_ins"]

SUPPORT = "stf_01M82TWG08W65Y6KHTXY36V3KF"
PHONE = "+13125550142"
FEE = 12_500
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def daily(*spans: str) -> list[dict[str, str]]:
    """The same hours on every day of the week, such as "09:00-12:00"."""
    return [
        {"weekday": day, **dict(zip(("opens", "closes"), s.split("-"), strict=True))} for day in WEEK for s in spans
    ]


THERAPIST: dict[str, Any] = {
    "first_name": "Robin",
    "last_name": "Hale",
    "kind": "therapist",
    "licences": [{"state": "IL", "number": "149-0001", "expires": "2029-12-31"}],
    "verified": True,
    "languages": ["en"],
    "plans": [{"plan_id": "cedar-ppo"}],
    "starts_with": "full_session",
    "virtual": True,
    "video": {"kind": "zoom"},
    "zone": "UTC",
    "session_minutes": 50,
    "buffer_minutes": 0,
    "notice_hours": 0,
    "horizon_days": 180,
    "weekly_hours": daily("12:00-18:00"),
}
"""Starts with a session of 50 minutes, any day from 12:00 to 18:00 UTC, in Illinois, for members of Cedar PPO."""
CONSULT = {**THERAPIST, "starts_with": "phone_consult"}
PSYCHIATRIST = {**THERAPIST, "kind": "psychiatrist", "psychiatric_training_years": 4}
COACH = {**THERAPIST, "kind": "coach", "licences": [], "coaching_certification": "NBC-HWC"}
OFFICE = {"street": "12 Lake Street", "city": "Chicago", "state": "IL", "postal_code": "60601"}


@dataclass(kw_only=True)
class World(cards.WithCards):
    """The functions, with people who came with a card on file before there was a test."""

    FUNCTIONS = (
        "SchedulingApi",
        "EligibilityApi",
        "EligibilityChecks",
        "MemberSignIn",
        "StaffSignIn",
        "CareApi",
        *cards.FUNCTIONS,
    )

    people: Sequence[MemberId] = ()
    _drawn: Iterator[MemberId] = field(default_factory=lambda: iter(()))

    def hold(self, member: str, order: Mapping[str, Any], key: str | None = None, **asked: str) -> Answer:
        """Keep a slot; of a whole order only what a hold asks for is sent."""
        wanted = {name: order[name] for name in ("provider_id", "service", "starts_at")}
        return self.api("POST", "/v1/holds", wanted, who=member, idempotency_key=key or self.key(), **asked)

    def book(self, member: str, order: Mapping[str, Any], key: str | None = None, **asked: str) -> Answer:
        """Book."""
        return self.api("POST", "/v1/appointments", order, who=member, idempotency_key=key or self.key(), **asked)

    def quote(self, member: str, appointment: str) -> Answer:
        """Ask what cancelling costs."""
        return self.api("POST", f"/v1/appointments/{appointment}/cancellation-quotes", {}, who=member)

    def cancel(
        self, member: str, appointment: str, key: str | None = None, quote: str | None = None, **asked: str
    ) -> Answer:
        """Cancel a member's appointment."""
        path = f"/v1/appointments/{appointment}" + (f"?quote={quote}" if quote else "")
        return self.api("DELETE", path, who=member, idempotency_key=key or self.key(), **asked)

    def outcome(self, provider: str, member: str, appointment: str, outcome: str, **asked: str) -> Answer:
        """A provider says what became of a visit."""
        path = f"/v1/members/{member}/appointments/{appointment}/outcome"
        return self.api("POST", path, {"outcome": outcome}, who=provider, groups="provider", **asked)

    def waive(self, member: str, appointment: str, reason: str = "medical_emergency", **asked: str) -> Answer:
        """Support waives a fee."""
        path = f"/v1/members/{member}/appointments/{appointment}/fee-waiver"
        asked = {"access_reason": "member_request", **asked}
        return self.api("POST", path, {"reason": reason}, who=SUPPORT, groups="support", **asked)

    def free(self, provider: str, since: datetime, member: str, days: int = 2) -> list[str]:
        """When a new client can start."""
        asked = f"since={since:%Y-%m-%dT%H:%M:%SZ}&days={days}"
        found = self.api("GET", f"/v1/providers/{provider}/free-times?{asked}", who=member)
        assert found.status == 200, found.body
        return [time["starts_at"] for time in found.body["free_times"]]

    # People

    def provider(self, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> ProviderId:
        """A provider whom an administrator has entered."""
        provider = ProviderId(new_id("prv", self.now))
        self.change(provider, 0, like, **changes)
        return provider

    def change(self, provider: str, version: int, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> None:
        """Enter a provider anew, in place of the version that is there."""
        path, entry = f"/v1/providers/{provider}", {**like, **changes}
        kept = self.api("PUT", path, entry, who=ADMIN, groups="admin", if_match=f'"{version}"')
        assert kept.status == 200, kept.body

    def member(self, **has: Any) -> MemberId:
        """Somebody who has signed in, and has what `members` gives."""
        return self.members(1, **has)[0]

    def members(
        self,
        number: int,
        *,
        coverage: Mapping[str, Any] | None = None,
        card: bool = True,
        intake: bool = True,
    ) -> list[MemberId]:
        """People who have signed in, with coverage (`{}` as usual, None for none), a card and their intake forms."""
        made = list(islice(self._drawn, number)) if card else self.newcomers(number)
        made += self.come(number - len(made))
        with self.acting_as():
            self.write([write for one in made for write in self.things(one, coverage, intake)])
        return made

    def come(self, number: int) -> list[MemberId]:
        """So many sign in and put a card on file, and what was told of it has been heard and is past."""
        if not number:
            return []
        made, before = self.newcomers(number), {row["pk"] for row in self.items(OUTBOX)}
        for one in made:
            self.put_on_file(one)
        heard = {row["pk"] for row in self.items(OUTBOX)} - before
        self.write(Delete(OutboxKey(self.table(OUTBOX), event, "")) for event in heard)
        return made

    def things(self, member: MemberId, coverage: Mapping[str, Any] | None, intake: bool) -> Iterator[Write]:
        """What else somebody has who wants to book."""
        if coverage is not None:
            yield from self.covering(member, **coverage)
        for kind in IntakeKind if intake else ():
            done = Intake(
                kind=kind,
                form_version=1,
                language=Language.ENGLISH,
                completed_at=self.now,
                updated_at=self.now,
                answers={},
                version=1,
            )
            yield Put(care.intake_key(member, kind), {**care.intake_item(member, done), "v": 1})

    def covering(
        self,
        member: MemberId,
        version: int = 1,
        *,
        plan: str = "cedar-ppo",
        begins: date | None = date(2026, 1, 1),
        ends: date | None = None,
        checked: timedelta = timedelta(days=1),
        fee: int | None = FEE,
        covered: str = "yes",
        authorization: str = "no",
        visits_left: int | None = None,
    ) -> list[Put]:
        """The items of a coverage that was checked so long ago."""
        terms = Terms(covered=Stated(covered), authorization=Stated(authorization), visits=Visits(left=visits_left))
        side = NetworkBenefits(terms=dict.fromkeys(Service, terms), accumulators=Accumulators())
        kept = Coverage(
            plan_id=PlanId(plan),
            check_id=CheckId(new_id("chk", self.now)),
            claim=member,
            begins=begins,
            ends=ends,
            asked_at=self.now - checked,
            checked_at=self.now - checked,
            late_cancel_fee=None if fee is None else Cents(fee),
        )
        benefits = Benefits(status=Status.ACTIVE, in_network=side, out_of_network=side)
        return [
            Put(eligibility.coverage_key(member), {**eligibility.coverage_item(kept), "v": version}),
            Put(
                eligibility.benefits_key(member),
                {**eligibility.benefits_item(member, kept.check_id, benefits, {}), "v": version},
            ),
        ]

    # What is kept

    def items(self, table: str = "SCHEDULING_TABLE", **index: Any) -> list[Item]:
        """Everything in a table."""
        return super().items(table, **index)

    def kept(self, key: Key) -> Item | None:
        """What stands at a key."""
        found = self.dynamodb.get_item(
            TableName=key.table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}, ConsistentRead=True
        )
        return plain(found["Item"]) if "Item" in found else None

    def page(self, provider: ProviderId, at: datetime) -> Page:
        """The page of a provider's time on which an instant stands."""
        [number] = pages_of(Interval(minute_of(at), minute_of(at) + 1))
        with self.acting_as():
            item = self.kept(store.page_key(provider, number))
        return store.page_in(item) if item else Page()

    def agenda(self, member: MemberId) -> Agenda:
        """A member's time."""
        with self.acting_as():
            item = self.kept(store.agenda_key(member))
        return store.agenda_in(item) if item else Agenda()

    def wipe(self) -> None:
        """All is as it was in the beginning."""
        super().wipe()
        self._drawn = iter(self.people)

    # What always holds

    def agrees(self) -> None:
        """Both calendars say the same, and nothing overlaps in either (invariants 1 and 2)."""
        kept = _Calendars(self)
        for entries in (*kept.pages.values(), *kept.agendas.values()):
            _nothing_overlaps(one for one in entries if one.is_live(self.now))
        booked = {one.id: one for one in kept.appointments if one.state is AppointmentState.BOOKED}
        coming = {id_ for id_, one in booked.items() if one.ends_at > self.now}
        assert {e.id for es in kept.pages.values() for e in es if e.until is None} == set(booked)
        assert coming <= {e.id for es in kept.agendas.values() for e in es if e.until is None} <= set(booked)
        held = {e.id for es in kept.pages.values() for e in es if e.until is not None and e.is_live(self.now)}
        assert held == {e.id for es in kept.agendas.values() for e in es if e.until and e.is_live(self.now)}
        for one in booked.values():
            [entry] = [e for e in kept.pages[one.provider_id] if e.id == one.id]
            assert (entry.s, entry.e >= one.interval.e) == (one.interval.s, True)
            assert [e.interval for e in kept.agendas[one.member_id] if e.id == one.id] in ([one.interval], [])


class _Calendars:
    """All calendars; an entry over a page cut, which must stand alike on both pages, is there once."""

    def __init__(self, world: World) -> None:
        self.pages: dict[str, set[Entry]] = {}
        self.agendas: dict[str, set[Entry]] = {}
        self.appointments: list[Appointment] = []
        on_page: dict[str, set[int]] = {}
        for item in world.items():
            owner, kind = item["pk"].partition("#")[2], item["sk"].partition("#")[0]
            if kind == "PAGE":
                number = int(item["sk"].partition("#")[2])
                entries = store.page_in(item).busy
                assert len({one.id for one in entries}) == len(entries)
                self.pages.setdefault(owner, set()).update(entries)
                for one in entries:
                    on_page.setdefault(one.id, set()).add(number)
            elif kind == "AGENDA":
                self.agendas[owner] = set(store.agenda_in(item).busy)
            elif kind == "APT":
                self.appointments.append(store.appointment_in(item))
        for entries in self.pages.values():
            for one in entries:
                assert on_page[one.id] == set(pages_of(one.interval)) or not one.is_live(world.now)


def _nothing_overlaps(entries: Iterable[Entry]) -> None:
    there = sorted(entries, key=lambda one: one.s)
    for one, other in pairwise(there):
        assert not one.interval.overlaps(other.interval), (one, other)


# Orders


def order(provider: str, starts_at: datetime, like: Mapping[str, Any] = THERAPIST, **changes: Any) -> dict[str, Any]:
    """What a member enters to book a first appointment with a provider like this."""
    asked: dict[str, Any] = {
        "provider_id": provider,
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    if like["starts_with"] == StartsWith.PHONE_CONSULT:
        asked |= {"service": "phone_consult", "setting": "phone", "phone": PHONE}
    else:
        service = "psychiatry_intake" if like["kind"] == "psychiatrist" else "therapy_intake"
        asked |= {
            "service": service,
            "setting": "virtual",
            "location": {"state": "IL"},
            "fee_policy": {"amount": FEE, "accepted": True},
        }
    return {name: value for name, value in {**asked, **changes}.items() if value is not None}


def founded(account: StripeStandIn, people: int = 4, **parameters: str) -> World:
    """The functions, and people who have come with a card on file: drawn first, when a test wants members."""
    world = World.founded(parameters={"StripeUrl": account.url, **parameters}, stripe=account)
    with world.keeping_time():
        world.people = world.come(people)
    world.stay()
    world.wipe()
    return world


@dataclass
class Spent:
    """What a client's calls to DynamoDB take, counted from what it sends and what comes back."""

    calls: list[str] = field(default_factory=list)
    asked: int = 0
    """Keys that were asked for and items that queries looked at, whether something came back or not."""
    read: int = 0
    """Items that came back."""
    written: int = 0
    checked: int = 0
    """Items that a transaction depended on and left as they were."""

    @classmethod
    def by(cls, client: Any) -> "Spent":
        """From here on, what this client spends."""
        spent = cls()
        client.meta.events.register("provide-client-params.dynamodb", spent._sent)
        client.meta.events.register("after-call.dynamodb", spent._answered)
        return spent

    def begin(self) -> None:
        """Count from here."""
        self.calls, self.asked, self.read, self.written, self.checked = [], 0, 0, 0, 0

    def _sent(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self.asked += sum(len(table["Keys"]) for table in params.get("RequestItems", {}).values())
        self.asked += model.name == "GetItem"
        writes = [kind for item in params.get("TransactItems", ()) for kind in item]
        self.checked += writes.count("ConditionCheck")
        self.written += len(writes) - writes.count("ConditionCheck")
        self.written += model.name in {"PutItem", "UpdateItem", "DeleteItem"}

    def _answered(self, parsed: Mapping[str, Any], **_: Any) -> None:
        self.asked += parsed.get("ScannedCount", 0)
        self.read += len(parsed.get("Items", ())) + ("Item" in parsed)
        self.read += sum(len(items) for items in parsed.get("Responses", {}).values())
