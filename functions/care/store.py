"""The table of this domain: where each item stands and what of it is sealed. See docs/data-model.md.

What a member says about their health is a medical record: sealed with their retained key, so that it outlives
the account for as long as the law wants it.
"""

import json

from functions.care.models import Completed, Intake, IntakeKind
from functions.shared.ids import MemberId
from functions.shared.instants import loaded, stored
from functions.shared.settings import setting
from functions.shared.table import Item, Key
from functions.shared.vault import Retention, seal, unseal
from functions.shared.words import Language

INTAKE_RULE = Retention.RETAINED


def intake_key(member: MemberId, kind: IntakeKind) -> Key:
    """Where a member's answers to the intake form of `kind` stand."""
    return Key(setting("CARE_TABLE"), f"MBR#{member}", f"INTAKE#{kind}")


def intake_item(member: MemberId, intake: Intake) -> Item:
    """Answers, sealed; which form they answer, and when, in the open."""
    return {
        "form_version": intake.form_version,
        "language": intake.language.value,
        "completed_at": stored(intake.completed_at),
        "updated_at": stored(intake.updated_at),
        "sealed": seal(member, INTAKE_RULE, _place(intake.kind, intake.form_version), json.dumps(intake.answers)),
    }


def intake_in(member: MemberId, item: Item) -> Intake:
    """The answers in an item."""
    kind = IntakeKind(item["sk"].removeprefix("INTAKE#"))
    return Intake(
        kind=kind,
        form_version=item["form_version"],
        language=Language(item["language"]),
        completed_at=loaded(item["completed_at"]),
        updated_at=loaded(item["updated_at"]),
        answers=json.loads(unseal(member, INTAKE_RULE, _place(kind, item["form_version"]), item["sealed"])),
        version=item["v"],
    )


def completed_in(item: Item) -> Completed:
    """Which version of the form the answers in an item complete; opens none of them."""
    return Completed(item["form_version"], loaded(item["completed_at"]))


def _place(kind: IntakeKind, form_version: int) -> str:
    """Answers open only beside the questions that they answer."""
    return f"intake/{kind}/{form_version}"
