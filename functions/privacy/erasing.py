"""An erasure as it runs: step after step, each recorded, each safe to repeat; killed anywhere, it goes on (D2).

The sweep brings it. Before each step it is looked whether a legal hold has come; what fails is tried again with
growing patience, and after that the erasure is blocked, which somebody is told, and is still tried every six hours.
It is complete only when everything has been searched and the certificate stands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from functions.care import leaving as care
from functions.eligibility import contract as eligibility
from functions.eligibility import leaving as coverage
from functions.notifications import contract as notifications
from functions.payments import leaving as payments
from functions.privacy import certificate, removing, rules, sign_in_accounts, store
from functions.privacy.events import ErasureEnding
from functions.privacy.holding import HELD
from functions.privacy.models import OPEN, WAITING, Erasure, ErasureState, Step, StepDone
from functions.privacy.problems import LeftOverError, UnregisteredRecordError
from functions.privacy.searching import Listed, Sought, search
from functions.scheduling import leaving as scheduling
from functions.shared import log, outbox
from functions.shared.gate import ERASED, ERASING, NoGate, gate_key
from functions.shared.ids import MemberId
from functions.shared.problems import Problem
from functions.shared.table import Found, Write
from functions.shared.transact import Plan, transact
from functions.shared.vault import Retention, locked, locks, seal, unseal

_ENDS_THE_ACCOUNT = NoGate("the erasure itself closes the gate")
_LEASE = timedelta(minutes=5)
_PLACE = "erasure/sought"
_RUNS: Mapping[str, Any] = {"state": ErasureState.RUNNING, "blocked_by": None, "tries": 0, "found": ()}
"""Nothing is in the way any more."""


@dataclass(frozen=True)
class _Running:
    """An erasure at the moment of a step."""

    member: MemberId
    erasure: Erasure
    sealed: bytes | None
    now: datetime

    def sought(self) -> Sought:
        """By what the member could be known."""
        assert self.sealed is not None  # noqa: S101 - noted by an earlier step
        return Sought.model_validate_json(unseal(self.member, Retention.RETAINED, _PLACE, self.sealed))


@dataclass(frozen=True)
class _Outcome:
    """What a step came to; where it has to `wait` it is not done yet."""

    counts: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    sealed: bytes | None = None
    wait: timedelta | None = None
    writes: Sequence[Write] = ()


def run(member: MemberId, now: datetime) -> None:
    """Carry an erasure on as far as it goes now."""
    running = _taken_up(member, now)
    if running is not None:
        open_for = rules.open_for(running.erasure, now)
        log.info("erasure_open", member_id=member, erasure_id=running.erasure.id, days=open_for.days)
    while running is not None:
        with log.context(member_id=member, erasure_id=running.erasure.id):
            running = _one_step(running)


def _taken_up(member: MemberId, now: datetime) -> _Running | None:
    """The erasure, if there is something to do for it; one that begins closes the gate behind it."""
    key, hold, gate = store.erasure_key(member), store.hold_key(member), gate_key(member)

    def plan(found: Found) -> Plan[_Running | None]:
        seen, held = found.seen(key, store.erasure_in), found.seen(hold, store.hold_in)
        erasure = seen.value
        if erasure is None or erasure.state not in OPEN:
            return Plan(None, ())
        sealed = (found[key] or {}).get("sealed")
        if held.value is not None:
            return Plan(None, [seen.becomes(store.erasure_item(_held(erasure, now), sealed)), held.unchanged])
        if erasure.done:
            return Plan(_Running(member, erasure, sealed, now), ())
        if erasure.state in WAITING and now < erasure.runs_at:
            waits = erasure.model_copy(update={"next_at": erasure.runs_at})
            return Plan(None, [seen.becomes(store.erasure_item(waits, sealed))])
        begun = _done(erasure, Step.GATE, {}, now)
        closed = found.seen(gate, lambda item: item).becomes({"state": ERASING})
        writes: list[Write] = [seen.becomes(store.erasure_item(begun, None)), closed, held.unchanged]
        return Plan(_Running(member, begun, None, now), writes)

    return transact(plan, gate=_ENDS_THE_ACCOUNT, now=now, reads=[key, hold, gate])


def _one_step(running: _Running) -> _Running | None:
    """Do the next step and record it; None when there is nothing more to do now."""
    step = rules.next_step(running.erasure)
    if rules.is_late(running.erasure, running.now):
        log.warning("erasure_late", state=running.erasure.state)
    try:
        if step is None:
            _complete(running)
            return None
        outcome = _STEPS[step](running)
    except Exception as error:  # noqa: BLE001 - one erasure's outermost edge: what failed is recorded and tried again
        _failed(running, error)
        return None
    return _recorded(running, step, outcome)


def _recorded(running: _Running, step: Step, outcome: _Outcome) -> _Running | None:
    """Note what a step came to, on the condition that no hold has come; where one has, it is taken again later."""
    key, hold = store.erasure_key(running.member), store.hold_key(running.member)
    erasure = running.erasure.model_copy(update={**outcome.changes, **_RUNS})
    if outcome.wait is None:
        erasure = _done(erasure, step, outcome.counts, running.now)
        log.info("erasure_step", state=step, count=sum(outcome.counts.values()))
    else:
        erasure = erasure.model_copy(update={"next_at": running.now + outcome.wait})
    sealed = outcome.sealed or running.sealed

    def plan(found: Found) -> Plan[_Running | None]:
        seen, held = found.seen(key, store.erasure_in), found.seen(hold, store.hold_in)
        if seen.value is None or seen.value.done != running.erasure.done:
            return Plan(None, ())  # another run has taken over
        if held.value is not None:
            item = store.erasure_item(_held(running.erasure, running.now), running.sealed)
            return Plan(None, [seen.becomes(item), held.unchanged])
        goes_on = None if outcome.wait is not None else _Running(running.member, erasure, sealed, running.now)
        return Plan(goes_on, [seen.becomes(store.erasure_item(erasure, sealed)), held.unchanged, *outcome.writes])

    return transact(plan, gate=_ENDS_THE_ACCOUNT, now=running.now, reads=[key, hold])


def _complete(running: _Running) -> None:
    """All in one transaction: the certificate, the mark that the member is gone, what is kept under lock."""
    member, now = running.member, running.now
    jwk = certificate.public_key()
    jws = certificate.signed(certificate.contents(running.erasure, now), jwk["kid"])
    cleaned = min((rules.begins(kept.until) for kept in running.erasure.kept), default=None)
    ended = {"state": ErasureState.COMPLETED, "ended_at": now, "next_at": cleaned, "blocked_by": None, "tries": 0}
    completed = running.erasure.model_copy(update=ended)
    key, hold, gate = store.erasure_key(member), store.hold_key(member), gate_key(member)
    stands, public = store.certificate_key(completed.certificate_id), store.public_key_key(jwk["kid"])

    def plan(found: Found) -> Plan[bool]:
        seen, held = found.seen(key, store.erasure_in), found.seen(hold, store.hold_in)
        if seen.value is None or seen.value.state not in OPEN:
            return Plan(False, ())
        if held.value is not None:
            item = store.erasure_item(_held(running.erasure, now), running.sealed)
            return Plan(False, [seen.becomes(item), held.unchanged])
        signing = found.seen(public, lambda item: item)
        writes: list[Write] = [
            seen.becomes(store.erasure_item(completed, None)),
            held.unchanged,
            found.seen(gate, lambda item: item).becomes({"state": ERASED}),
            found.seen(stands, lambda item: item).becomes({"jws": jws}),
            signing.becomes({"jwk": jwk}) if signing.value is None else signing.unchanged,
            *locked(member, found),
        ]
        return Plan(True, writes)

    reads = [key, hold, gate, stands, public, *locks(member)]
    if transact(plan, gate=_ENDS_THE_ACCOUNT, now=now, reads=reads):
        log.info("erasure_completed", state=completed.state)


def _failed(running: _Running, error: Exception) -> None:
    """Try again later; after many times in a row say that it is blocked, and by what."""
    key, tries = store.erasure_key(running.member), running.erasure.tries + 1
    code = error.code if isinstance(error, Problem | LeftOverError | UnregisteredRecordError) else "unexpected"
    log.failure("erasure_step_failed", error, code=code, attempt=tries)
    at_once = isinstance(error, LeftOverError | UnregisteredRecordError)
    blocked = at_once or rules.is_blocked(tries)
    changes: dict[str, Any] = {
        "tries": tries,
        "next_at": running.now + (rules.BLOCKED_FOR if blocked else rules.patience(tries)),
        "state": ErasureState.BLOCKED if blocked else running.erasure.state,
        "blocked_by": code if blocked else running.erasure.blocked_by,
        "found": error.found if isinstance(error, LeftOverError) else (),
        "searched": None,
    }
    waits = running.erasure.model_copy(update=changes)
    if blocked:
        log.warning("erasure_blocked", code=code)

    def plan(found: Found) -> Plan[None]:
        seen = found.seen(key, store.erasure_in)
        if seen.value is None or seen.value.done != running.erasure.done:
            return Plan(None, ())
        return Plan(None, [seen.becomes(store.erasure_item(waits, running.sealed))])

    transact(plan, gate=_ENDS_THE_ACCOUNT, now=running.now, reads=[key])


def _held(erasure: Erasure, now: datetime) -> Erasure:
    changes = {"state": ErasureState.BLOCKED, "blocked_by": HELD, "next_at": now + rules.HELD_FOR}
    return erasure.model_copy(update=changes)


def _done(erasure: Erasure, step: Step, counts: Mapping[str, int], now: datetime) -> Erasure:
    """The erasure with this step behind it: it runs."""
    changes = {
        **_RUNS,
        "done": (*erasure.done, StepDone(step=step, at=now, counts=counts)),
        "next_at": now + _LEASE,
    }
    return erasure.model_copy(update=changes)


# Steps


def _note_traces(running: _Running) -> _Outcome:
    """By what the member could be known, sealed until everything has been searched."""
    sought = Sought(traces=coverage.traces(running.member), account=eligibility.account_of(running.member))
    sealed = seal(running.member, Retention.RETAINED, _PLACE, sought.model_dump_json())
    traces = sought.traces
    return _Outcome({"traces": len(traces.unique) + len(traces.typed) + len(traces.names)}, sealed=sealed)


def _disable_sign_in(running: _Running) -> _Outcome:
    account = running.sought().account
    if account is None:
        return _Outcome({"accounts": 0})
    sign_in_accounts.disable(account)
    return _Outcome({"accounts": 1})


def _leave(leave: Callable[[MemberId, datetime], None]) -> Callable[[_Running], _Outcome]:
    """What the member's leaving means in another domain."""

    def step(running: _Running) -> _Outcome:
        leave(running.member, running.now)
        return _Outcome()

    return step


def _let_sessions_be_billed(running: _Running) -> _Outcome:
    """Wait while what took place is not billed, and the provider has not said what became of it: two weeks at most."""
    left = payments.unbilled(running.member, running.now)
    if left and running.now < rules.billed_until(running.erasure):
        return _Outcome(wait=rules.looked_for(running.erasure.done[0].at, running.now))
    if left:
        log.warning("sessions_left_unbilled", count=left)
    return _Outcome({"unbilled": left} if left else {})


def _last_letter(running: _Running) -> _Outcome:
    """Ask for it, then wait until it has left, a day at most: the address goes after that."""
    erasure, now = running.erasure, running.now
    if erasure.letter_asked_at is None:
        if eligibility.reader(running.member) is None:
            return _Outcome({"letters": 0})
        ending = outbox.put(ErasureEnding(member_id=running.member, erasure_id=erasure.id), now)
        return _Outcome(changes={"letter_asked_at": now}, wait=timedelta(minutes=1), writes=[ending])
    if notifications.was_sent(running.member, notifications.last_letter(erasure.id)):
        return _Outcome({"letters": 1})
    if now - erasure.letter_asked_at >= rules.LETTER_WAITS:
        return _Outcome({"letters": 0})
    return _Outcome(wait=rules.looked_for(erasure.letter_asked_at, now))


def _delete_account(running: _Running) -> _Outcome:
    account = running.sought().account
    if account is None:
        return _Outcome({"accounts": 0})
    sign_in_accounts.delete(account)
    return _Outcome({"accounts": 1})


def _count(running: _Running) -> _Outcome:
    """What there is, before it goes: so the certificate says the same, however often the next step is interrupted."""
    found = removing.inventory(running.member, running.now.date())
    counts = {
        "erased": sum(one.count for one in found.erased),
        "kept": sum(one.count for one in found.kept),
    }
    return _Outcome(counts, changes={"erased": found.erased, "kept": found.kept})


def _erase(running: _Running) -> _Outcome:
    removing.erase(running.member)
    return _Outcome({counted.what: counted.count for counted in running.erasure.erased})


def _destroy_key(running: _Running) -> _Outcome:
    removing.destroy_keys(running.member)
    return _Outcome({"keys": 1})


def _search(running: _Running) -> _Outcome:
    """What is kept is counted once more: a record may have come meanwhile, such as a note of who looked."""
    erasure = running.erasure
    kept = removing.inventory(running.member, rules.left_on(erasure)).kept
    listed = Listed(frozenset(one.what for one in kept), rules.expired_by(running.now))
    goes_on = search(running.member, running.sought(), listed, erasure.searched)
    return _Outcome(changes={"searched": goes_on, "kept": kept}, wait=timedelta(0) if goes_on else None)


_STEPS: Mapping[Step, Callable[[_Running], _Outcome]] = {
    Step.TRACES: _note_traces,
    Step.SIGN_IN: _disable_sign_in,
    Step.APPOINTMENTS: _leave(scheduling.leave),
    Step.CARE: _leave(care.leave),
    Step.COVERAGE: _leave(coverage.give_up),
    Step.SESSIONS: _let_sessions_be_billed,
    Step.MONEY: _leave(payments.leave),
    Step.LETTER: _last_letter,
    Step.ACCOUNT: _delete_account,
    Step.LINK: _leave(coverage.unlink),
    Step.COUNT: _count,
    Step.RECORDS: _erase,
    Step.KEY: _destroy_key,
    Step.SEARCH: _search,
}
