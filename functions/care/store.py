"""The table of this domain: where each item stands and what of it is sealed. See docs/data-model.md.

What a member tells a clinician in a form is a medical record: sealed with their retained key, so that it outlives
the account for as long as the law wants it. What they write to a coach, and wish of one, goes when they leave.
"""

import json
from datetime import datetime
from itertools import islice
from typing import Any

from functions.care.models import (
    Coached,
    CoachPreferences,
    Completed,
    Conversation,
    Intake,
    IntakeKind,
    Load,
    Message,
    Side,
    Team,
    Turn,
)
from functions.shared.due import due
from functions.shared.ids import MemberId, ProviderId
from functions.shared.instants import loaded, stored
from functions.shared.settings import setting
from functions.shared.table import Item, Key, query, wire
from functions.shared.vault import Retention, seal, unseal
from functions.shared.words import Language

INTAKE_RULE = Retention.RETAINED
COACHING_RULE = Retention.ERASABLE

COACH_DUE = "coach"
"""What a care team without a coach is due for."""
SUPPORT = "support"
"""Who has to answer where there is no lead coach: member support."""

_COACHING = "coaching"
_PREFERENCES_PLACE = "coach-preferences"


# Intake


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


# Coaches


def preferences_key(member: MemberId) -> Key:
    """Where it stands what a member wishes of a coach."""
    return _of(member, "PREFERENCES")


def preferences_item(member: MemberId, preferences: CoachPreferences) -> Item:
    """Preferences, sealed: they may say who somebody is."""
    return {"sealed": seal(member, COACHING_RULE, _PREFERENCES_PLACE, preferences.model_dump_json())}


def preferences_in(member: MemberId, item: Item) -> CoachPreferences:
    """The preferences in an item."""
    opened = unseal(member, COACHING_RULE, _PREFERENCES_PLACE, item["sealed"])
    return CoachPreferences.model_validate_json(opened, extra="ignore")


def team_key(member: MemberId) -> Key:
    """Where a member's care team stands."""
    return _of(member, "TEAM")


def team_item(team: Team) -> Item:
    """A care team."""
    return {"team": team.model_dump_json(exclude_none=True)}


def looking_item(member: MemberId, team: Team, at: datetime) -> Item:
    """A care team for which a coach is looked for again at `at`."""
    return {**team_item(team), **due(COACH_DUE, at, member)}


def team_in(item: Item) -> Team:
    """The care team in an item."""
    return Team.model_validate_json(item["team"])


def is_looking(item: Item | None) -> bool:
    """Whether a coach is being looked for."""
    return item is not None and item.get("due") == COACH_DUE


def member_of(item: Item) -> MemberId:
    """Whose item it is."""
    return MemberId(item["pk"].removeprefix("MBR#"))


def load_key(coach: ProviderId) -> Key:
    """Where it stands which places of a coach are taken."""
    return Key(setting("CARE_TABLE"), f"COACH#{coach}", "LOAD")


def load_item(load: Load) -> Item:
    """The members of a coach, by their ids."""
    return {"members": {member: stored(until) for member, until in load.members.items()}}


def load_in(item: Item) -> Load:
    """The load in an item."""
    return Load(members={MemberId(member): loaded(until) for member, until in item["members"].items()})


# Conversations


def conversation_key(member: MemberId) -> Key:
    """Where it stands how far a member's conversation with their coach has come."""
    return _of(member, f"CONVERSATION#{_COACHING}")


def conversation_item(conversation: Conversation) -> Item:
    """A conversation. Whoever has to answer finds it by `responsible`; who waits the longest comes first by `turn`."""
    waiting = conversation.waiting
    quiet = stored(conversation.last_at) if conversation.last_at else ""
    return {
        "conversation": conversation.model_dump_json(exclude_none=True),
        "responsible": conversation.coach or SUPPORT,
        "turn": f"0#{stored(waiting.since)}" if waiting else f"1#{quiet}",
    }


def ended_item(conversation: Conversation) -> Item:
    """A conversation that nobody has to answer any more."""
    ended = conversation.model_copy(update={"coach": None, "waiting": None})
    return {"conversation": ended.model_dump_json(exclude_none=True)}


def is_open(item: Item | None) -> bool:
    """Whether somebody has to answer the conversation in an item."""
    return item is not None and "responsible" in item


def conversation_in(item: Item) -> Conversation:
    """The conversation in an item."""
    return Conversation.model_validate_json(item["conversation"])


def message_key(member: MemberId, number: int) -> Key:
    """Where a message stands: in the order of the numbers."""
    return _of(member, f"MSG#{_COACHING}#{number:09d}")


def message_item(member: MemberId, message: Message) -> Item:
    """A message, its text sealed for this place in this conversation."""
    return {
        "by": message.by.value,
        "coach": message.coach_id,
        "client_id": message.client_id,
        "at": stored(message.sent_at),
        "sealed": seal(member, COACHING_RULE, _message_place(message.number, message.by), message.text),
    }


def message_in(member: MemberId, item: Item) -> Message:
    """The message in an item."""
    number, by = int(item["sk"].rpartition("#")[2]), Side(item["by"])
    return Message(
        number=number,
        by=by,
        coach_id=item.get("coach"),
        client_id=item["client_id"],
        sent_at=sent_at(item),
        text=unseal(member, COACHING_RULE, _message_place(number, by), item["sealed"]),
    )


def sent_at(item: Item) -> datetime:
    """When the message in an item was sent; opens nothing."""
    return loaded(item["at"])


def sent_key(member: MemberId, author: MemberId | ProviderId, client_id: str) -> Key:
    """Where it stands which number the message of this author and client id was given."""
    return _of(member, f"SENT#{_COACHING}#{author}#{client_id}")


def sent_item(number: int) -> Item:
    """Which number a message was given."""
    return {"number": number}


def number_in(item: Item) -> int:
    """The number that a message was given."""
    return int(item["number"])


# Look-ups


def messages(member: MemberId, above: int, below: int, limit: int) -> list[Message]:
    """The latest `limit` messages with numbers between the two, the latest first. One query; see `Window`.

    Fifty of the longest messages are below the megabyte that a query reads.
    """
    if below - above <= 1:
        return []
    between = {":first": message_key(member, above + 1).sk, ":last": message_key(member, below - 1).sk}
    found = query(
        setting("CARE_TABLE"),
        "pk = :pk AND sk BETWEEN :first AND :last",
        {":pk": conversation_key(member).pk, **between},
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=limit,
    )
    return [message_in(member, item) for item in islice(found, limit)]


def coached_by(responsible: str, after: Turn | None, limit: int) -> tuple[list[Coached], Turn | None]:
    """Whom a coach, or `SUPPORT`, has to answer, and the place to go on after; None on the last page.

    Who waits the longest comes first, then who does not wait. One query.
    """
    begin: dict[str, Any] = {}
    if after:
        place = {**conversation_key(after.member).attributes, "responsible": responsible, "turn": after.turn}
        begin = {"ExclusiveStartKey": wire(place)}
    values = {":responsible": responsible}
    found = query(
        setting("CARE_TABLE"),
        "responsible = :responsible",
        values,
        IndexName="conversations",
        Limit=limit,
        **begin,
    )
    items = list(islice(found, limit))
    last = items[-1] if len(items) == limit else None
    coached = [Coached(member_of(item), conversation_in(item)) for item in items]
    return coached, Turn(last["turn"], member_of(last)) if last else None


def _of(member: MemberId, sk: str) -> Key:
    return Key(setting("CARE_TABLE"), f"MBR#{member}", sk)


def _message_place(number: int, by: Side) -> str:
    """A message opens only at its own place, and as the words of who wrote it."""
    return f"message/{_COACHING}/{number}/{by}"
