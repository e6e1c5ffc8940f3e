"""What became of a visit, as its provider says; and a fee that support waives (S5, S7)."""

from datetime import datetime

from functions.scheduling import store
from functions.scheduling.coverage import fee_keys, fee_seen
from functions.scheduling.ending import Ending, appointment_of, rewritten, stood_at, told
from functions.scheduling.events import LateFeeOwed, LateFeeWaived, VisitCompleted, VisitMissed
from functions.scheduling.models import Appointment, Change, FeeState, Outcome, WaiverReason
from functions.scheduling.rules.cancelling import concluded, fee
from functions.scheduling.rules.refusals import NoFee
from functions.shared import log
from functions.shared.caller import Role
from functions.shared.gate import KnownMember
from functions.shared.ids import AppointmentId, MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found
from functions.shared.transact import Plan, transact


def record(
    provider: ProviderId, member: MemberId, appointment_id: AppointmentId, outcome: Outcome, now: datetime
) -> Appointment:
    """Note that a visit took place, or that the member did not come, which can cost them a fee.

    Said again it is the same. A visit counts also where its member has left since. Raises NotFound for what is not
    this provider's, NotBooked where it is over otherwise, and TooEarly.
    """
    known = appointment_of(member, appointment_id)
    if known.provider_id != provider:
        raise NotFound
    ending = Ending.of(known)

    def plan(found: Found) -> Plan[Appointment]:
        stood = ending.stood(found)
        if stood.value.state is outcome.state:
            return Plan(stood.value, ())
        state = concluded(stood.value, outcome, now)
        change = Change(state=state, at=now, by=Role.PROVIDER, reason=f"{outcome}_by_provider")
        if outcome is Outcome.COMPLETED:
            became = stood.value.became(change)
            events = [told(VisitCompleted, became, now)]
            return Plan(became, [*ending.writes(found, stood, became, now), *events])
        owed, unchanged = fee_seen(stood.value, found)
        became = stood.value.became(change, fee(owed, now))
        events = [told(VisitMissed, became, now)]
        if became.fee:
            events.append(told(LateFeeOwed, became, now))
        return Plan(became, [*ending.writes(found, stood, became, now), *events, *unchanged])

    reads = [*ending.reads, *fee_keys(known)]
    became = transact(plan, gate=KnownMember(member), now=now, reads=reads)
    log.info("outcome_recorded", appointment_id=appointment_id, state=became.state)
    return became


def waive(member: MemberId, appointment_id: AppointmentId, reason: WaiverReason, now: datetime) -> Appointment:
    """Spare a member the fee of an appointment; once more it is the same, with the first reason.

    Raises NotFound, and NoFee where none is owed.
    """
    key = store.appointment_key(member, appointment_id)

    def plan(found: Found) -> Plan[Appointment]:
        stood = stood_at(key, found)
        owed = stood.value.fee
        if owed is None:
            raise NoFee
        if owed.state is FeeState.WAIVED:
            return Plan(stood.value, ())
        change = Change(state=stood.value.state, at=now, by=Role.SUPPORT, reason="fee_waived")
        became = stood.value.became(change, owed.model_copy(update={"state": FeeState.WAIVED, "reason": reason}))
        return Plan(became, [rewritten(found, stood, became), told(LateFeeWaived, became, now)])

    became = transact(plan, gate=KnownMember(member), now=now, reads=[key])
    log.info("late_fee_waived", appointment_id=appointment_id)
    return became
