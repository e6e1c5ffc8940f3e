"""`python -m local.stripe`: the stand-in alone, until Ctrl-C."""

import sys

from local.deliveries import post
from local.stand_in import given, options, run
from local.stripe.cards import CARDS
from local.stripe.server import WEBHOOK_SECRET, StripeStandIn, start


def main() -> int:
    """Run until interrupted; 1 when the port is taken."""
    parser = options("local.stripe", "A Stripe that answers on 127.0.0.1.", port=8790)
    parser.add_argument(
        "--webhook-url", help="where events go as they happen (default: they wait for /_stripe/deliver)"
    )
    parser.add_argument("--webhook-secret", default=WEBHOOK_SECRET, help="what they are signed with")
    told = parser.parse_args()

    def begin() -> StripeStandIn:
        return start(
            told.port,
            given(told.key),
            webhook_secret=given(told.webhook_secret),
            webhook_url=given(told.webhook_url),
            send=post if told.webhook_url else None,
        )

    return run(begin, told.port, f"Stripe stand-in with {len(CARDS)} cases (local/stripe/README.md)")


if __name__ == "__main__":
    sys.exit(main())
