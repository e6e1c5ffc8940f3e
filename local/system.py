"""The whole system on one machine: `with System.start(seed=1) as system: system.request("GET", "/v1/plans")`."""

import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from joserfc.jwk import RSAKey

from infra.synth import template as synthesised
from local import catalogue, seeds, state
from local.clock import Clock
from local.cloud import Cloud, clients, environment
from local.doors import Doors
from local.engine import engine
from local.errors import SetupError
from local.front import LONGEST_SECONDS, Answer, Front, Request
from local.functions import Functions
from local.identity import Identity, own_id, pools
from local.mail_events import configuration_sets
from local.mailbox import Mailbox
from local.payer import server as payer
from local.pump import Pump
from local.resources import HANDED_OVER, create
from local.sources import Call
from local.statements import server as statements
from local.stripe import server as stripe
from local.template import Template
from local.web import BUS, MAIL, Server, Web
from local.webhooks import STATEMENTS, STRIPE, Sender, Webhooks
from local.wiring import wire

T = TypeVar("T")
_TICK_SECONDS = 1.0
_running = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """How a system is started. `at` is where its clock starts: frozen there, or `live` from there on."""

    seed: int = 0
    at: datetime | None = None
    live: bool = False
    data: Path | None = None
    """The folder that keeps everything; None keeps nothing."""
    port: int = 0
    seeded: bool = True
    """Whether a fresh system gets the plan catalogue."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Of the template, instead of their defaults."""


class System:
    """A running system. One a process at a time, since functions run in this process with its environment."""

    def __init__(self, document: Mapping[str, Any], settings: Settings) -> None:
        """Start everything; raises SetupError, and leaves nothing behind when it does."""
        if not _running.acquire(blocking=False):
            raise SetupError("a local system runs in this process already")
        with ExitStack() as starting:  # closes what was started when the rest cannot be
            starting.callback(_running.release)
            self._closing = starting
            self._start(document, settings)
            self._closing = starting.pop_all()

    @classmethod
    def start(cls, template: Mapping[str, Any] | None = None, **settings: Any) -> "System":
        """Start with `template` (the project's own by default) and the fields of `Settings`; raises SetupError."""
        return cls(synthesised() if template is None else template, Settings(**settings))

    def __enter__(self) -> "System":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop everything that was started, in the reverse order."""
        self._closing.close()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the API, or a door under `/_local/`, without going over the network.

        `body` is sent as JSON unless it is bytes; `path` may carry a query.
        """
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = token
        if body is not None and not isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body).encode()
        parts = urlsplit(path)
        request = Request(method, parts.path, parts.query, tuple(sent.items()), body or b"")
        if parts.path.startswith("/_local"):
            return self._do(lambda: self.doors.answer(request))
        try:
            return self._do(lambda: self.front.answer(request), LONGEST_SECONDS)
        except TimeoutError:
            return self.front.refusal("INTEGRATION_TIMEOUT")

    def repeat(self, event_id: str) -> None:
        """Let Stripe tell of one of its events once more."""
        stripe = next(webhooks for webhooks in self._webhooks if webhooks.route == STRIPE)
        self._do(lambda: stripe.repeat(event_id))

    def turn(self, by: timedelta | None = None, *, to: datetime | None = None) -> None:
        """Turn the clock forward; everything that falls due on the way happens in order."""
        self._do(lambda: self.doors.turn(to or self.clock.now() + (by or timedelta(0))))

    def now(self) -> datetime:
        """The time here."""
        return self._do(self.clock.now)

    def sign_up(self, email: str) -> str:
        """Make a member's account: its ID token."""
        return self._do(lambda: self.identity.sign_up(email))

    def staff(self, email: str, groups: Sequence[str]) -> str:
        """Make an account for staff: its ID token."""
        return self._do(lambda: self.identity.staff(email, groups))

    def token(self, email: str) -> str:
        """Sign an account in again: a new ID token."""
        return self._do(lambda: self.identity.token(email))

    def members(self) -> list[str]:
        """Who can sign in as a member: the pool and the user name of each."""
        return self._do(self.identity.members)

    def mailbox(self) -> list[dict[str, Any]]:
        """Every e-mail that was sent, newest last."""
        return self._do(lambda: list(self.mail.mails))

    def events(self) -> list[dict[str, Any]]:
        """Every event that was put on the bus, newest last."""
        return self._do(lambda: list(self.wired.bus.events))

    def queues(self) -> list[dict[str, Any]]:
        """What is in each queue."""
        return self._do(self.doors.queues)

    def logs(self) -> list[str]:
        """The last lines that functions wrote."""
        return self._do(lambda: list(self.functions.output.lines))

    def _start(self, document: Mapping[str, Any], settings: Settings) -> None:
        closing, self._data = self._closing, settings.data
        kept = _kept(settings.data)
        self.server = Server(settings.port)
        closing.callback(self.server.stop)
        self.url = self.server.url
        rng = Random(settings.seed)  # noqa: S311 - repeatable on purpose
        self._rng = rng
        self.clock = Clock(_starts_at(settings, kept), live=settings.live)
        self.payer = payer.start(api_key=lambda: HANDED_OVER)
        closing.callback(self.payer.stop)
        self.stripe = stripe.start(
            api_key=lambda: HANDED_OVER,
            webhook_secret=lambda: HANDED_OVER,
            webhook_url=lambda: self.url + STRIPE,
            now=self.clock.now,
        )
        closing.callback(self.stripe.stop)
        self.statements = statements.start(
            secret=lambda: HANDED_OVER, webhook_url=lambda: self.url + STATEMENTS, now=self.clock.now
        )
        closing.callback(self.statements.stop)
        running_engine = engine(settings.data)
        closing.callback(running_engine.stop)
        self._cloud = Cloud(settings.seed)
        closing.callback(self._cloud.stop)
        addresses = {
            "": self._cloud.url,
            "_DYNAMODB": running_engine.url,
            "_EVENTBRIDGE": self.url + BUS,
            "_SESV2": self.url + MAIL,
        }
        closing.enter_context(environment(addresses))
        self._build(document, settings.parameters, running_engine.url, kept)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="functions")
        closing.callback(self._worker.shutdown)
        closing.callback(lambda: self._worker.submit(self._save).result())
        closing.callback(self.server.stop)
        self.server.serve(Web(self.front, self.doors, self.wired.bus, self.mail, self._ask))
        if settings.seeded and kept is None:
            self._sow()
        if settings.live:
            self._tick_along()

    def _build(
        self,
        document: Mapping[str, Any],
        parameters: Mapping[str, str],
        dynamodb_url: str,
        kept: state.State | None,
    ) -> None:
        given = {
            "ClearinghouseUrl": self.payer.url,
            "AppUrl": self.url,
            "MailFrom": "care@example.com",
            "StripeUrl": self.stripe.url,
            "StatementToolUrl": self.statements.url,
            "OrganisationName": "Careway",
            "OrganisationNpi": "1999999984",
            **parameters,
        }
        self.template = Template(document, given)
        catalogue.check(self.template)
        catalogue.place(self.template)
        self.aws = aws = clients(self._cloud.url, dynamodb_url)
        if kept:
            self._cloud.remember(kept.cloud)
            self.stripe.remember(kept.stripe)
            self.statements.remember(kept.statements)
            self._rng.setstate(kept.randomness)
            self.template.placed.update(kept.placed)
        elif sender := self.template.parameter("MailFrom"):
            aws.ses.create_email_identity(EmailIdentity=sender)
        create(self.template, aws, self._rng)
        self.functions = Functions(self.template, self.clock, self._rng)
        self._closing.callback(self.functions.close)
        self.functions.cold_start()
        self.wired = wire(self.template, self.functions, aws.dynamodb, self._rng)
        self.pump = Pump(self.wired, aws.dynamodb, self.clock, self._rng)
        self._key = kept.key if kept else _signing_key()
        key = RSAKey.import_key(self._key, {"kid": "local"})
        self.identity = Identity(pools(self.template, self.functions), aws.cognito, self.functions, key)
        tell = partial(self.wired.bus.tell, "aws.ses")
        self.mail = Mailbox(self.clock, self._cloud.url, configuration_sets(self.template), tell)
        self.front = Front(self.template, self.functions, self.identity)
        senders: dict[str, Sender] = {STRIPE: self.stripe, STATEMENTS: self.statements}
        self._webhooks = [Webhooks(sender, route, self.front.answer, self._rng) for route, sender in senders.items()]
        self.wired.sources += self._webhooks
        output = self.functions.output
        addresses = {"payer": self.payer.url, "stripe": self.stripe.url, "statements": self.statements.url}
        self.doors = Doors(self.clock, self.pump, self.wired, self.identity, self.mail, output, self.payer, addresses)
        if kept:
            self._take_back(kept)

    def _sow(self) -> None:
        admin = self.staff("admin@example.com", ["admin"])
        ids = {name: own_id(self.staff(f"{name}@example.com", ["provider"])) for name in seeds.names()}
        seeds.sow(lambda path, entry: self.request("PUT", path, entry, token=admin), ids)

    def _ask(self, answers: Callable[[Request], Answer], request: Request) -> "Future[Answer]":
        """Let the worker answer; it then moves whatever the request set in motion before it takes the next."""
        answering = self._worker.submit(self._in_turn, lambda: answers(request))
        self._worker.submit(self._settle).add_done_callback(_told)
        return answering

    def _do(self, work: Callable[[], T], within: float | None = None) -> T:
        """Let the worker do `work` and move what it set in motion; raises TimeoutError when `work` takes too long."""
        working = self._worker.submit(self._in_turn, work)
        settling = self._worker.submit(self._settle)
        result = working.result(within)
        settling.result()
        return result

    def _in_turn(self, work: Callable[[], T]) -> T:
        """Do `work` after what somebody did at a stand-in meanwhile, such as typing a card into the app."""
        if any(webhooks.ready(self.clock.now()) for webhooks in self._webhooks):
            self.pump.drain()
        return work()

    def _settle(self) -> None:
        self.pump.drain()
        self._save()

    def _tick_along(self) -> None:
        """Let the worker look once a second whether something has fallen due."""
        stopping = threading.Event()

        def tick() -> None:
            while not stopping.wait(_TICK_SECONDS):
                self._worker.submit(self._catch_up).result()

        ticking = threading.Thread(target=tick, name="ticking", daemon=True)
        ticking.start()
        self._closing.callback(ticking.join)
        self._closing.callback(stopping.set)

    def _catch_up(self) -> None:
        self.pump.turn(self.clock.now())

    def _save(self) -> None:
        if self._data is None:
            return
        created = {each.logical_id for each in self.template.resources(*catalogue.CREATED)}
        kept = state.State(
            cloud=self._cloud.memory(),
            placed={name: placed for name, placed in self.template.placed.items() if name in created},
            messages={arn: queue.messages for arn, queue in self.wired.queues.items()},
            calls=[(call.function.arn, call.event, call.at, call.attempts) for call in self.wired.calls.calls],
            events=self.wired.bus.events,
            mails=self.mail.mails,
            stripe=self.stripe.memory(),
            statements=self.statements.memory(),
            key=self._key,
            now=self.clock.now(),
            randomness=self._rng.getstate(),
        )
        state.save(self._data, kept)

    def _take_back(self, kept: state.State) -> None:
        for arn, messages in kept.messages.items():
            if arn in self.wired.queues:
                self.wired.queues[arn].messages = messages
        by_arn = self.functions.by_arn
        self.wired.calls.calls = [Call(by_arn(arn), event, at, tries) for arn, event, at, tries in kept.calls]
        self.wired.bus.events = kept.events
        self.mail.mails = kept.mails


def _told(settling: "Future[None]") -> None:
    """Nobody waits for what a request over HTTP sets in motion, so its failure is shown."""
    if error := settling.exception():
        print(f"the pump stopped: {type(error).__name__}", file=sys.stderr)


@cache
def _signing_key() -> RSAPrivateKey:
    """What signs the tokens of every system that is begun in this process."""
    return generate_private_key(65537, 2048)


def _kept(folder: Path | None) -> state.State | None:
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return state.load(folder)


def _starts_at(settings: Settings, kept: state.State | None) -> datetime | None:
    """Where the clock starts: never before the time that was kept."""
    if kept is None:
        return settings.at
    wall = Clock().now()
    begins = settings.at or (wall if settings.live else kept.now)
    return max(begins, kept.now)
