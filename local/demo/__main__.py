"""`python -m local.demo`: start everything, drive the journey, print what was asked and what came back."""

import json
import sys
import time
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.syntax import Syntax

from infra.synth import SynthesisError
from local.demo.journey import Journey
from local.demo.visitor import JourneyBroken, Reply
from local.demo.year import Year
from local.errors import SetupError
from local.system import System

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_LONGEST = 24
_CODED = {"token": 16, "certificate": 64}
"""What no person reads, and how much of it is shown."""


def main() -> int:
    """Drive the journey; the exit code says whether every step held."""
    console = Console(highlight=False)
    begun = time.monotonic()
    try:
        with console.status("Starting …"):
            system = System.start(seed=1, at=BEGINS)
    except (SetupError, SynthesisError) as error:
        Console(stderr=True, highlight=False).print(f"[bold red]Cannot start:[/] {error}", soft_wrap=True)
        return 1
    with system:
        told = partial(_tell, console)
        steps = chain(Journey(system.url, told).steps(), Year(system.url, told).steps())
        try:
            for number, (title, take) in enumerate(steps, 1):
                console.print(Panel(f"[bold]{number}. {title}[/]", border_style="cyan", expand=False))
                take()
        except JourneyBroken as broken:
            console.print(f"[bold red]It broke:[/] {broken}", soft_wrap=True)
            return 1
    console.print(f"[bold green]Every step held[/], in {time.monotonic() - begun:.0f} seconds.")
    return 0


def _tell(console: Console, method: str, path: str, body: Any, reply: Reply) -> None:
    colour = "green" if reply.status < 400 else "yellow"
    console.print(f"[bold]{method}[/] {path}")
    if body is not None:
        console.print(Syntax(json.dumps(body, ensure_ascii=False), "json", word_wrap=True, background_color="default"))
    console.print(f"[{colour}]→ {reply.status}[/]")
    shown = _short(reply.body).splitlines()
    text = "\n".join(shown[:_LONGEST] + (["…"] if len(shown) > _LONGEST else []))
    console.print(Syntax(text, "json", word_wrap=True, background_color="default"))
    console.print()


def _short(body: Any) -> str:
    """The answer as a person reads it: no whole token or signature, no HTML source."""
    if isinstance(body, dict):
        body = {name: _cut(value, _CODED[name]) if name in _CODED else value for name, value in body.items()}
    if isinstance(body, list):
        body = [
            {k: v for k, v in item.items() if k != "html"} if isinstance(item, dict) else item for item in body[-2:]
        ]
    return json.dumps(body, indent=2, ensure_ascii=False)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


if __name__ == "__main__":
    sys.exit(main())
