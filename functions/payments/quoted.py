"""What other domains say that a member owes: a late fee (scheduling), the price of a pass (eligibility)."""

from typing import Literal

from functions.eligibility import contract as eligibility
from functions.scheduling import contract as scheduling
from functions.shared.ids import AppointmentId, MemberId
from functions.shared.model import Instant, Record
from functions.shared.money import Cents


class FeeNow(Record):
    """A late fee as scheduling has it now."""

    cents: Cents
    """As it was quoted."""
    state: Literal["owed", "waived"]
    charge_not_before: Instant


def late_fee(member: MemberId, appointment: AppointmentId) -> FeeNow | None:
    """The late fee of an appointment, if it has one."""
    ask = getattr(scheduling, "fee_of", None)
    told = ask(member, appointment) if ask else None
    return FeeNow.model_validate(told, from_attributes=True) if told else None


def pass_price(member: MemberId) -> Cents | None:
    """What a pass costs the member by their plan; None where the plan offers none. Raises CoverageRequired."""
    ask = getattr(eligibility, "pass_price", None)
    return ask(member) if ask else None
