"""The way to the statement tool: signed, and told apart whether asking again may help."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.payments.problems import StatementToolDown, StatementToolRefused
from functions.payments.statement_tool import StatementTool
from local.statements.server import SECRET, start
from local.stripe.faults import Fault

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SESSION = {
    "session_id": "apt_1",
    "service": "therapy",
    "starts_at": "2026-11-20T15:00:00Z",
    "ends_at": "2026-11-20T15:50:00Z",
    "patient": {"first_name": "Ana", "member_number": "U1234567801"},
}


@pytest.fixture
def stand_in():
    with start(now=lambda: NOON) as running:
        yield running


@pytest.fixture
def tool(stand_in):
    return StatementTool(stand_in.url + "/", SECRET)


def test_what_is_told_is_signed_and_taken_in(tool, stand_in):
    tool.tell(SESSION, NOON)
    tool.tell(SESSION, NOON)
    assert [asked.status for asked in stand_in.asked] == [201, 200]


def test_what_was_told_in_other_words_was_told(tool, stand_in):
    tool.tell(SESSION, NOON)
    tool.tell({**SESSION, "service": "therapy_intake"}, NOON)
    assert [asked.status for asked in stand_in.asked] == [201, 409]


@pytest.mark.parametrize(
    "fault",
    [Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER, Fault.RATE_LIMITED],
)
def test_where_asking_again_may_help_the_tool_is_down(tool, stand_in, fault):
    stand_in.faults.expect(fault)
    with pytest.raises(StatementToolDown):
        tool.tell(SESSION, NOON)


def test_a_tool_that_nobody_answers_for_is_down():
    with pytest.raises(StatementToolDown):
        StatementTool("http://127.0.0.1:1", SECRET).tell(SESSION, NOON)


def test_what_it_does_not_take_is_our_fault_and_says_only_the_status(tool, stand_in):
    with pytest.raises(StatementToolRefused, match=r"^status 400$"):
        tool.tell({**SESSION, "patient": None}, NOON)
    with pytest.raises(StatementToolRefused, match=r"^status 404$"):
        tool.report("stmt_1", {}, NOON)


@pytest.mark.parametrize(("key", "now"), [("guessed", NOON), (SECRET, NOON + timedelta(seconds=301))])
def test_without_the_key_or_with_a_wrong_clock_nothing_is_taken_in(stand_in, key, now):
    with pytest.raises(StatementToolRefused, match=r"^status 401$"):
        StatementTool(stand_in.url, key).tell(SESSION, now)
    assert stand_in.books.sessions == {}
