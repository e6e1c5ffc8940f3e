"""The way to Stripe. Its library is loaded by the first request that calls Stripe: most never do."""

from typing import TYPE_CHECKING, NamedTuple

from functions.shared.ids import MemberId, PayableId

if TYPE_CHECKING:
    from functions.payments.stripe_gateway import Stripe

IN_ALL_SECONDS = 20
"""What an operation gives Stripe in all: no call is begun that might end later. API Gateway waits for 29 seconds."""


class For(NamedTuple):
    """What a payment is for: ids of ours that say nothing, and all that Stripe is told (D3)."""

    member: MemberId
    payable: PayableId

    @property
    def noted(self) -> dict[str, str]:
        """As Stripe's metadata."""
        return {"member_id": self.member, "payable_id": self.payable}


def stripe_account(in_all_seconds: float = IN_ALL_SECONDS) -> "Stripe":
    """The Stripe account of this deployment with the current key, made once per process.

    From now on it has so many seconds, for whatever is asked of it by the same event or request.
    """
    from functions.payments.stripe_gateway import account  # noqa: PLC0415 - a quarter of a function's start

    return account(in_all_seconds)
