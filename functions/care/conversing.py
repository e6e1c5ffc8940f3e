"""The coaching conversation: a message is there once, in the server's order, and somebody has to answer it (C1, C2).

Writing needs a running pass, which is looked at and not checked again by the transaction: a pass only ever grows, so
what ran when the message was decided on still runs, and a renewal never gets in the way of a message.

Who writes words of the crisis list is given the 988 words, and CrisisHeard goes out; functions/care/crisis.py hears
those whose message is not taken. Such a message is taken without a pass, too: a clinician who is called has to be able
to read it, and nobody in danger is asked to buy something first.
"""

from datetime import datetime

from functions.care import store
from functions.care.events import CrisisHeard, MessageSent
from functions.care.models import (
    AnswerMessage,
    Conversation,
    Message,
    Page,
    Side,
    Window,
    WriteMessage,
)
from functions.care.problems import ClientIdReused, NothingNew, PassRequired
from functions.care.rules.conversing import answered, asked, marked, refuse_unfit
from functions.care.rules.crisis import speaks_of_crisis
from functions.payments.contract import pass_key, pass_running
from functions.shared import outbox
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId, ProviderId
from functions.shared.problems import NotFound
from functions.shared.table import Found, Item, Key, Seen, Write, get, new, read
from functions.shared.transact import Plan, transact
from functions.shared.vault import key_of, unlock


def write(member: MemberId, entry: WriteMessage, now: datetime) -> tuple[Message, bool]:
    """Take a member's message; says besides whether it speaks of a crisis.

    Who has no coach yet is answered by member support. Raises Invalid for a text that cannot be kept, PassRequired,
    ClientIdReused and AccountClosed.
    """
    refuse_unfit(entry.text)
    crisis = speaks_of_crisis(entry.text)
    pass_at = pass_key(member)

    def plan(found: Found) -> Plan[Message | int]:
        earlier = found[sent]
        if earlier:
            return Plan(store.number_in(earlier), ())
        running = found[pass_at]
        if not crisis and not (running and pass_running(running, now)):
            raise PassRequired
        before = _conversation(found, member)
        became = asked(before.value, now)
        message = _message(became, entry, None, now)
        heard = [outbox.put(CrisisHeard(member_id=member, number=message.number), now)] if crisis else []
        return Plan(message, [*_writes(member, before, became, message, sent, found, now), *heard])

    sent = store.sent_key(member, member, entry.client_id)
    made = transact(plan, gate=MemberGate(member), now=now, reads=[sent, pass_at, *_keys(member)])
    return _once(member, entry, made), crisis


def answer(coach: ProviderId, member: MemberId, entry: AnswerMessage, now: datetime) -> Message:
    """Take a coach's message to a member whom they lead, also when the member's pass has ended.

    Raises NotFound for anybody else's member, Invalid, ClientIdReused and AccountClosed.
    """
    refuse_unfit(entry.text)
    sent = store.sent_key(member, coach, entry.client_id)
    unseen = store.message_key(member, entry.seen + 1) if entry.seen is not None else None

    def plan(found: Found) -> Plan[Message | int]:
        before = _conversation(found, member)
        _refuse_others(before.value, coach)
        earlier = found[sent]
        if earlier:
            return Plan(store.number_in(earlier), ())
        became = answered(before.value, entry.seen, _sent_at(found[unseen]) if unseen else None, now)
        message = _message(became, entry, coach, now)
        return Plan(message, _writes(member, before, became, message, sent, found, now))

    reads = [sent, *_keys(member), *([unseen] if unseen else [])]
    return _once(member, entry, transact(plan, gate=MemberGate(member), now=now, reads=reads))


def _sent_at(item: Item | None) -> datetime | None:
    return store.sent_at(item) if item else None


def _message(became: Conversation, entry: WriteMessage, coach: ProviderId | None, now: datetime) -> Message:
    return Message(
        number=became.last,
        by=Side.COACH if coach else Side.MEMBER,
        coach_id=coach,
        client_id=entry.client_id,
        sent_at=now,
        text=entry.text,
    )


def _writes(  # noqa: PLR0913, PLR0917 - what one message changes
    member: MemberId,
    before: Seen[Conversation],
    became: Conversation,
    message: Message,
    sent: Key,
    found: Found,
    now: datetime,
) -> list[Write]:
    """The conversation goes on by one number, and that number and this client id are used once."""
    unlock(member, store.COACHING_RULE, found)
    event = MessageSent(member_id=member, number=message.number, by=message.by)
    return [
        before.becomes(store.conversation_item(became)),
        new(store.message_key(member, message.number), store.message_item(member, message)),
        new(sent, store.sent_item(message.number)),
        outbox.put(event, now),
    ]


def _once(member: MemberId, entry: WriteMessage, made: Message | int) -> Message:
    """The message that was made now, or the one that its client id made earlier; raises ClientIdReused."""
    if isinstance(made, Message):
        return made
    item = get(store.message_key(member, made))
    if item is None:
        raise NotFound
    earlier = store.message_in(member, item)
    if earlier.text != entry.text:
        raise ClientIdReused
    return earlier


def page_of(member: MemberId, window: Window, coach: ProviderId | None = None) -> Page:
    """Messages of a member's conversation, for the member or for the `coach` who leads them.

    Raises NothingNew where there is nothing above `since`, and NotFound for anybody else's member.
    """
    found = read(_keys(member))
    conversation = _conversation(found, member).value
    if coach:
        _refuse_others(conversation, coach)
    since = window.since or 0
    if window.since is not None and conversation.last <= since:
        raise NothingNew
    if conversation.last:
        unlock(member, store.COACHING_RULE, found)
    before = min(window.before or conversation.last + 1, conversation.last + 1)
    messages = store.messages(member, since, before, window.limit)
    first = messages[-1].number if messages else 0
    return Page(conversation, messages, first if first > since + 1 else None)


def mark_read(member: MemberId, number: int, now: datetime, coach: ProviderId | None = None) -> Conversation:
    """Note that the member, or the `coach` who leads them, has read everything up to `number`; never goes back.

    Raises Invalid for a message that is not there, NotFound for anybody else's member, and AccountClosed.
    """
    key = store.conversation_key(member)

    def plan(found: Found) -> Plan[Conversation]:
        before = _conversation(found, member)
        if coach:
            _refuse_others(before.value, coach)
        became = marked(before.value, Side.COACH if coach else Side.MEMBER, number)
        return Plan(became, [] if became is before.value else [before.becomes(store.conversation_item(became))])

    return transact(plan, gate=MemberGate(member), now=now, reads=[key])


def _keys(member: MemberId) -> list[Key]:
    return [store.conversation_key(member), key_of(member, store.COACHING_RULE)]


def _conversation(found: Found, member: MemberId) -> Seen[Conversation]:
    return found.seen(store.conversation_key(member), store.conversation_in).otherwise(Conversation())


def _refuse_others(conversation: Conversation, coach: ProviderId) -> None:
    """A conversation is there for the member and for the coach who leads them; raises NotFound for everybody else."""
    if conversation.coach != coach:
        raise NotFound
