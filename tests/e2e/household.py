"""A system in which the demo has been lived up to the farewell: people with records, and a token for every role."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, product, takewhile
from typing import Any

from functions.shared.api import Operation
from functions.shared.caller import EVERYONE, Role
from local.demo.journey import Journey
from local.demo.visitor import Visitor
from local.demo.year import EMAIL, Year
from local.examples import PARAMETERS, REQUESTS
from local.front import Answer
from local.identity import own_id
from local.openapi import operations
from local.seeds import email_of
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OPERATIONS = {operation.name: operation for _, operation in operations()}
SHOWN_BY = {
    "apt": "show_appointment",
    "chk": "show_check",
    "hld": "show_hold",
    "fee": "show_payable",
    "pas": "show_payable",
    "stm": "show_payable",
}
"""By which operation its owner is shown what has an id that begins so."""
SOMEBODYS = {
    "appointment_id": ("apt",),
    "check_id": ("chk",),
    "hold_id": ("hld",),
    "member_id": ("mbr",),
    "payable_id": ("fee", "pas", "stm"),
}
"""Which ids in a path belong to a person, and how they begin."""
OF_THE_THERAPIST = {"record_outcome", "show_calendar"}
"""What is asked of Rosa's therapist; everything else that providers do, her coach can."""
_ONCE = {"Idempotency-Key": "goes-on"}
_ID = re.compile(r"\b[a-z]{2,6}_[0-9A-Z]{26}\b")


@dataclass(frozen=True)
class Household:
    """Everybody in one running system; Rosa is the member who has everything."""

    system: System
    tokens: Mapping[Role, str]
    """Of people who have nothing yet."""
    rosa: str
    """Her token, and those of the two who look after her."""
    coach: str
    therapist: str
    nobodys: Mapping[str, list[str]]
    """What stands in paths and belongs to no person, by the name of the parameter."""
    owners: dict[str, str] = field(default_factory=dict)
    """Every id that opens something to a member, and that member's token."""

    def token_for(self, operation: Operation) -> str | None:
        """A token of somebody who may call it, and whom it has something to tell."""
        if operation.allow == EVERYONE:
            return None
        role = sorted(operation.allow)[0]
        provider = self.therapist if operation.name in OF_THE_THERAPIST else self.coach
        return {**self.tokens, Role.MEMBER: self.rosa, Role.PROVIDER: provider}[role]

    def owned(self, parameter: str) -> list[str]:
        """The ids of all that members own and such a parameter can name."""
        return [one for one in self.owners if one.startswith(SOMEBODYS[parameter])]

    def there(self, operation: Operation) -> list[dict[str, str]]:
        """Every way in which the operation's path can name what is there: what belongs to somebody is Rosa's."""
        names = re.findall(r"<(\w+)>", operation.path)
        return [dict(zip(names, each, strict=True)) for each in product(*map(self._there, names))]

    def _there(self, name: str) -> list[str]:
        if name not in SOMEBODYS:
            return self.nobodys[name]
        return [one for one in self.owned(name) if self.owners[one] == self.rosa]

    def send(self, operation: Operation, token: str | None, **names: str) -> Answer:
        """Call `operation` as its example does, with `names` in the place of the ids of the example."""
        body = REQUESTS.get(operation.name, {}) if operation.takes_body else None
        headers = {"Idempotency-Key": "walk", "Access-Reason": "quality"}
        return self.system.request(operation.method, path_of(operation, names), body, token=token, headers=headers)

    def shown(self, one: str, token: str) -> Answer:
        """What the bearer of `token` is shown of what has the id `one`."""
        operation = OPERATIONS[SHOWN_BY[one.partition("_")[0]]]
        (parameter,) = re.findall(r"<(\w+)>", operation.path)
        return self.send(operation, token, **{parameter: one})

    def find_owners(self, ids: Iterable[str], tokens: Iterable[str]) -> None:
        """Note whose is what, by what each of them is shown."""
        for one, token in product(dict.fromkeys(ids), tokens):
            if one.partition("_")[0] in SHOWN_BY and self.shown(one, token).status == 200:
                self.owners[one] = token
        self.owners.update({own_id(token): token for token in tokens})


def path_of(operation: Operation, names: Mapping[str, str]) -> str:
    """The path of the operation's example."""

    def named(part: re.Match[str]) -> str:
        name = part[1]
        example = PARAMETERS.get(f"{operation.name}.{name}", PARAMETERS.get(name))
        return str(names.get(name, example))

    return re.sub(r"<(\w+)>", named, operation.path)


@contextmanager
def household(**settings: Any) -> Iterator[Household]:
    """Live the demo, then sign in everybody again, and somebody of every role of whom nothing is known."""
    told: list[str] = []
    members: list[str] = []

    def hear(_method: str, path: str, body: Any, reply: Any) -> None:
        told.append(json.dumps(reply.body))
        if path == "/_local/sign-up":
            members.append(body["email"])

    with System.start(seed=1, at=BEGINS, **settings) as system:
        certificate = _somebody_leaves(system)
        year = Year(system.url, hear)
        to_the_end = takewhile(lambda step: step[1] != year.asks_to_leave, year.steps())
        for _title, take in chain(Journey(system.url, hear).steps(), to_the_end):
            take()
        tokens = {email: system.token(email) for email in members}
        year.rosa.token = tokens[EMAIL]
        coach = year.rosa.ask("GET", "/v1/care-team")["coach"]["name"]
        home = Household(
            system,
            {role: _token(system, role) for role in Role},
            rosa=tokens[EMAIL],
            coach=system.token(email_of(coach)),
            therapist=system.token(_address(year.provider)),
            nobodys={
                "certificate_id": [certificate],
                "kind": ["therapy"],
                "plan_id": ["juniper-epo"],
                **_goes_on(year.rosa),
            },
        )
        home.find_owners(_ID.findall("\n".join(told)), tokens.values())
        yield home


def _somebody_leaves(system: System) -> str:
    """Somebody who is gone before the demo is over; the id of the certificate."""
    leaves = {"token": system.sign_up("leaves@example.com"), "headers": {"Idempotency-Key": "leave"}}
    certificate: str = system.request("POST", "/v1/erasure", {}, **leaves).json()["certificate"]
    return certificate.rpartition("/")[2]


def _goes_on(rosa: Visitor) -> dict[str, list[str]]:
    """Rosa says what she wishes of a coach, books a therapist in California, and keeps a time of a psychiatrist there:
    the ids that lead to that psychiatrist."""
    rosa.ask("PUT", "/v1/coach-preferences", REQUESTS["keep_coach_preferences"])
    found = rosa.ask("GET", "/v1/providers?state=CA&setting=virtual")["providers"]
    therapist, psychiatrist = (_first(found, kind) for kind in ("therapist", "psychiatrist"))
    policy = {"fee_policy": {"amount": 10_000, "accepted": True}}
    order = {**_first_visit(rosa, therapist), **policy, "setting": "virtual", "location": {"state": "CA"}}
    rosa.ask("POST", "/v1/appointments", order, expect=201, headers=_ONCE)
    rosa.ask("POST", "/v1/holds", _first_visit(rosa, psychiatrist), expect=201, headers=_ONCE)
    return {"provider_id": [psychiatrist["id"]], "slug": [_address(psychiatrist).partition("@")[0]]}


def _first(found: list[Any], kind: str) -> Any:
    return next(provider for provider in found if provider["kind"] == kind)


def _address(provider: Any) -> str:
    return email_of(f"{provider['first_name']} {provider['last_name']}")


def _first_visit(rosa: Visitor, provider: Any) -> dict[str, str]:
    """At the last free time of the next two weeks."""
    free = rosa.ask("GET", f"/v1/providers/{provider['id']}/free-times")["free_times"]
    return {
        "provider_id": provider["id"],
        "service": provider["first_service"],
        "starts_at": free[-1]["starts_at"],
    }


def _token(system: System, role: Role) -> str:
    answer: dict[str, str] = system.request("POST", "/_local/token", {"role": role}).json()
    return answer["token"]
