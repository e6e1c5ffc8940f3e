"""`python -m local.payer`: the stand-in alone, until Ctrl-C."""

import sys

from local.payer.cases import CASES
from local.payer.server import start
from local.stand_in import given, options, run


def main() -> int:
    """Run until interrupted; 1 when the port is taken."""
    told = options("local.payer", "A payer that answers on 127.0.0.1.", port=8789).parse_args()
    called = f"Payer stand-in with {len(CASES)} cases (local/payer/README.md)"
    return run(lambda: start(told.port, given(told.key)), told.port, called)


if __name__ == "__main__":
    sys.exit(main())
