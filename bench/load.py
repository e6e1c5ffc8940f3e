"""The local system under load: several members at once, over HTTP on this machine, for a bounded while.

It says nothing of Lambda, which runs each request in a process of its own: here one worker answers all. It says that
nothing is lost and nothing is there twice while many ask at once, and how the answers are spread.
"""

import http.client
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CLIENTS, SECONDS, QUICK_SECONDS = 8, 20.0, 5.0
NO_ANSWER = 0
"""As a status: the connection was lost, or nothing came in time."""
_ROOT = Path(__file__).resolve().parent.parent
_MESSAGES = "/v1/conversations/coaching/messages"
_WAITS = 60.0
_TRIES = 4


class Expected(NamedTuple):
    """What may come back for one kind of request; anything else is wrong."""

    success: int
    refusal: tuple[int, str] | None = None
    """Status and code, where others may have been faster."""


_CONTESTED = (409, "slot_taken")
KINDS = {
    "look": Expected(200),
    "read": Expected(200),
    "find free times": Expected(200),
    "hold": Expected(201, _CONTESTED),
    "book": Expected(201, _CONTESTED),
    "cancel": Expected(200),
    "write": Expected(201),
}
"""Each client must succeed with each of them at least once."""


class Answer(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    body: Any
    seconds: float
    lost: str = ""
    """Why there is none."""

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


@dataclass
class Client:
    """A member with an app: looks, holds, books, writes. A booking or message is often sent twice, as by a tap."""

    number: int
    url: str
    token: str
    provider: dict[str, Any]
    until: float
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    booked: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    succeeded: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    """What came back otherwise than expected, or not at all."""

    def __post_init__(self) -> None:
        self._rng = Random(self.number)  # noqa: S311 - the same requests in every run

    def live(self) -> None:
        """Do all that people do, again and again until the time is over; once in any case."""
        doings = [self._look, self._book, self._write, self._read, self._hold]
        for turn in count(1):
            for do in doings:
                do(turn)
            if time.monotonic() >= self.until:
                return
            self._rng.shuffle(doings)

    def ask(self, kind: str, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        """The answer, which counts as wrong unless it is as expected."""
        return self._noted(kind, self._sent(method, path, body, key))

    def _sent(self, method: str, path: str, body: Any, key: str | None) -> Answer:
        """Over a connection of its own, so that one that is lost takes no other request with it."""
        headers = {"Authorization": self.token, "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        begun = time.monotonic()
        with closing(http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_WAITS)) as connection:
            try:
                connection.request(method, path, None if body is None else json.dumps(body), headers)
                answer = connection.getresponse()
                told = json.loads(answer.read() or b"null")
            except (OSError, http.client.HTTPException, ValueError) as lost:
                return Answer(NO_ANSWER, None, time.monotonic() - begun, type(lost).__name__)
        return Answer(answer.status, told, time.monotonic() - begun)

    def _noted(self, kind: str, answer: Answer) -> Answer:
        self.seconds.append(answer.seconds)
        self.statuses[answer.status] += 1
        expected = KINDS[kind]
        if answer.status == expected.success:
            self.succeeded[kind] += 1
        elif (answer.status, answer.code) != expected.refusal:
            self.wrong[f"{kind}: {answer.lost or f'{answer.status} {answer.code}'.rstrip()}"] += 1
        return answer

    def _look(self, _turn: int) -> None:
        self.ask("look", "GET", self._rng.choice(("/v1/profile", "/v1/plans", "/v1/payables", "/v1/appointments")))

    def _read(self, _turn: int) -> None:
        self.ask("read", "GET", _MESSAGES)

    def _hold(self, turn: int) -> None:
        self._give_back(turn)
        self._at_some_time(lambda at, key: self.ask("hold", "POST", "/v1/holds", self._slot(at), key), f"hold-{turn}")

    def _book(self, turn: int) -> None:
        def order(at: str, key: str) -> Answer:
            terms = {
                "setting": "virtual",
                "location": {"state": "NY"},
                "fee_policy": {"amount": 12500, "accepted": True},
            }
            return self._once("book", "/v1/appointments", {**self._slot(at), **terms}, key, turn)

        self._give_back(turn)
        made = self._at_some_time(order, f"book-{turn}")
        if made and made.status == KINDS["book"].success:
            self.booked.add(made.body["id"])

    def _write(self, turn: int) -> None:
        said = {"client_id": f"message-{turn:06}", "text": "Good morning."}
        if self._once("write", _MESSAGES, said, None, turn).status == KINDS["write"].success:
            self.sent.append(said["client_id"])

    def _give_back(self, turn: int) -> None:
        """So that there is always something to book, and the provider is new to this client."""
        for gone in sorted(self.booked):
            if self.ask("cancel", "DELETE", f"/v1/appointments/{gone}", key=f"cancel-{turn}-{gone}").status == 200:
                self.booked.remove(gone)

    def _at_some_time(self, ask: Callable[[str, str], Answer], key: str) -> Answer | None:
        """Ask for one of the next free times, and for another where somebody was faster."""
        answer = None
        for number in range(_TRIES):
            found = self.ask("find free times", "GET", f"/v1/providers/{self.provider['id']}/free-times?days=14")
            times = found.body["free_times"] if found.status == KINDS["find free times"].success else None
            if times:
                answer = ask(str(self._rng.choice(times[:12])["starts_at"]), f"{key}-{number}")
                if answer.status != _CONTESTED[0]:
                    break
        return answer

    def _slot(self, at: str) -> dict[str, Any]:
        return {"provider_id": self.provider["id"], "service": self.provider["first_service"], "starts_at": at}

    def _once(self, kind: str, path: str, body: Any, key: str | None, turn: int) -> Answer:
        """Send it, every other turn twice at the same moment: the same comes back, and it is there once."""
        if turn % 2 == 0:
            return self.ask(kind, "POST", path, body, key)
        with ThreadPoolExecutor(2) as at_once:
            sent = [at_once.submit(self._sent, "POST", path, body, key) for _ in range(2)]
        one, _ = answers = [self._noted(kind, each.result()) for each in sent]
        made = [each for each in answers if each.status == KINDS[kind].success]
        if len({each.status for each in answers} - {NO_ANSWER}) > 1 or len({_name(each.body) for each in made}) > 1:
            self.wrong[f"{kind}: one key, two answers"] += 1
        return made[0] if made else one


def _name(made: Any) -> Any:
    """Of an appointment its id, of a message its number."""
    return made.get("id", made.get("number"))


@dataclass(frozen=True)
class Load:
    """What came of it."""

    requests: int
    per_second: float
    p50: float
    """Seconds."""
    p99: float
    statuses: dict[int, int]
    wrong: list[str]
    """What was lost, is there twice, or otherwise does not hold."""


def run(*, quick: bool = False) -> Load:
    """Start the system beside this process, ask it for a while, and see what is there afterwards."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.town", str(CLIENTS)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as town:
        try:
            return _asked(town, QUICK_SECONDS if quick else SECONDS)
        finally:
            if town.stdin and not town.stdin.closed:
                town.stdin.close()


def _asked(town: "subprocess.Popen[str]", seconds: float) -> Load:
    there = json.loads(_line(town))
    begun = time.monotonic()
    [provider, *_] = there["providers"]
    clients = [
        Client(number, there["url"], token, provider, begun + seconds) for number, token in enumerate(there["tokens"])
    ]
    with ThreadPoolExecutor(len(clients)) as at_once:
        list(at_once.map(Client.live, clients))  # raises what one of them raised
    lasted = time.monotonic() - begun
    took = sorted(second for client in clients for second in client.seconds)
    statuses = sum((client.statuses for client in clients), Counter())
    wrong = [wrong for client in clients for wrong in _amiss(client)]
    assert town.stdin is not None  # noqa: S101 - it was asked for
    town.stdin.close()
    after = json.loads(_line(town))
    wrong += [*after["broken"], *(f"messages are left in {name}" for name in after["dead"])]
    return Load(
        requests=len(took),
        per_second=len(took) / lasted,
        p50=took[len(took) // 2],
        p99=took[int(len(took) * 0.99)],
        statuses=dict(sorted(statuses.items())),
        wrong=wrong,
    )


def _line(town: "subprocess.Popen[str]") -> str:
    assert town.stdout is not None  # noqa: S101 - it was asked for
    line = town.stdout.readline()
    if not line:
        raise RuntimeError("the local system did not start")
    return line


def _amiss(client: Client) -> Iterator[str]:
    """What a client was told and does not find, finds though it was never told, or never could do."""
    who = f"client {client.number}"
    appointments = client.ask("look", "GET", "/v1/appointments")
    if appointments.status == KINDS["look"].success:
        booked = {each["id"] for each in appointments.body["appointments"] if each["state"] == "booked"}
        if booked != client.booked:
            yield f"{who}: {len(client.booked)} appointments were confirmed, {len(booked)} are there"
    messages = client.ask("read", "GET", f"{_MESSAGES}?limit=1")
    if messages.status == KINDS["read"].success:
        last = max((each["number"] for each in messages.body["messages"]), default=0)
        if last != len(client.sent):
            yield f"{who}: {len(client.sent)} messages were confirmed, {last} are there"
    yield from (f"{who}: {times} × {what}" for what, times in sorted(client.wrong.items()))
    yield from (f"{who}: never could {kind}" for kind in KINDS if not client.succeeded[kind])
