"""A process that has just been started, as Lambda starts one: import a handler, call it, say what that took.

It is run by its path with nothing else on its path than what it is told, and reads what to do from its input:
`paths`, `handler`, `at` (what the clock says; none for the machine's), and `events`: the first is the first call, the
others follow while the process is warm.
"""

import importlib
import json
import os
import resource
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any


class Context:
    """As much of Lambda's context as the functions look at."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "bare")
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:fresh"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 15_000


def main() -> None:
    asked = json.load(sys.stdin)
    module, _, name = asked["handler"].rpartition(".")
    sys.path[:0] = asked["paths"]
    first, *others = asked["events"]
    wall, cpu = time.perf_counter(), time.process_time()
    handler = getattr(importlib.import_module(module), name)
    if asked["at"]:
        at = datetime.fromisoformat(asked["at"])
        sys.modules["functions.shared.clock"].follow(lambda: at)
    ready = time.perf_counter()
    answer = handler(first, Context())
    told: dict[str, Any] = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "init": ready - wall,
        "answer": answer,
        "stripe": "stripe" in sys.modules,
        "warm": [_timed(handler, event) for event in others],
        "modules": len(sys.modules),
    }
    told["peak"] = _peak()
    print("\n" + json.dumps(told))


def _peak() -> int:
    """In KB. What Linux says in getrusage may still be the peak of the process that started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _timed(handler: Any, event: Any) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = handler(event, Context())
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "answer": answer}


main()
