"""`python -m local.stripe`: the stand-in alone, until Ctrl-C."""

import argparse
import sys
import threading

from local.stripe.cards import CARDS
from local.stripe.server import WEBHOOK_SECRET, start
from local.stripe.webhooks import post


def main() -> int:
    """Run until interrupted; 1 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m local.stripe", description="A Stripe that answers on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8790, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--key", help="the secret API key that must be sent (default: any)")
    parser.add_argument(
        "--webhook-url", help="where events go as they happen (default: they wait for /_stripe/deliver)"
    )
    parser.add_argument("--webhook-secret", default=WEBHOOK_SECRET, help="what they are signed with")
    options = parser.parse_args()
    key: str | None = options.key
    url: str | None = options.webhook_url
    try:
        stand_in = start(
            options.port,
            api_key=(lambda: key) if key is not None else None,
            webhook_secret=lambda: options.webhook_secret,
            webhook_url=(lambda: url) if url is not None else None,
            send=post if url is not None else None,
        )
    except OSError as error:
        print(f"Port {options.port} of 127.0.0.1 cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    with stand_in:
        print(f"Stripe stand-in: {stand_in.url}, {len(CARDS)} cards (local/stripe/README.md). Ctrl-C stops it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
