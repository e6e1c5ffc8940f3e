"""What other domains say that a member owes: a late fee (scheduling), the price of a pass (eligibility).

They are loaded by the first request that asks them: most, such as looking at what is paid, never do.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from functions.payments.problems import CoverageRequired
from functions.payments.rules import covers
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.money import Cents
from functions.shared.table import Check, Found, Key, Seen

if TYPE_CHECKING:
    from functions.scheduling.contract import FeeNow, FeesAhead


def late_fee(member: MemberId, appointment: AppointmentId) -> "FeeNow | None":
    """The fee that a member owes for an appointment, or was spared; None where there is none. One read."""
    from functions.scheduling import contract as scheduling  # noqa: PLC0415 - see above

    return scheduling.fee_of(member, appointment)


def is_waived(fee: "FeeNow") -> bool:
    """Whether the member is spared it."""
    from functions.scheduling import contract as scheduling  # noqa: PLC0415 - see above

    return fee.state is scheduling.FeeState.WAIVED


def fees_ahead_key(member: MemberId) -> Key:
    """What is read along with a decision on `fees_ahead`."""
    from functions.scheduling import contract as scheduling  # noqa: PLC0415 - see above

    return scheduling.fees_ahead_key(member)


def fees_ahead(member: MemberId, found: Found, now: datetime) -> "Seen[FeesAhead]":
    """The late fees that a member may still have to pay, and the condition that nothing has been booked since."""
    from functions.scheduling import contract as scheduling  # noqa: PLC0415 - see above

    return scheduling.fees_ahead(member, found, now)


def pass_price_key(member: MemberId) -> Key:
    """What `pass_price` needs to be read."""
    from functions.eligibility import contract as eligibility  # noqa: PLC0415 - see above

    return eligibility.pass_price_key(member)


def pass_price(member: MemberId, found: Found, now: datetime) -> tuple[Cents | None, Check]:
    """What a pass costs the member by their plan, and the condition that it is still so; None where it offers none.

    Raises CoverageRequired where nothing covers them today.
    """
    from functions.eligibility import contract as eligibility  # noqa: PLC0415 - see above

    seen = eligibility.pass_price(member, found)
    quoted = seen.value
    if quoted is None or not covers(quoted.begins, quoted.ends, now):
        raise CoverageRequired
    return quoted.price, seen.unchanged
