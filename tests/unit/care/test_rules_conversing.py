"""What a message and a mark do to a conversation, held against a model that keeps everything (C1, C2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.care.models import Conversation, Side, WriteMessage
from functions.care.rules.conversing import answered, asked, marked, refuse_unfit
from functions.shared.problems import Invalid

NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
STEPS = st.lists(
    st.one_of(
        st.just(("asks", 0)),
        st.tuples(st.just("answers"), st.one_of(st.none(), st.integers(0, 12))),
        st.tuples(st.sampled_from(["member reads", "coach reads"]), st.integers(1, 12)),
    ),
    max_size=40,
)


def at(step):
    return NOON + timedelta(minutes=step)


@settings(deadline=None)
@given(STEPS)
def test_numbers_have_no_gap_and_nothing_unanswered_is_forgotten(steps):
    conversation, said, answered_to, read = Conversation(), [], 0, {Side.MEMBER: 0, Side.COACH: 0}
    for step, (what, number) in enumerate(steps):
        match what:
            case "asks":
                conversation = asked(conversation, at(step))
                said.append((Side.MEMBER, at(step)))
            case "answers":
                seen = len(said) if number is None else min(number, len(said))
                unseen = said[number][1] if number is not None and number < len(said) else None
                conversation = answered(conversation, number, unseen, at(step))
                answered_to, read[Side.COACH] = max(answered_to, seen), max(read[Side.COACH], seen)
                said.append((Side.COACH, at(step)))
            case _:
                side = Side(what.partition(" ")[0])
                if number <= len(said):
                    conversation = marked(conversation, side, number)
                    read[side] = max(read[side], number)
        assert conversation.last == len(said)
        assert {side: conversation.read.get(side, 0) for side in Side} == read
        holds(conversation, said, answered_to)


def holds(conversation, said, answered_to):
    """Somebody waits exactly if the member has said something since what was answered; never for less long."""
    open_ = [number for number, (by, _) in enumerate(said, 1) if by is Side.MEMBER and number > answered_to]
    assert (conversation.waiting is not None) == bool(open_)
    if open_:
        assert conversation.waiting.number <= open_[0]
        assert conversation.waiting.since <= said[open_[0] - 1][1]
    for side in Side:
        theirs = [number for number, (by, _) in enumerate(said, 1) if by is side.other]
        assert conversation.unread_by(side) == (max(theirs, default=0) > conversation.read.get(side, 0))


def test_the_wait_is_counted_from_the_first_message_that_was_not_answered():
    conversation = asked(asked(Conversation(), at(1)), at(2))
    assert (conversation.waiting.number, conversation.waiting.since) == (1, at(1))


def test_a_wait_is_never_counted_from_what_the_coach_wrote():
    greeted = answered(Conversation(), None, None, at(1))
    conversation = answered(asked(greeted, at(2)), 0, at(1), at(3))
    assert (conversation.waiting.number, conversation.waiting.since) == (2, at(2))


def test_a_mark_beyond_the_last_message_is_refused():
    with pytest.raises(Invalid) as refused:
        marked(asked(Conversation(), NOON), Side.COACH, 2)
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("/number", "out_of_range")]


@pytest.mark.parametrize("text", ["x", "x" * 4_000, "👩🏽‍🚀", "\u0301x"])
def test_what_can_be_kept(text):
    refuse_unfit(text)


@pytest.mark.parametrize(("text", "code"), [("", "missing"), ("\u200b \n", "missing"), ("x" * 4_001, "too_long")])
def test_what_cannot(text, code):
    with pytest.raises(Invalid) as refused:
        refuse_unfit(text)
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("/text", code)]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_whatever_is_sent_can_be_kept_as_utf8_and_tidying_twice_changes_nothing(text):
    once = WriteMessage(client_id="client-a", text=text).text
    assert once.encode().decode() == once
    assert not any(ord(one) < 32 and one not in "\n\t" for one in once)
    assert WriteMessage(client_id="client-a", text=once).text == once


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=200))
def test_every_character_that_can_be_shown_stays_as_it_was(text):
    assert WriteMessage(client_id="client-a", text=text).text == text
