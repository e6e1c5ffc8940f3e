"""`python -m local.payer`: the stand-in alone, until Ctrl-C."""

import argparse
import sys
import threading

from local.payer.cases import CASES
from local.payer.server import start


def main() -> int:
    """Run until interrupted; 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m local.payer", description="A payer that answers on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8789, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--key", help="the API key that askers must send (default: any)")
    options = parser.parse_args()
    key: str | None = options.key
    try:
        payer = start(options.port, (lambda: key) if key is not None else None)
    except OSError as error:
        print(f"Port {options.port} of 127.0.0.1 cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    with payer:
        print(f"Payer stand-in: {payer.url}, {len(CASES)} cases (local/payer/README.md). Ctrl-C stops it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
