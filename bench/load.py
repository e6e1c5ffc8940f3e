"""The local system under load: several members at once, over HTTP on this machine, for a bounded while.

It says nothing of Lambda, which runs each request in a process of its own: here one worker answers all. It says that
nothing is lost and nothing is there twice while many ask at once, and how the answers are spread.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

CLIENTS, SECONDS, QUICK_SECONDS = 8, 20.0, 5.0
_ROOT = Path(__file__).resolve().parent.parent
_MESSAGES = "/v1/conversations/coaching/messages"
_WAITS = 60.0


@dataclass
class Client:
    """A member with an app: looks, holds, books, writes; a booking or message is sometimes sent twice, as by a tap."""

    number: int
    url: str
    token: str
    provider: dict[str, Any]
    until: float
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    booked: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """What was sent twice and got two answers."""

    def __post_init__(self) -> None:
        self._rng = Random(self.number)  # noqa: S311 - the same requests in every run
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_WAITS)

    def live(self) -> None:
        """Do what people do, until the time is over."""
        doings = (self._look, self._look, self._hold, self._book, self._write, self._read)
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            self._rng.choice(doings)(turn)

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """Status and answer."""
        headers = {"Authorization": self.token, "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        begun = time.monotonic()
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        self.seconds.append(time.monotonic() - begun)
        self.statuses[answer.status] += 1
        return answer.status, json.loads(text) if text else None

    def _free(self) -> str | None:
        _, found = self.ask("GET", f"/v1/providers/{self.provider['id']}/free-times?days=14")
        times = found.get("free_times", [])
        return str(self._rng.choice(times[:12])["starts_at"]) if times else None

    def _look(self, _turn: int) -> None:
        self.ask("GET", self._rng.choice(("/v1/profile", "/v1/plans", "/v1/payables", "/v1/appointments")))

    def _read(self, _turn: int) -> None:
        self.ask("GET", _MESSAGES)

    def _hold(self, turn: int) -> None:
        if at := self._free():
            wanted = {"provider_id": self.provider["id"], "service": self.provider["first_service"], "starts_at": at}
            self.ask("POST", "/v1/holds", wanted, f"hold-{turn}")

    def _book(self, turn: int) -> None:
        """Books, and gives it back the next time, so that there is always something to book."""
        if self.booked:
            gone = self.booked.pop()
            self.ask("DELETE", f"/v1/appointments/{gone}", key=f"cancel-{turn}")
        at = self._free()
        if at is None:
            return
        order = {
            "provider_id": self.provider["id"],
            "service": self.provider["first_service"],
            "setting": "virtual",
            "starts_at": at,
            "location": {"state": "NY"},
            "fee_policy": {"amount": 12500, "accepted": True},
        }
        self._once("/v1/appointments", order, f"book-{turn}", self.booked.add)

    def _write(self, turn: int) -> None:
        said = {"client_id": f"message-{turn:06}", "text": "Good morning."}
        self._once(_MESSAGES, said, None, self.sent.append)

    def _once(self, path: str, body: Any, key: str | None, keep: Any) -> None:
        """Send it once or twice: the same comes back, and it is there once."""
        status, made = self.ask("POST", path, body, key)
        if status != 201:
            return
        keep(made["id"] if key else body["client_id"])
        if self._rng.random() < 0.3:
            _, again = self.ask("POST", path, body, key)
            if again.get("id", again.get("number")) != made.get("id", made.get("number")):
                self.twice.append(path)


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
    until = time.monotonic() + seconds
    [provider, *_] = there["providers"]
    clients = [Client(number, there["url"], token, provider, until) for number, token in enumerate(there["tokens"])]
    begun = time.monotonic()
    threads = [threading.Thread(target=client.live) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.monotonic() - begun
    took = sorted(second for client in clients for second in client.seconds)
    statuses = sum((client.statuses for client in clients), Counter())
    wrong = [wrong for client in clients for wrong in _amiss(client)]
    assert town.stdin is not None  # noqa: S101 - it was asked for
    town.stdin.close()
    after = json.loads(_line(town))
    wrong += [*after["broken"], *(f"messages are left in {name}" for name in after["dead"])]
    wrong += [f"{count} answers with {status}" for status, count in statuses.items() if status >= 500]
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


def _amiss(client: Client) -> list[str]:
    """What a client was told and does not find, or finds though it was never told."""
    who = f"client {client.number}"
    _, found = client.ask("GET", "/v1/appointments")
    booked = {each["id"] for each in found["appointments"] if each["state"] == "booked"}
    wrong = [f"{who}: {path} was carried out twice" for path in client.twice]
    if booked != client.booked:
        wrong.append(f"{who}: {len(client.booked)} appointments were confirmed, {len(booked)} are there")
    _, team = client.ask("GET", f"{_MESSAGES}?limit=1")
    last = max((each["number"] for each in team["messages"]), default=0)
    if last != len(client.sent):
        wrong.append(f"{who}: {len(client.sent)} messages were confirmed, {last} are there")
    return wrong
