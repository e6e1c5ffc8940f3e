"""`python -m bench [cold|warm|memory|sizes|calls|cost|load] [--quick]`: print figures; all at once are written down.

Ends with 1, and writes nothing down, when a budget is missed, when something was lost under load, or when the run is
void because even the bare handler beside itself came out uneven.
"""

import argparse
import sys
import time
from collections.abc import Sequence

from bench import calls, cold, cost, document, load, memory, sizes, warm
from bench.calls import Rows
from bench.cold import Cold
from bench.day import Day

Missed = list[str]


class Bench:
    """What was asked for, told as it comes."""

    def __init__(self, *, quick: bool) -> None:
        self._quick = quick
        self.sections: list[str] = []
        self.missed: Missed = []
        self._starts: Cold | None = None
        self._counted: dict[int, Rows] | None = None

    def cold(self, day: Day) -> None:
        found = self._started(day)
        self._tell(document.cold_starts(found))
        self.missed += [
            f"{figure.name}: {figure.cpu:.2f}, at most {figure.at_most}" for figure in found.figures if not figure.kept
        ]

    def warm(self, day: Day) -> None:
        self._tell(document.warm_calls(warm.run(day, quick=self._quick)))

    def memory(self, day: Day) -> None:
        self._tell(document.peaks(memory.of(self._started(day))))

    def sizes(self) -> None:
        found = sizes.run()
        self._tell(document.bundle_sizes(found))
        self.missed += found.missed

    def calls(self) -> None:
        found = self._count()
        self._tell(document.counts(found))
        self.missed += calls.grown(found)

    def cost(self) -> None:
        *_, fullest = self._count().values()
        self._tell(document.costs(cost.work_out(fullest)))

    def load(self) -> None:
        found = load.run(quick=self._quick)
        self._tell(document.loads(found))
        self.missed += found.wrong

    def _started(self, day: Day) -> Cold:
        if self._starts is None:
            self._starts = cold.run(day, quick=self._quick)
            if not self._starts.counts:
                ratio, (least, most) = self._starts.control.cpu, cold.CONTROL
                self.missed.append(
                    f"the control: the bare handler beside itself came to {ratio:.2f}, not {least} to {most}; "
                    "the run is void, the machine was too busy"
                )
        return self._starts

    def _count(self) -> dict[int, Rows]:
        if self._counted is None:
            self._counted = calls.run(quick=self._quick)
        return self._counted

    def _tell(self, section: str) -> None:
        self.sections.append(section)
        print(f"{section}\n", flush=True)


_OF_A_DAY, _OF_THEIR_OWN = ("cold", "warm", "memory"), ("sizes", "calls", "cost", "load")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What it costs.")
    parser.add_argument("what", nargs="*", choices=[*_OF_A_DAY, *_OF_THEIR_OWN, []], help="all, if none is named")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a first look; nothing is written down")
    asked = parser.parse_args(arguments)
    wanted = asked.what or [*_OF_A_DAY, *_OF_THEIR_OWN]
    begun, bench = time.monotonic(), Bench(quick=asked.quick)
    if days := [getattr(bench, name) for name in _OF_A_DAY if name in wanted]:
        with Day.lived(cold.wanted()) as day:
            for measure in days:
                measure(day)
    for name in (name for name in _OF_THEIR_OWN if name in wanted):
        getattr(bench, name)()
    if not asked.what and not asked.quick and not bench.missed:
        document.write(bench.sections)
    print(f"In {time.monotonic() - begun:.0f} seconds.")
    for missed in bench.missed:
        print(f"MISSED {missed}", file=sys.stderr)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
