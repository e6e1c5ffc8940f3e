"""A message is there once, in the server's order; members read for ever and write while their pass runs (C1)."""

from datetime import timedelta

import pytest

CALM = "I slept better last night."


@pytest.fixture
def coach(world):
    return world.coach()


@pytest.fixture
def member(world, coach):
    return world.member(coach)


def numbers(answer):
    assert answer.status == 200, answer.body
    return [one["number"] for one in answer.body["messages"]]


def texts(answer):
    return [one["text"] for one in answer.body["messages"]]


# Writing


def test_a_message_is_numbered_by_the_server_and_read_by_both(world, coach, member):
    first = world.write_message(member, CALM, client_id="client-a")
    world.wait(minutes=1)
    second = world.answer(coach, member, "How come?")
    assert (first.status, second.status) == (201, 201)
    assert first.body == {
        "number": 1,
        "by": "member",
        "coach_id": None,
        "client_id": "client-a",
        "sent_at": "2026-11-23T15:00:00Z",
        "text": CALM,
        "crisis": False,
        "help": None,
    }
    assert [second.body[name] for name in ("number", "by", "coach_id")] == [2, "coach", coach]
    for seen in (world.look(member), world.coach_looks(coach, member)):
        assert texts(seen) == ["How come?", CALM]
        assert numbers(seen) == [2, 1]
    assert world.told("care.message_sent", member) == [
        {"member_id": member, "number": 1, "by": "member"},
        {"member_id": member, "number": 2, "by": "coach"},
    ]


def test_sent_again_it_is_there_once_with_the_same_answer(world, coach, member):
    first = world.write_message(member, CALM, client_id="client-a")
    world.answer(coach, member, "How come?", client_id="client-a")
    world.wait(hours=1)
    assert world.write_message(member, CALM, client_id="client-a") == first
    assert world.answer(coach, member, "How come?", client_id="client-a").body["number"] == 2
    assert numbers(world.look(member)) == [2, 1]
    assert len(world.told("care.message_sent")) == 2


def test_a_client_id_belongs_to_one_text(world, coach, member):
    world.write_message(member, CALM, client_id="client-a")
    world.answer(coach, member, "How come?", client_id="client-b")
    for refused in (
        world.write_message(member, "Something else", client_id="client-a"),
        world.answer(coach, member, "Something else", client_id="client-b"),
    ):
        assert (refused.status, refused.body["code"]) == (422, "client_id_reused")
    assert numbers(world.look(member)) == [2, 1]


def test_what_was_sent_is_answered_again_after_the_pass_has_ended(world, member):
    first = world.write_message(member, CALM, client_id="client-a")
    world.wait(days=31)
    assert world.write_message(member, CALM, client_id="client-a") == first


@pytest.mark.parametrize(("language", "says"), [("en", "while your coaching pass"), ("es", "mientras su pase")])
def test_without_a_running_pass_nothing_is_written_and_all_stays_readable(world, coach, member, language, says):
    world.write_message(member, CALM)
    world.wait(days=30)
    refused = world.write_message(member, "Are you there?", language=language)
    assert (refused.status, refused.body["code"]) == (409, "pass_required")
    assert says in refused.body["detail"]
    assert texts(world.look(member)) == [CALM]
    assert world.answer(coach, member, "I am still here.").status == 201
    assert numbers(world.look(member)) == [2, 1]


def test_who_never_had_a_pass_is_told_so(world):
    [stranger] = world.newcomers()
    assert world.write_message(stranger, CALM).body["code"] == "pass_required"
    assert world.look(stranger).body["messages"] == []


def test_a_pass_counts_to_its_last_moment(world, member):
    world.now += timedelta(days=30) - timedelta(milliseconds=1)
    assert world.write_message(member, CALM).status == 201
    world.now += timedelta(milliseconds=1)
    assert world.write_message(member, CALM).status == 409


def test_who_has_no_coach_yet_is_not_turned_away_and_support_has_to_answer(world):
    member = world.member()
    assert world.write_message(member, "I need to talk to somebody").status == 201
    support = world.coached("stf_01M82TWG08W65Y6KHTXY36V3KE", groups="support").body["members"]
    assert [(one["member_id"], one["waiting"]["number"]) for one in support] == [(member, 1)]
    coach = world.coach()
    world.activated(member)
    assert world.coached("stf_01M82TWG08W65Y6KHTXY36V3KE", groups="support").body["members"] == []
    [waiting] = world.coached(coach).body["members"]
    assert waiting["waiting"] == {"number": 1, "since": "2026-11-23T15:00:00Z"}
    assert texts(world.coach_looks(coach, member)) == ["I need to talk to somebody"]


# What can be written


@pytest.mark.parametrize(
    "text",
    [
        "👩🏽‍🚀 and 👨‍👩‍👧‍👦",
        "\u202bשלום עולם\u202c",
        "مرحبا 👋 ١٢٣",
        "two\nlines\tand a tab",
        "¿Cómo está? — “bien”",
        "e\u0301 is not é",
        "𝕭𝖑𝖆𝖈𝖐 letter",
        "0",
        "<b>&amp;</b> {braces} %s",
    ],
)
def test_what_people_write_comes_back_as_they_wrote_it(world, coach, member, text):
    assert world.write_message(member, text).body["text"] == text
    assert texts(world.coach_looks(coach, member)) == [text]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("half \ud83d of a character", "half � of a character"),
        ("  around  ", "around"),
        ("bell\x07", "bell"),
    ],
)
def test_what_cannot_be_shown_is_left_out_and_the_rest_is_kept(world, member, sent, kept):
    assert world.write_message(member, sent).body["text"] == kept


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b", "\u200d\u2060 \ufeff", "\x00\x01"])
def test_nothing_at_all_is_no_message(world, member, text):
    refused = world.write_message(member, text)
    assert (refused.status, [(e["pointer"], e["code"]) for e in refused.body["errors"]]) == (
        422,
        [("/text", "missing")],
    )
    assert world.look(member).body["last"] == 0


def test_characters_are_counted_not_bytes(world, coach, member):
    longest = "😀" * 4_000
    assert world.write_message(member, longest).status == 201
    for refused in (world.write_message(member, longest + "x"), world.answer(coach, member, "x" * 4_001)):
        assert refused.status == 422
        assert [(error["pointer"], error["code"]) for error in refused.body["errors"]] == [("/text", "too_long")]
    assert texts(world.look(member)) == [longest]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "x"}, "/client_id"),
        ({"client_id": "short", "text": "x"}, "/client_id"),
        ({"client_id": "client#00001", "text": "x"}, "/client_id"),
        ({"client_id": "client-a"}, "/text"),
        ({"client_id": "client-a", "text": 5}, "/text"),
        ({"client_id": "client-a", "text": "x", "by": "coach"}, ""),
        ({"client_id": "client-a", "text": "x", "seen": 1}, ""),
    ],
)
def test_another_shape_is_refused_by_field(world, member, body, pointer):
    refused = world.api("POST", "/v1/conversations/coaching/messages", body, who=member)
    assert (refused.status, [error["pointer"] for error in refused.body["errors"]]) == (422, [pointer])


# Reading


@pytest.fixture
def long(world, coach, member):
    """Thirty messages, every third by the coach."""
    for number in range(1, 31):
        if number % 3:
            world.write_message(member, f"message {number}")
        else:
            world.answer(coach, member, f"message {number}")
    return member


def test_pages_come_by_cursor_the_newest_first_without_gap_or_repeat(world, coach, long):
    for look in (world.look, lambda member, **asked: world.coach_looks(coach, member, **asked)):
        page = look(long, limit=7)
        seen = numbers(page)
        while page.body["next_cursor"]:
            page = look(long, limit=7, cursor=page.body["next_cursor"])
            seen += numbers(page)
        assert seen == list(range(30, 0, -1))


def test_a_page_stays_what_it_is_while_others_write(world, long):
    page = world.look(long, limit=5)
    world.write_message(long, "one more")
    assert numbers(world.look(long, limit=5, cursor=page.body["next_cursor"])) == [25, 24, 23, 22, 21]


def test_polling_gives_what_is_newer_and_304_where_nothing_is(world, coach, long):
    assert world.look(long, since=30).status == 304
    assert world.look(long, since=30).body is None
    assert world.look(long, since=999).status == 304
    assert world.coach_looks(coach, long, since=30).status == 304
    world.answer(coach, long, "one more")
    assert numbers(world.look(long, since=30)) == [31]
    assert world.look(long, since=30).body["next_cursor"] is None
    page = world.look(long, since=26, limit=2)
    assert (numbers(page), page.body["next_cursor"]) == ([31, 30], 30)
    page = world.look(long, since=26, limit=2, cursor=30)
    assert (numbers(page), page.body["next_cursor"]) == ([29, 28], 28)
    page = world.look(long, since=26, limit=2, cursor=28)
    assert (numbers(page), page.body["next_cursor"]) == ([27], None)
    assert numbers(world.look(long, since=26, cursor=27)) == []


def test_since_the_beginning_of_an_empty_conversation_nothing_is_new(world, member):
    assert world.look(member, since=0).status == 304
    world.write_message(member, CALM)
    assert numbers(world.look(member, since=0)) == [1]


@pytest.mark.parametrize(
    "asked", ["cursor=0", "cursor=x", "cursor=1.5", "since=-1", "since=MSG", "limit=0", "limit=51"]
)
def test_a_cursor_is_only_a_number(world, long, asked):
    name, _, value = asked.partition("=")
    assert world.look(long, **{name: value}).status == 422


def test_a_cursor_beyond_all_messages_is_no_cursor(world, long):
    assert numbers(world.look(long, cursor=999_999_999, limit=1)) == [30]


@pytest.mark.parametrize(("language", "says"), [("en", "not for emergencies"), ("es", "no es para emergencias")])
def test_members_are_told_that_it_is_not_for_emergencies_and_of_988(world, member, language, says):
    told = world.api("GET", "/v1/conversations/coaching/messages", who=member, language=language).body["notice"]
    assert says in told
    assert "988" in told


# Read marks


def test_a_read_mark_is_each_sides_own_and_never_goes_back(world, coach, long):
    assert world.look(long).body["unread"] is True
    marked = world.mark(long, 30)
    assert marked.body == {"last": 30, "read_by_member": 30, "read_by_coach": 29, "unread": False}
    assert world.mark(long, 4).body["read_by_member"] == 30
    world.write_message(long, "one more")
    seen = world.coach_looks(coach, long).body
    assert (seen["read_by_member"], seen["read_by_coach"], seen["unread"]) == (30, 29, True)
    assert world.coach_marks(coach, long, 31).body["unread"] is False


def test_what_one_has_written_oneself_is_not_unread(world, coach, member):
    world.write_message(member, CALM)
    assert world.look(member).body["unread"] is False
    world.answer(coach, member, "How come?")
    assert world.look(member).body["unread"] is True
    assert world.coach_looks(coach, member).body["unread"] is False


def test_a_message_that_is_not_there_cannot_have_been_read(world, coach, long):
    for refused in (world.mark(long, 31), world.coach_marks(coach, long, 31), world.mark(world.member(), 1)):
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/number")
    assert world.look(long).body["read_by_member"] == 0


# Who has to answer


def waiting(world, coach):
    members = world.coached(coach).body["members"]
    return [(one["member_id"], one["waiting"] and one["waiting"]["number"]) for one in members]


def test_who_waits_the_longest_comes_first_and_an_answer_ends_the_wait(world, coach):
    first, second, third = (world.member(coach) for _ in range(3))
    world.write_message(second, CALM)
    world.wait(minutes=1)
    world.write_message(first, CALM)
    world.write_message(second, "and one more thing")
    assert waiting(world, coach) == [(second, 1), (first, 1), (third, None)]
    world.answer(coach, second, "How come?")
    assert waiting(world, coach)[0] == (first, 1)
    assert dict(waiting(world, coach)) == {first: 1, second: None, third: None}
    world.write_message(second, "Because.")
    assert dict(waiting(world, coach))[second] == 4


def test_reading_alone_answers_nothing(world, coach, member):
    world.write_message(member, CALM)
    world.coach_marks(coach, member, 1)
    assert waiting(world, coach) == [(member, 1)]


def test_what_came_while_the_coach_was_typing_still_waits(world, coach, member):
    world.write_message(member, CALM)
    world.wait(minutes=3)
    world.write_message(member, "Or rather: I am not well at all.")
    world.wait(minutes=1)
    world.answer(coach, member, "Great!", seen=1)
    [one] = world.coached(coach).body["members"]
    assert one["waiting"] == {"number": 2, "since": "2026-11-23T15:03:00Z"}
    assert (one["read_by_coach"], one["unread"]) == (1, True)
    world.answer(coach, member, "I see. Tell me.", seen=3)
    assert waiting(world, coach) == [(member, None)]


def test_an_answer_to_nothing_that_was_seen_leaves_the_wait_as_it_was(world, coach, member):
    world.answer(coach, member, "Welcome!")
    world.write_message(member, CALM)
    world.wait(minutes=3)
    world.answer(coach, member, "Are you there?", seen=1)
    [one] = world.coached(coach).body["members"]
    assert one["waiting"] == {"number": 2, "since": "2026-11-23T15:00:00Z"}


def test_everybody_is_on_some_page_of_the_list(world, coach):
    members = {world.member(coach) for _ in range(7)}
    for member in sorted(members)[:3]:
        world.write_message(member, CALM)
    page = world.coached(coach, limit=2).body
    seen = [one["member_id"] for one in page["members"]]
    while page["next_cursor"]:
        page = world.coached(coach, limit=2, cursor=page["next_cursor"]).body
        seen += [one["member_id"] for one in page["members"]]
    assert (len(seen), set(seen)) == (7, members)


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMl0", "WyIwIyIsICJtYnJfMSJd", "é"])
def test_a_cursor_of_another_shape_is_refused(world, coach, cursor):
    assert world.coached(coach, cursor=cursor).status == 422
