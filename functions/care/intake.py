"""The intake form: what a clinician has to know before the first appointment, told by the member (S3).

Answers that speak of a crisis are acted on at once, as far as the service can today: the member is given the 988
words in the answer to the very request, and CrisisAnswered goes out, by which a clinician on call can be called.
That does not wait for a form in order: functions/care/crisis.py hears those whose form is not taken.
"""

from datetime import datetime

from functions.care import store
from functions.care.events import CrisisAnswered, IntakeCompleted
from functions.care.models import Completed, Form, Intake, IntakeEntry, IntakeKind
from functions.care.problems import FormOutdated
from functions.care.rules.crisis import crisis_questions
from functions.care.rules.mistakes import refuse_mistakes
from functions.shared import outbox
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Seen, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import key_of, unlock


def intake_of(member: MemberId, kind: IntakeKind) -> Intake:
    """The member's own answers; raises NotFound before there are any."""
    key = store.intake_key(member, kind)
    found = read([key, key_of(member, store.INTAKE_RULE)])
    item = found[key]
    if item is None:
        raise NotFound
    unlock(member, store.INTAKE_RULE, found)
    return store.intake_in(member, item)


def keep_intake(
    member: MemberId, form: Form, entry: IntakeEntry, expected: int | None, now: datetime
) -> tuple[Intake, bool]:
    """Write the whole form, the current one; says besides whether it speaks of a crisis.

    Raises FormOutdated for answers to another version of the form, Invalid naming each mistake, and Stale or
    VersionRequired unless `expected` is the version that stands.
    """
    _refuse_misfit(form, entry)
    key = store.intake_key(member, form.kind)
    crisis = bool(crisis_questions(form, entry.answers))
    heard = [outbox.put(CrisisAnswered(member_id=member, kind=form.kind), now)] if crisis else []

    def plan(found: Found) -> Plan[Intake]:
        seen = found.seen(key, store.completed_in)
        seen.expect(expected)
        unlock(member, store.INTAKE_RULE, found)
        intake = _filled_in(form, entry, seen, now)
        writes = [seen.becomes(store.intake_item(member, intake)), *heard]
        if not _is_completed(seen, form):
            completed = IntakeCompleted(member_id=member, kind=form.kind, form_version=form.version)
            writes.append(outbox.put(completed, now))
        return Plan(intake, writes)

    reads = [key, key_of(member, store.INTAKE_RULE)]
    return transact(plan, gate=MemberGate(member), now=now, reads=reads), crisis


def _refuse_misfit(form: Form, entry: IntakeEntry) -> None:
    if entry.form_version != form.version:
        raise FormOutdated
    refuse_mistakes(form, entry.answers)


def _filled_in(form: Form, entry: IntakeEntry, seen: Seen[Completed | None], now: datetime) -> Intake:
    return Intake(
        kind=form.kind,
        form_version=form.version,
        language=form.language,
        completed_at=seen.value.at if seen.value and _is_completed(seen, form) else now,
        updated_at=now,
        answers=entry.answers,
        version=(seen.version or 0) + 1,
    )


def _is_completed(seen: Seen[Completed | None], form: Form) -> bool:
    return seen.value is not None and seen.value.form_version == form.version
