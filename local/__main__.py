"""`python -m local`: start everything, serve it on 127.0.0.1:8787, and leave nothing behind on Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from infra.synth import SynthesisError
from local import state
from local.errors import SetupError
from local.system import System

PORT = 8787
_OURS = ("dynamodb.sqlite", "dynamodb.sqlite-shm", "dynamodb.sqlite-wal", state.FILE, f"{state.FILE}.new")


def main() -> int:
    """Run until told to stop; returns the exit code."""
    asked = _arguments()
    console = Console(highlight=False)
    stopping = threading.Event()
    _stop_on_signals(stopping)
    data = Path(asked.data) if asked.data else None
    try:
        if asked.reset and data:
            _reset(data)
        with console.status("Starting …"):
            system = System.start(seed=asked.seed, live=True, data=data, port=asked.port)
    except (SetupError, SynthesisError) as error:
        Console(stderr=True, highlight=False).print(f"[bold red]Cannot start:[/] {error}", soft_wrap=True)
        return 1
    with system:
        _welcome(console, system, data)
        stopping.wait()
        console.print("\nStopping …")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="The whole system on this machine.")
    environment = os.environ
    parser.add_argument("--port", type=int, default=int(environment.get("PORT") or PORT), help="also PORT")
    parser.add_argument("--seed", type=int, default=int(environment.get("SEED") or 0), help="also SEED")
    parser.add_argument("--data", default=environment.get("DATA"), help="folder that keeps everything; also DATA")
    reset = environment.get("RESET", "") not in ("", "0")
    parser.add_argument("--reset", action="store_true", default=reset, help="empty that folder first; also RESET=1")
    return parser.parse_args()


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _reset(folder: Path) -> None:
    """Remove what this system keeps in `folder`, and nothing else."""
    for name in _OURS:
        (folder / name).unlink(missing_ok=True)


def _welcome(console: Console, system: System, data: Path | None) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("API", f"[cyan]{system.url}/v1/plans[/]")
    table.add_row("Look", f"[cyan]{system.url}/_local/[/]  mail, clock, events, queues, tokens")
    table.add_row("Docs", f"[cyan]{system.url}/_local/docs[/]  the API explained")
    table.add_row("Payer", f"[cyan]{system.payer.url}[/]")
    table.add_row("Stripe", f"[cyan]{system.stripe.url}[/]")
    table.add_row("Statements", f"[cyan]{system.statements.url}[/]")
    table.add_row("Data", str(data) if data else "in memory; DATA=folder keeps it")
    console.print("\n[bold green]Careway is running.[/] Ctrl-C stops everything.\n")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
