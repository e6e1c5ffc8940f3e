"""Somebody with a telephone and an app: asks over HTTP, looks at what comes back, and says when it is not right."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet


class JourneyBroken(Exception):  # noqa: N818 - the field's word
    """A step did not come out as it should; says which and how."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str]


_PUBLISHABLE = "pk_test_local"
"""The key that an app may show: it opens nothing but a card form."""

Told = Callable[[str, str, Any, Reply], None]
"""Method, path, what was sent, and what came back."""


@dataclass
class Visitor:
    """One caller of one server; `told` hears of every exchange."""

    url: str
    told: Told
    token: str = ""
    language: str = "en"
    _http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=60))

    def ask(
        self, method: str, path: str, body: Any = None, *, expect: int = 200, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Ask, and give the answer's body; raises JourneyBroken when the status is not the expected one."""
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.token and not path.startswith("/_local"):
            sent["Authorization"] = self.token
        if body is not None:
            sent["Content-Type"] = "application/json"
        response = self._http.request(
            method, self.url + path, headers=sent, body=None if body is None else json.dumps(body).encode()
        )
        reply = Reply(response.status, json.loads(response.data or b"null"), dict(response.headers))
        self.told(method, path, body, reply)
        if reply.status != expect:
            raise JourneyBroken(f"{method} {path} was answered with {reply.status}, not {expect}: {reply.body}")
        return reply.body

    def enter_card(self, setup: Any, card: str) -> None:
        """What Stripe's SDK in the app does with the card that somebody types: it goes to Stripe alone."""
        stripe = self.ask("GET", "/_local/addresses")["stripe"]
        form = {"client_secret": setup["client_secret"], "payment_method": card}
        path = f"/v1/setup_intents/{setup['id']}/confirm"
        response = self._http.request(
            "POST",
            stripe + path,
            fields=form,
            encode_multipart=False,
            headers={"Authorization": f"Bearer {_PUBLISHABLE}"},
        )
        reply = Reply(response.status, {"status": response.json().get("status")}, dict(response.headers))
        self.told("POST", f"(Stripe) {path}", {"payment_method": card}, reply)

    def at_stripe(self, method: str, path: str, body: Any = None) -> Any:
        """At the door by which the stand-in for Stripe is controlled."""
        stripe = self.ask("GET", "/_local/addresses")["stripe"]
        response = self._http.request(method, stripe + path, json=body)
        self.told(method, f"(Stripe) {path}", body, Reply(response.status, None, {}))
        return response.json()

    def at_checkout(self, url: str, number: str) -> None:
        """Pay at Stripe's own page with the card of that number."""
        form = {"number": number, "exp_month": "12", "exp_year": "2030", "cvc": "123"}
        response = self._http.request("POST", url, fields=form, encode_multipart=False, redirect=False)
        self.told(
            "POST",
            "(Stripe) " + url.rpartition("/")[0].rpartition("://")[2].partition("/")[2],
            None,
            Reply(response.status, None, {}),
        )

    def read_certificate(self, certificate_id: str) -> Any:
        """What a certificate of an erasure says, verified with the keys beside it, as anybody can who has its id."""
        certificate = self.ask("GET", f"/v1/erasure-certificates/{certificate_id}")["certificate"]
        published = self.ask("GET", "/v1/erasure-certificates/keys")
        try:
            keys = KeySet.import_key_set(published)
            said = json.loads(jws.deserialize_compact(certificate, keys, algorithms=["ES256"]).payload)
        except JoseError as error:
            raise JourneyBroken(f"the certificate does not verify: {error}") from error
        kept = Reply(200, {"kept": said["kept"]}, {})
        self.told("READ", "(the certificate, verified) what is kept and why", None, kept)
        return said

    def sign_up(self, email: str) -> None:
        """Make an account and hold its token."""
        self.token = self.ask("POST", "/_local/sign-up", {"email": email})["token"]


def must(holds: object, what: str) -> None:
    """Raise JourneyBroken with `what` unless it holds."""
    if not holds:
        raise JourneyBroken(what)
