"""What a message and a read mark do to a conversation, and which messages can be kept (C1, C2)."""

import unicodedata
from datetime import datetime

from functions.care.models import LONGEST_MESSAGE, Conversation, Side, Waiting
from functions.shared.problems import Field, Invalid
from functions.shared.words import Words

_TOO_LONG = Field(
    "/text",
    "too_long",
    Words("A message has at most 4,000 characters.", "Un mensaje tiene como máximo 4,000 caracteres."),
)
_EMPTY = Field("/text", "missing", Words("Please write something.", "Escriba algo."))
_NOT_THERE = Field("/number", "out_of_range", Words("There is no such message.", "No existe ese mensaje."))


def refuse_unfit(text: str) -> None:
    """Raise Invalid for a text with nothing to see in it, or with more than 4,000 code points."""
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(_TOO_LONG)
    if all(one.isspace() or unicodedata.category(one) in {"Cf", "Mn"} for one in text):
        raise Invalid(_EMPTY)


def asked(before: Conversation, now: datetime) -> Conversation:
    """The conversation with one more message of the member, which waits for an answer."""
    number = before.last + 1
    return _written(before, Side.MEMBER, now).model_copy(
        update={"waiting": before.waiting or Waiting(number=number, since=now)}
    )


def answered(before: Conversation, seen: int | None, unseen_at: datetime | None, now: datetime) -> Conversation:
    """The conversation with one more message of the coach, who had read up to `seen` (None is everything).

    What the member wrote after that still waits, from `unseen_at`: when the first message was sent that the coach
    had not seen. So a cry for help that comes while the coach is typing is not taken for answered.
    """
    read = before.last if seen is None else min(seen, before.last)
    became = marked(_written(before, Side.COACH, now), Side.COACH, read)
    return became.model_copy(update={"waiting": _still_waiting(before, read, unseen_at)})


def _still_waiting(before: Conversation, read: int, unseen_at: datetime | None) -> Waiting | None:
    if before.waiting is None or before.written.get(Side.MEMBER, 0) <= read:
        return None
    if before.waiting.number > read or unseen_at is None:
        return before.waiting
    return Waiting(number=read + 1, since=unseen_at)


def _written(before: Conversation, side: Side, now: datetime) -> Conversation:
    number = before.last + 1
    return before.model_copy(
        update={"last": number, "last_at": now, "written": {**before.written, side: number}},
    )


def marked(before: Conversation, side: Side, number: int) -> Conversation:
    """The conversation read by `side` up to `number`; a mark never goes back.

    Raises Invalid for a message that is not there.
    """
    if number > before.last:
        raise Invalid(_NOT_THERE)
    if number <= before.read.get(side, 0):
        return before
    return before.model_copy(update={"read": {**before.read, side: number}})
