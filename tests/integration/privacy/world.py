"""Careway as people leave it: every domain whose records an erasure touches, with Cognito, a payer and Stripe."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import joserfc.jwk
import joserfc.jws
from botocore.exceptions import ClientError
from moto.backends import get_backend

from functions.care import store as care
from functions.care.models import Intake, IntakeKind
from functions.payments import store as payments
from functions.scheduling import store as scheduling
from functions.scheduling.models import Appointment
from functions.shared.ids import AppointmentId, MemberId, new_id
from functions.shared.table import Item, Put
from functions.shared.words import Language
from local.payer.server import PayerStandIn
from local.stripe.server import StripeStandIn
from local.template import ACCOUNT, REGION
from tests.integration.eligibility.world import ANA, BEN, LUIS, Killed, Person, bytes_in
from tests.integration.eligibility.world import World as Eligible
from tests.integration.payments.world import Payments
from tests.integration.scheduling.world import CONSULT, order
from tests.worlds import cards
from tests.worlds.base import ADMIN, NOON, PARAMETERS, Answer

__all__ = ["ANA", "BEN", "LUIS", "NOON", "OFFICER", "SUPPORT", "Killed", "Leaving", "founded"]

OFFICER = "stf_01M82TWG08W65Y6KHTXY36V3K0"
SUPPORT = "stf_01M82TWG08W65Y6KHTXY36V3K1"
PRIVACY, KEYS, AUDIT = "PRIVACY_TABLE", "KEYS_TABLE", "AUDIT_TABLE"


@dataclass(kw_only=True)
class Leaving(cards.WithCards, Eligible):
    """Everybody's domain."""

    FUNCTIONS = (
        "PrivacyJobs",
        "PrivacyApi",
        *Eligible.FUNCTIONS,
        "SchedulingApi",
        "CareApi",
        *cards.FUNCTIONS,
    )

    OUT = (*Eligible.OUT, *Payments.OUT)

    pool: str
    cognito: Any
    """The world's own client."""
    _signed_up: dict[str, Any] = field(default_factory=dict)
    signed_in_at: datetime | None = None
    """When whoever calls the API has signed in; None: just now."""

    # People

    def joins(self, person: Person = ANA, email: str = "ana.rivera@example.com", **profile: Any) -> MemberId:
        """Somebody signs up, signs in, and says who they are."""
        self.makes_account(email)
        member = self.signs_in(email)
        assert self.api("PUT", "/v1/profile", person.profile(**profile), member=member).status == 200
        return member

    def makes_account(self, email: str) -> None:
        """Somebody signs up."""
        self.cognito.admin_create_user(
            UserPoolId=self.pool, Username=email, UserAttributes=[{"Name": "email", "Value": email}]
        )

    def signs_in(self, email: str) -> MemberId:
        """The id in the token that Cognito issues; raises PermissionError where it issues none."""
        try:
            user = self.cognito.admin_get_user(UserPoolId=self.pool, Username=email)
        except ClientError:
            raise PermissionError from None
        if not user["Enabled"]:
            raise PermissionError
        attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
        event = {
            "version": "1",
            "triggerSource": "TokenGeneration_Authentication",
            "userPoolId": self.pool,
            "userName": user["Username"],
            "request": {"userAttributes": attributes, "groupConfiguration": None},
            "response": {"claimsOverrideDetails": None},
        }
        claims = self.invoke("MemberSignIn", event)["response"]["claimsOverrideDetails"]
        return MemberId(claims["claimsToAddOrOverride"]["careway_id"])

    def lives_here(self, person: Person = ANA, email: str = "ana.rivera@example.com") -> MemberId:
        """A member with coverage, a card, an intake form and an appointment."""
        member = self.joins(person, email, phone="+13125550142")
        assert self.checked(member, person.order())["state"] == "eligible"
        self.put_on_file(member, key=f"card-{member}")
        self.fills_in(member)
        self.books(member)
        self.drain()
        return member

    def fills_in(self, member: MemberId) -> None:
        """An intake form is kept as a medical record."""
        with self.acting_as("CareApi"):
            done = Intake(
                kind=IntakeKind.THERAPY,
                form_version=1,
                language=Language.ENGLISH,
                completed_at=self.now,
                updated_at=self.now,
                answers={"reasons": "Rivera"},
                version=1,
            )
            item = {**care.intake_item(member, done), "v": 1}
            self.write([Put(care.intake_key(member, IntakeKind.THERAPY), item)])

    def books(self, member: MemberId) -> str:
        """A phone call in a week: the appointment's id."""
        provider = f"prv_{member.partition('_')[2]}"
        sent = {"If-Match": '"0"'}
        kept = self.api("PUT", f"/v1/providers/{provider}", CONSULT, member=ADMIN, groups="admin", headers=sent)
        assert kept.status == 200, kept.body
        starts = (self.now + timedelta(days=7)).replace(hour=14, minute=0)
        booked = self.api(
            "POST", "/v1/appointments", order(provider, starts, CONSULT), member=member, idempotency_key=self.key()
        )
        assert booked.status == 201, booked.body
        return str(booked.body["id"])

    def has_had_a_session(self, member: MemberId, state: str = "completed") -> AppointmentId:
        """An hour ago, covered by the plan; the statement tool has not heard of it."""
        kept = Appointment.model_validate(
            {
                "id": new_id("apt", self.now),
                "member_id": member,
                "provider_id": f"prv_{member.partition('_')[2]}",
                "service": "therapy",
                "setting": "virtual",
                "starts_at": self.now - timedelta(hours=1),
                "ends_at": self.now - timedelta(minutes=10),
                "booked_at": self.now - timedelta(days=7),
                "state": state,
                "plan_id": "cedar-ppo",
            }
        )
        with self.acting_as("SchedulingApi"):
            item = {**scheduling.appointment_item(kept, None), "v": 1}
            self.write([Put(scheduling.appointment_key(member, kept.id), item)])
        return kept.id

    def tells_the_tool(self, member: MemberId, session: AppointmentId) -> None:
        """The statement tool has heard of a session."""
        with self.acting_as("PrivacyJobs"):
            self.write([Put(payments.session_key(member, session), {**payments.told_item(self.now), "v": 1})])

    # HTTP

    def http(  # type: ignore[override]
        self, function: str, method: str, path: str, headers: Any, body: Any, *, authorizer: Any = None, **more: Any
    ) -> Answer:
        if authorizer:
            at = self.signed_in_at or self.now
            authorizer = {"claims": {**authorizer["claims"], "auth_time": str(int(at.timestamp()))}}
        return super().http(function, method, path, headers, body, authorizer=authorizer, **more)

    def request(self, member: str, key: str | None = None) -> Answer:
        """Ask for one's own erasure."""
        return self.api("POST", "/v1/erasure", {}, member=member, idempotency_key=key or self.key())

    def staff(
        self, method: str, path: str, body: Any = None, *, reason: str = "privacy_request", **asked: Any
    ) -> Answer:
        """Call the API as a privacy officer, or as somebody else of staff."""
        who = {"member": OFFICER, "groups": "privacy", "access_reason": reason}
        return self.api(method, path, body, **{**who, **asked})

    def hold(self, member: str, **changes: str) -> Answer:
        """Put a member's records on legal hold."""
        entry = {"reason": "litigation", "review_on": "2027-06-01", **changes}
        return self.staff("PUT", f"/v1/members/{member}/legal-hold", entry)

    def course(self, member: str) -> Any:
        """Where a member's erasure stands, as staff see it."""
        found = self.staff("GET", f"/v1/members/{member}/erasure")
        assert found.status == 200, found.body
        return found.body

    # Time

    def sweep_privacy(self) -> None:
        """What the schedule does every minute."""
        try:
            self.invoke("PrivacyJobs", {"detail-type": "Scheduled Event"})
        except Killed:
            self.cold()

    def minute(self) -> None:
        """A minute passes, with everything that happens in it."""
        self.now += timedelta(minutes=1)
        self.sweep_privacy()
        self.drain()

    def leaves(self, member: str, minutes: int = 5) -> Any:
        """The member asks to be erased and it is done: the course of it."""
        assert self.request(member).status == 202
        self.now += timedelta(days=7)
        for _ in range(minutes):
            self.minute()
        return self.erasure(member)

    # What is kept

    def erasure(self, member: str) -> Any:
        """The erasure in its item."""
        [item] = self.kept_of(PRIVACY, member, "ERASURE")
        return {**json.loads(item["erasure"]), "sealed": item.get("sealed")}

    def gate(self, member: str) -> str:
        """Where the member's gate stands."""
        [item] = self.kept_of(KEYS, member, "GATE")
        return str(item["state"])

    def of(self, member: str) -> dict[str, list[str]]:
        """What is kept under a member's id, by table."""
        found = {
            table: sorted(i["sk"].partition("#")[0] for i in self.kept_of(table, member)) for table in self.tables()
        }
        return {table: kinds for table, kinds in found.items() if kinds}

    def mentions(self, *words: str) -> list[str]:
        """Where one of `words` stands, anywhere."""
        wanted = [word.casefold().encode() for word in words]
        return [
            f"{table} {item['pk']} {item.get('sk', '')}"
            for table in self.tables()
            for item in self.items(table)
            if any(word in text.lower() for text in bytes_in(item) for word in wanted)
        ]

    def certificate(self, path: str) -> Mapping[str, Any]:
        """What a certificate says, verified as anybody can who has its address."""
        keys = self.api("GET", "/v1/erasure-certificates/keys")
        told = self.api("GET", path)
        assert (keys.status, told.status) == (200, 200)
        known = joserfc.jwk.KeySet.import_key_set(keys.body)
        verified = joserfc.jws.deserialize_compact(told.body["certificate"], known, algorithms=["ES256"])
        said: Mapping[str, Any] = json.loads(verified.payload)
        return said

    def _accounts(self) -> dict[str, Any]:
        accounts: dict[str, Any] = get_backend("cognito-idp")[ACCOUNT][REGION].user_pools[self.pool].users
        return accounts

    def stay(self) -> None:
        super().stay()
        self._signed_up = dict(self._accounts())

    def wipe(self) -> None:
        super().wipe()
        self.signed_in_at = None
        self._accounts().clear()
        self._accounts().update(self._signed_up)
        for account in self._signed_up.values():
            account.enabled = True


def founded(payer: PayerStandIn, stripe: StripeStandIn, **parameters: str) -> Leaving:
    """Everything, with the plan catalogue, and nobody there."""
    boto3.client("sesv2").create_email_identity(EmailIdentity=PARAMETERS["MailFrom"])
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="members", UsernameAttributes=["email"])["UserPool"]["Id"]
    world = Leaving.founded(
        parameters={"ClearinghouseUrl": payer.url, "StripeUrl": stripe.url, **parameters},
        payer=payer,
        stripe=stripe,
        pool=pool,
        cognito=cognito,
    )
    world.keep_plans()
    world.stay()
    return world


def rows(world: Leaving, hour: str | None = None) -> list[Item]:
    """The rows of the audit trail."""
    found = [item for item in world.items(AUDIT) if item["sk"].startswith("aud_")]
    return [row for row in found if hour in {None, row["hour"]}]
