"""What other domains say that a member owes: a late fee (scheduling), the price of a pass (eligibility)."""

from datetime import datetime

from functions.eligibility.contract import PassPrice, pass_price_key
from functions.eligibility.contract import pass_price as price_of_coverage
from functions.payments.problems import CoverageRequired
from functions.payments.rules import covers
from functions.scheduling.contract import FeeNow, FeesAhead, FeeState, fees_ahead, fees_ahead_key
from functions.scheduling.contract import fee_of as late_fee
from functions.shared.ids import MemberId
from functions.shared.money import Cents
from functions.shared.table import Check, Found

__all__ = [
    "FeeNow",
    "FeeState",
    "FeesAhead",
    "fees_ahead",
    "fees_ahead_key",
    "late_fee",
    "pass_price",
    "pass_price_key",
]


def pass_price(member: MemberId, found: Found, now: datetime) -> tuple[Cents | None, Check]:
    """What a pass costs the member by their plan, and the condition that it is still so; None where it offers none.

    Raises CoverageRequired where nothing covers them today.
    """
    seen = price_of_coverage(member, found)
    quoted: PassPrice | None = seen.value
    if quoted is None or not covers(quoted.begins, quoted.ends, now):
        raise CoverageRequired
    return quoted.price, seen.unchanged
