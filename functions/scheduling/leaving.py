"""A member leaves (D1): what they still had before them is cancelled, and costs nothing.

Safe to be killed anywhere and to be run again: each appointment and each hold is a transaction of its own.
"""

from datetime import datetime

from functions.scheduling import store
from functions.scheduling.ending import Ending, told
from functions.scheduling.events import AppointmentCancelled
from functions.scheduling.holding import give_back
from functions.scheduling.models import SYSTEM, Appointment, AppointmentState, Change
from functions.scheduling.rules.cancelling import FREE, cancelled
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.table import Found, get
from functions.shared.transact import Plan, transact

_LEAVING = NoGate("what a member had before them is given back after the gate has closed")


def leave(member: MemberId, now: datetime) -> None:
    """Cancel all coming appointments free of charge, and give all holds back.

    What has begun stays booked: its provider says what became of it.
    """
    for one in store.appointments_of(member):
        if _is_ahead(one, now):
            _cancel(one, now)
    item = get(store.agenda_key(member))
    for held in store.agenda_in(item).holds(now) if item else ():
        give_back(member, held, _LEAVING, now)


def _is_ahead(appointment: Appointment, now: datetime) -> bool:
    return appointment.state is AppointmentState.BOOKED and now < appointment.starts_at


def _cancel(known: Appointment, now: datetime) -> None:
    ending = Ending.of(known)

    def plan(found: Found) -> Plan[None]:
        stood = ending.stood(found)
        if not _is_ahead(stood.value, now):
            return Plan(None, ())
        state, _ = cancelled(stood.value, SYSTEM, FREE, None, now)
        became = stood.value.became(Change(state=state, at=now, by=SYSTEM, reason="account_closed"))
        event = told(AppointmentCancelled, became, now)
        return Plan(None, [*ending.writes(found, stood, became, now), event])

    transact(plan, gate=_LEAVING, now=now, reads=ending.reads)
