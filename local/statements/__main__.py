"""`python -m local.statements`: the stand-in alone, until Ctrl-C."""

import sys

from local.stand_in import given, options, run
from local.statements.cases import CASES
from local.statements.server import SECRET, StatementTool, start


def main() -> int:
    """Run until interrupted; 1 when the port is taken."""
    parser = options("local.statements", "A statement tool on 127.0.0.1. Its key signs both ways.", port=8791)
    parser.add_argument("--webhook-url", help="where events go when /_statements/deliver is asked to")
    told = parser.parse_args()

    def begin() -> StatementTool:
        return start(told.port, secret=given(told.key or SECRET), webhook_url=given(told.webhook_url))

    return run(begin, told.port, f"Statement tool with {len(CASES)} cases (local/statements/README.md)")


if __name__ == "__main__":
    sys.exit(main())
