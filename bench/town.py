"""The local system in a process of its own, with people who have settled in; for `load`.

It writes a line of JSON when it can be asked over HTTP, and another, with what does not hold, once its input ends.
"""

import json
import sys
from datetime import UTC, datetime, timedelta

from local.simulation.invariants import ALWAYS, AT_REST, broken
from local.simulation.people import Member
from local.simulation.state import State
from local.system import System

_BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_REST = timedelta(hours=8)
_SEARCH = "/v1/providers?kind=therapist&state=NY&plan_id=cedar-ppo"


def main(people: int) -> None:
    with System.start(seed=17, at=_BEGINS) as system:
        members = [Member.new(system) for _ in range(people)]
        for member in members:
            member.settle_in()
            member.ask("POST", "/v1/passes", {})
        providers = members[0].ask("GET", _SEARCH).json()["providers"]
        _tell({"url": system.url, "tokens": [member.token for member in members], "providers": providers})
        sys.stdin.read()
        system.turn(_REST)
        dead = [queue["name"] for queue in system.queues() if queue["messages"]]
        _tell({"broken": broken(State.of_system(system), (*ALWAYS, *AT_REST)), "dead": dead})


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


main(int(sys.argv[1]))
