"""The figures as they stand in docs/performance.md, between two marks; of the machine they name the size alone."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import calls, cold, cost, load, memory, prices, sizes, warm
from infra.bundles import LARGEST_ZIP

PLACE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGINS, ENDS = "<!-- figures: begin -->", "<!-- figures: end -->"


def write(sections: Iterable[str]) -> None:
    """Put the sections between the marks, with when and on what they were measured; LookupError without marks."""
    text = PLACE.read_text(encoding="utf-8")
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise LookupError(f"{PLACE.name} has no place for figures: {BEGINS} … {ENDS}")
    where = f"Measured on {datetime.now(UTC):%Y-%m-%d}: Python {platform.python_version()}, {os.cpu_count()} cores."
    body = "\n\n".join([BEGINS, where, *sections, ENDS])
    PLACE.write_text(f"{before}{body}{after}", encoding="utf-8")


def cold_starts(found: cold.Cold) -> str:
    """Init and first call."""
    rows = [
        (figure.name, _ratio(figure.cpu), _ratio(figure.wall), _ratio(figure.at_most) if figure.at_most else "")
        for figure in found.figures
    ]
    least, most = (_ratio(bound) for bound in cold.CONTROL)
    control = ("(the bare handler beside itself)", _ratio(found.control.cpu), _ratio(found.control.wall), "")
    told = (
        f"{_ratio(cold.HTTP)} holds for the plain first call of an HTTP function, {_ratio(cold.JOB)} for what a "
        f"schedule starts, {_ratio(cold.CALLS_STRIPE)} for a call that loads Stripe's library. Dearer first calls have "
        f"limits of their own: {'; '.join(_dearer())}. Sign-ins and what takes in events have none. Where the bare "
        f"handler beside itself is not between {least} and {most}, the run is void."
    )
    return _section(
        "### Init and first call, as a ratio to a bare boto3 get",
        told,
        _table(("function", "processor time", "time", "at most"), [*rows, control]),
    )


def warm_calls(found: Sequence[warm.Figure]) -> str:
    """A warm call."""
    rows = [(each.name, _ratio(each.wall), _ratio(each.cpu), f"{each.microseconds:,.0f}") for each in found]
    head = ("function", "time", "processor", "µs of the processor here")
    return _section("### A warm call, as a ratio to a warm bare get", _table(head, rows))


def peaks(found: memory.Figures) -> str:
    """Memory."""
    rows = [(name, _ratio(value)) for name, value in found.items()]
    return _section("### Peak memory, as a ratio to the bare handler", _table(("function", "memory"), rows))


def bundle_sizes(found: sizes.Sizes) -> str:
    """Zips."""
    rows = [(each.name, f"{each.zipped / 1e6:.1f}", f"{each.unpacked / 1e6:.1f}") for each in found.sizes]
    told = f"With byte code, as deployed. A zip has at most {found.at_most / 1e6:.0f} MB."
    if found.without:
        told = (
            f"{found.without} What is deployed is some 60 % larger, so here a zip has at most "
            f"{found.at_most / 1e6:.0f} MB instead of {LARGEST_ZIP / 1e6:.0f}."
        )
    return _section("### Bundles for Lambda, in MB", told, _table(("function", "zip", "unpacked"), rows))


def counts(found: dict[int, calls.Rows]) -> str:
    """Calls, items, capacity, by how much there is."""
    head = ("request", *(f"{number:,} items of others" for number in found))
    names = next(iter(found.values()))
    rows = [(name, *(_counted(found[number][name].own) for number in found)) for name in names]
    told = (
        "Each cell: calls; items read, written, checked; read and write units of capacity. The own past is read "
        "whole. What members share grows "
        "along: the directory, by one listing for a hundred items until there are 400 more; the pages of the provider "
        "who is booked, until those ahead are full; the provider's calendar, the coach's conversations, outbox, audit."
    )
    return _section("### Calls, items and capacity, while the tables fill", told, _table(head, rows))


def costs(found: cost.Cost) -> str:
    """Dollars."""
    rows = [(name, f"{amount:,.2f}", f"{dollars:.4f}") for name, (amount, dollars) in found.parts.items()]
    rows.append(("in all", "", f"**{found.dollars:.2f}**"))
    asked = ", ".join(f"{times:g} {operation}" for operation, times in cost.MIX.items())
    told = (
        f"Computed, not measured at AWS: from the counts above where there is most, and from assumptions that stand in "
        f"`bench/cost.py`. For one booking: {asked}; e-mails: {cost.MAILS:g}. Prices: {prices.OF} (`bench/prices.py`). "
        "Without what costs the same when nobody books: alarms, keys, the firewall's monthly fee, sweeps, backups, "
        "storage."
    )
    head = ("1,000 bookings", "amount", "US dollars")
    return _section("### What 1,000 bookings cost", told, _table(head, rows))


def loads(found: load.Load) -> str:
    """The local system under load."""
    answers = ", ".join(f"{count} × {status or 'none'}" for status, count in found.statuses.items())
    rows = [
        ("clients at once", str(load.CLIENTS)),
        ("requests", f"{found.requests:,}"),
        ("requests per second", f"{found.per_second:.0f}"),
        ("p50, ms", f"{found.p50 * 1000:.0f}"),
        ("p99, ms", f"{found.p99 * 1000:.0f}"),
        ("answers", answers),
        ("lost, double, or otherwise wrong", "; ".join(found.wrong) or "nothing"),
    ]
    told = "One worker answers all of them, one after the other, so this is the local system, not Lambda."
    return _section("### The local system under load", told, _table(("", ""), rows))


def _counted(each: calls.Counted) -> str:
    items = f"{each.read}, {each.written}, {each.checked}"
    return f"{len(each.calls)}; {items}; {each.read_units:g} r, {each.write_units:g} w"


def _dearer() -> list[str]:
    return [f"{name} {_ratio(cold.LIMITS[name])}" for name in cold.MORE]


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _section(*parts: str) -> str:
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
