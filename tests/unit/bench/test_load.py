"""Whatever is lost, refused or double under load is said, and so is what never succeeded."""

import io
import json
import threading
from itertools import count
from types import SimpleNamespace

import pytest

from bench import load
from local.stand_in import StandIn, as_json

APPOINTMENTS, MESSAGES = "/v1/appointments", "/v1/conversations/coaching/messages"
SLOTS = [{"starts_at": f"2026-11-24T{hour:02}:00:00Z"} for hour in range(8, 20)]


class Practice(StandIn):
    """As much of the API as a client asks; for everything else that it does, see `amiss`."""

    def __init__(self, amiss=lambda method, path: None):
        self.amiss = amiss
        self.appointments, self.messages, self.keys = {}, {}, {}
        self._numbers, self._turn = count(), threading.Lock()
        super().__init__()

    def reply(self, method, target, headers, body):
        with self._turn:
            path, who = target.partition("?")[0], headers["authorization"]
            asked = json.loads(body) if body else {}
            happens = self.amiss(method, path)
            if happens == "dropped":
                return None
            if happens == "refused":
                return as_json(429, {"code": "too_many"})
            key = headers.get("idempotency-key") or asked.get("client_id")
            if method != "POST" or (who, path, key) not in self.keys or happens == "doubled":
                self.keys[who, path, key] = self.answer(method, path, who, asked)
            return None if happens == "lost" else self.keys[who, path, key]

    def answer(self, method, path, who, asked):
        booked, sent = self.appointments.setdefault(who, {}), self.messages.setdefault(who, [])
        if path.endswith("/free-times"):
            return as_json(200, {"free_times": SLOTS})
        if method == "DELETE":
            booked[path.rpartition("/")[2]]["state"] = "cancelled"
        elif method == "POST" and path == APPOINTMENTS:
            made = {"id": f"apt_{next(self._numbers)}", "state": "booked"}
            booked[made["id"]] = made
            return as_json(201, made)
        elif method == "POST" and path == MESSAGES:
            sent.append({"number": len(sent) + 1})
            return as_json(201, sent[-1])
        elif method == "POST":
            return as_json(201, {})
        return as_json(200, {"appointments": list(booked.values()), "messages": sent[-1:]})


@pytest.fixture
def found():
    """What a load comes to that lets each of two clients do everything once."""

    def asked(amiss=lambda method, path: None):
        with Practice(amiss) as practice:
            there = {"url": practice.url, "tokens": ["one", "two"], "providers": [{"id": "prv", "first_service": "t"}]}
            after = {"broken": [], "dead": []}
            lines = io.StringIO(f"{json.dumps(there)}\n{json.dumps(after)}\n")
            return load._asked(SimpleNamespace(stdin=io.StringIO(), stdout=lines), 0)

    return asked


def posts_to(there, happens):
    return lambda method, path: happens if method == "POST" and path == there else None


def test_nothing_is_wrong_where_all_is_well(found):
    told = found()
    assert told.wrong == []
    assert told.statuses.keys() == {200, 201}


def test_a_connection_that_is_lost_is_counted_as_wrong_and_the_client_goes_on(found):
    untouched, first = found(), iter(["dropped"])
    told = found(lambda method, path: next(first, None) if (method, path) == ("GET", MESSAGES) else None)
    assert told.requests == untouched.requests
    assert told.statuses == untouched.statuses | {200: untouched.statuses[200] - 1, load.NO_ANSWER: 1}
    assert [wrong.partition(": ")[2] for wrong in told.wrong] == ["1 × read: RemoteDisconnected"]


def test_what_was_carried_out_and_never_confirmed_is_found(found):
    told = found(posts_to(MESSAGES, "lost"))
    assert "client 0: 0 messages were confirmed, 1 are there" in told.wrong
    assert "client 1: never could write" in told.wrong


def test_an_api_that_refuses_everything_is_not_well(found):
    told = found(lambda method, path: "refused" if method == "POST" else None)
    assert "client 0: 2 × write: 429 too_many" in told.wrong
    assert {f"client 1: never could {kind}" for kind in ("hold", "book", "cancel", "write")} <= set(told.wrong)


def test_a_refusal_is_expected_only_for_its_reason(found):
    class Busy(Practice):
        def answer(self, method, path, who, asked):
            if path == APPOINTMENTS and method == "POST":
                return as_json(409, {"code": self.code})
            return super().answer(method, path, who, asked)

    for code, said in (("slot_taken", False), ("stale", True)):
        Busy.code = code
        with Busy() as practice:
            client = load.Client(0, practice.url, "one", {"id": "prv", "first_service": "t"}, 0)
            client.live()
        assert bool(client.wrong) == said


@pytest.mark.parametrize(("path", "kind"), [(APPOINTMENTS, "book"), (MESSAGES, "write")])
def test_what_is_carried_out_twice_under_one_key_is_said(found, path, kind):
    told = found(posts_to(path, "doubled"))
    assert f"client 0: 1 × {kind}: one key, two answers" in told.wrong
    assert [wrong for wrong in told.wrong if "confirmed" in wrong and "client 1" in wrong]


def test_the_two_of_a_pair_are_on_their_way_at_the_same_time(found):
    both = threading.Barrier(2, timeout=20)

    class Patient(Practice):
        def reply(self, method, target, headers, body):
            if method == "POST" and target == MESSAGES:
                both.wait()
            return super().reply(method, target, headers, body)

    with Patient() as practice:
        client = load.Client(0, practice.url, "one", {"id": "prv", "first_service": "t"}, 0)
        client.live()
    assert client.wrong == {}
    assert client.sent == ["message-000001"]


def test_what_breaks_a_client_breaks_the_run(found, monkeypatch):
    monkeypatch.setattr(load.Client, "_look", lambda client, turn: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        found()
