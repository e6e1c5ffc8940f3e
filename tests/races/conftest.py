"""Races run on the local engine, which is atomic as DynamoDB is; each racer has connections of its own."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import copy_context
from types import MappingProxyType

import boto3
import pytest

from functions.shared import aws
from functions.shared import transact as transacting
from functions.shared.settings import environment
from infra.synth import template as synthesised
from local.engine import engine
from local.resources import tables
from local.template import Template
from tests.worlds.fixtures import world

__all__ = ["world"]

_SETTINGS = ("Keys", "Outbox", "Eligibility", "Notifications", "Scheduling", "Payments", "Care")


@pytest.fixture(scope="session")
def engine_url():
    with engine() as running:
        yield running.url


@pytest.fixture(scope="session")
def table_names(engine_url):
    made = tables(Template(synthesised()), boto3.client("dynamodb", endpoint_url=engine_url))
    return {f"{name.upper()}_TABLE": made[f"{name}Table"] for name in _SETTINGS}


@pytest.fixture
def engine_tables(monkeypatch, engine_url, table_names):
    """The template's tables on the engine, in the settings of whoever runs in this test."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", engine_url)
    token = environment.set(table_names)
    yield table_names
    environment.reset(token)


@pytest.fixture(scope="session")
def own_clients():
    """A client for each racer, by number, made when that one runs first: to make one takes longer than most races."""
    return defaultdict(lambda: aws.client("dynamodb"))


@pytest.fixture
def race(engine_tables, own_clients):
    """Run callables at the same instant, each with clients of its own; their results or exceptions, in order.

    What is `beside` DynamoDB they share.
    """

    def run(racers: list[Callable[[], object]], beside: Mapping[str, object] = MappingProxyType({})) -> list[object]:
        results: list[object] = [None] * len(racers)
        start = threading.Barrier(len(racers))

        def racer(number: int) -> None:
            aws.clients.set(dict(beside))
            own = own_clients[number]
            aws.clients.set({**beside, "dynamodb": own})
            start.wait()
            try:
                results[number] = racers[number]()
            except Exception as error:  # noqa: BLE001 - the outcome of a racer may be an error
                results[number] = error

        threads = [threading.Thread(target=copy_context().run, args=(racer, n)) for n in range(len(racers))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


@pytest.fixture
def all_read_first(monkeypatch):
    """Let so many racers read before any of them writes: each decides on what was there before all of them."""

    def meet(number: int) -> None:
        barrier, here, read = threading.Barrier(number), threading.local(), transacting.read

        def read_and_wait(keys):
            found = read(keys)
            if not getattr(here, "met", False):
                here.met = True
                barrier.wait(timeout=60)
            return found

        monkeypatch.setattr(transacting, "read", read_and_wait)

    return meet
