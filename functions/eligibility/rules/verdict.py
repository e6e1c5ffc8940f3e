"""What a payer's answer comes to for the member who asked (E1 to E4).

"Not eligible" is said only where the right person was found and the payer says that nothing is active. Anything
else that is not a clear yes is a correction, a wait, or a look by a person.
"""

from datetime import datetime
from typing import Self

from functions.eligibility.inquiry import Inquiry, PayerAnswer
from functions.eligibility.models import CheckState, FamilyRule, Outcome
from functions.eligibility.rules.benefits import Benefits, Status, benefits_from
from functions.eligibility.rules.member_number import MemberNumber
from functions.eligibility.rules.person import Identity, whom
from functions.eligibility.rules.rejections import Action, Refusal, refusal_of
from functions.shared.model import Record

_CORRECTS = {"birth_date": "date_of_birth"}
"""Where a field of an inquiry has another name in what the member entered."""


class Verdict(Record):
    """The outcome for the member, and what of the answer is kept."""

    outcome: Outcome
    benefits: Benefits | None = None
    """Where the member is covered: what the plan pays."""
    keeps_answer: bool = False
    """The payer's own words are about this person and may be kept for review."""
    alert: bool = False

    @property
    def covers(self) -> bool:
        """The member is covered."""
        return self.benefits is not None

    @classmethod
    def review(cls, reason: str, *, alert: bool = True, keeps_answer: bool = False) -> Self:
        """A person looks at it."""
        outcome = Outcome(state=CheckState.NEEDS_REVIEW, reason=reason)
        return cls(outcome=outcome, alert=alert, keeps_answer=keeps_answer)

    @classmethod
    def waits(cls, at: datetime | None = None) -> Self:
        """The payer is down; it is asked again at `at`."""
        return cls(outcome=Outcome(state=CheckState.PAYER_UNAVAILABLE, reason="payer_down", retry_at=at))


def judge(inquiry: Inquiry, number: MemberNumber, answer: PayerAnswer, family_rule: FamilyRule) -> Verdict:
    """The verdict on `answer` to `inquiry`. Source: E1 to E4.

    An answer about somebody else is refused and not kept: it is not this member's to keep.
    """
    refusal = refusal_of(answer.rejections)
    found = whom(inquiry, number, answer)
    if refusal is not None and not answer.lines:
        verdict = _refused(refusal)
        theirs = found.identity is not Identity.OTHER_PERSON
        return verdict.model_copy(update={"keeps_answer": verdict.keeps_answer and theirs})
    if found.identity is Identity.OTHER_PERSON:
        return Verdict.review("answer_about_somebody_else")
    if found.identity is Identity.CANNOT_TELL:
        return Verdict.review("answer_about_nobody_certain")
    verdict = _about_them(benefits_from(answer, inquiry.on, family_rule=family_rule))
    return verdict.model_copy(update={"alert": verdict.alert or (refusal is not None and refusal.alert)})


def _refused(refusal: Refusal) -> Verdict:
    match refusal.action:
        case Action.PAYER_UNAVAILABLE if refusal.may_resend:
            return Verdict.waits()
        case Action.PAYER_UNAVAILABLE:
            return Verdict.review("payer_wants_no_repeat", alert=False, keeps_answer=True)
        case Action.NEEDS_CORRECTION | Action.NOT_FOUND:
            fields = tuple(_CORRECTS.get(field, str(field)) for field in refusal.fields)
            outcome = Outcome(state=CheckState.NEEDS_CORRECTION, reason=str(refusal.action), fields=fields)
            return Verdict(outcome=outcome, keeps_answer=True)
        case Action.REVIEW:
            return Verdict.review("payer_rejected", alert=refusal.alert, keeps_answer=True)


def _about_them(benefits: Benefits) -> Verdict:
    match benefits.status:
        case Status.ACTIVE:
            outcome = Outcome(state=CheckState.ELIGIBLE, reason="active")
            return Verdict(outcome=outcome, benefits=benefits, keeps_answer=True)
        case Status.STARTS_LATER:
            outcome = Outcome(state=CheckState.INELIGIBLE, reason="starts_later", begins=benefits.begins)
            return Verdict(outcome=outcome, keeps_answer=True)
        case Status.NOT_ACTIVE:
            return Verdict(outcome=Outcome(state=CheckState.INELIGIBLE, reason="not_active"), keeps_answer=True)
        case Status.UNKNOWN:
            return Verdict.review("status_unknown", alert=False, keeps_answer=True)
