"""People who use Careway: members of the crowd, providers, support. They ask again when they hear nothing.

A request that ends in a server error is sent again under the same key, as an app does; whatever else comes back is
the caller's to look at.
"""

import itertools
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from local.examples import INTAKE_ANSWERS
from local.front import Answer
from local.identity import SignInRefusedError, own_id
from local.system import System

_PATIENCE = 4
_PLAN = "cedar-ppo"
LATE_FEES = {"cedar-ppo": 12500, "gold-123": 10000}
"""The plans of the crowd, and what each asks for a late cancellation; coaching is free with one only."""
_TRIGGER_FAILED = 400
_BROKEN = 500
_NUMBERS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_pendingRefund": "4000000000007726",
}
"""The cards of the crowd by the names that Stripe gives them in tests; a refund to the last takes its time."""
CARDS = tuple(_NUMBERS)
_numbers: WeakKeyDictionary[System, Iterator[int]] = WeakKeyDictionary()
"""Of each system, member numbers to which no stand-in has anything special to say: the same each time it is begun."""


class NotAnsweredError(AssertionError):
    """Careway kept failing, though nothing stood in its way any more."""


def again(sign_in: Callable[[], str]) -> str:
    """A token; who is refused because the function behind died tries again."""
    for _ in range(_PATIENCE):
        try:
            return sign_in()
        except SignInRefusedError as refused:
            if refused.status != _TRIGGER_FAILED:
                raise
    raise NotAnsweredError("nobody can sign in")


@dataclass
class Person:
    """Somebody signed in."""

    system: System
    email: str
    token: str
    asked: int = 0

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Answer:
        """The answer; a request that failed on the other side is sent again, a moment later, under its key."""
        self.asked += 1
        sent = {"Idempotency-Key": key or f"{self.asked}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        for _ in range(_PATIENCE):
            answer = self.system.request(method, path, body, token=self.token, headers=sent)
            if answer.status < 500:
                return answer
            self.system.turn(timedelta(seconds=2))
        raise NotAnsweredError(f"{method} {path}: {answer.status}")


@dataclass
class Member(Person):
    """One of the crowd: a member whom any question about coverage finds insured."""

    number: int = 0
    language: str = "en"
    appointments: list[str] = field(default_factory=list)
    plan: str = _PLAN
    visit: dict[str, Any] = field(default_factory=dict)
    """The appointment that this is about."""

    @classmethod
    def new(cls, system: System, language: str = "en") -> "Member":
        """Somebody who has just signed up."""
        number = next(_numbers.setdefault(system, itertools.count(5_000_000)))
        email = f"crowd{number}@example.com"
        try:
            token = system.sign_up(email)
        except SignInRefusedError:
            token = again(lambda: system.token(email))
        return cls(system, email, token, number=number, language=language)

    @property
    def id(self) -> str:
        """The member's own id, from the token."""
        return own_id(self.token)

    def sign_in(self) -> None:
        """A fresh token, as after some time away."""
        self.token = again(lambda: self.system.token(self.email))

    def settle_in(self, plan: str = _PLAN) -> None:
        """Everything that a first session needs: profile, coverage, intake form, card."""
        self.plan = plan
        profile = {
            "first_name": "Canary",
            "last_name": f"Crowd{self._letters()}",
            "language": self.language,
            "state": "NY",
            "zone": "America/New_York",
        }
        self.ask("PUT", "/v1/profile", profile)
        self.check_coverage(plan)
        self.ask("PUT", "/v1/intake-forms/therapy/answers", {"form_version": 1, "answers": INTAKE_ANSWERS})
        self.keep_card("pm_card_visa")

    def check_coverage(self, plan: str = _PLAN) -> Answer:
        """Ask whether `plan` covers this member."""
        entry = {
            "plan_id": plan,
            "first_name": "Canary",
            "last_name": f"Crowd{self._letters()}",
            "date_of_birth": "1990-05-31",
            "member_id": f"U9{self.number:07}01",
            "language": self.language,
        }
        return self.ask("POST", "/v1/coverage-checks", entry)

    def keep_card(self, card: str) -> None:
        """Put a card on file; it goes to Stripe alone."""
        setup = self.ask("POST", "/v1/card-setups", {}).json()
        confirm = {"client_secret": setup["client_secret"], "payment_method": card}
        at_stripe(self.system, f"/v1/setup_intents/{setup['id']}/confirm", confirm)

    def free_times(self, provider: str, days: int = 14) -> list[str]:
        """When a provider is free."""
        found = self.ask("GET", f"/v1/providers/{provider}/free-times?days={days}").json()
        return [time["starts_at"] for time in found.get("free_times", [])]

    def book(self, provider: dict[str, Any], starts_at: str, key: str | None = None) -> Answer:
        """Book a first session."""
        order = {
            "provider_id": provider["id"],
            "service": provider["first_service"],
            "setting": "virtual",
            "starts_at": starts_at,
            "location": {"state": "NY"},
            "fee_policy": {"amount": LATE_FEES[self.plan], "accepted": True},
        }
        answer = self.ask("POST", "/v1/appointments", order, key=key)
        if answer.status == 201:
            self.appointments.append(answer.json()["id"])
        return answer

    def go_through_with(self, begun: dict[str, Any], card: str) -> None:
        """Pay what was begun, where it was begun: in the app, or at Stripe's page."""
        if begun.get("client_secret"):
            intent = begun["client_secret"].partition("_secret")[0]
            at_stripe(
                self.system,
                f"/v1/payment_intents/{intent}/confirm",
                {"client_secret": begun["client_secret"], "payment_method": card},
            )
        elif begun.get("url"):
            form = {"number": _NUMBERS[card], "exp_month": "12", "exp_year": "2030", "cvc": "123"}
            _posted(begun["url"], form)

    def _letters(self) -> str:
        return "".join(chr(ord("a") + int(digit)) for digit in str(self.number))


def at_stripe(system: System, path: str, form: dict[str, str]) -> Any:
    """What Stripe's SDK in the app sends, with the key that an app may show."""
    return json.loads(_posted(system.stripe.url + path, form, Authorization="Bearer pk_test_local"))


def _posted(url: str, form: dict[str, str], **headers: str) -> bytes:
    """The answer; nothing where the card is declined, or what was begun is over."""
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), headers)  # noqa: S310 - our own stand-in
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own stand-in
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        if refused.code >= _BROKEN:
            raise
        return b"null"
