"""Who writes words of a crisis is told where help is, and heard, whatever becomes of the message (C5)."""

import pytest

CRY = "I want to end my life."
GRITO = "No quiero seguir viviendo."
HELP = {"en": "Call or text 988 now", "es": "Llame ahora al 988 y marque 2"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
def coach(world):
    return world.coach()


def first_error(answer):
    first = answer.body["errors"][0]
    return first["pointer"], first["code"], first["detail"]


def heard(world, member):
    return [data["number"] for data in world.told("care.crisis_heard", member)]


@LANGUAGES
@pytest.mark.parametrize("text", [CRY, GRITO])
def test_help_is_in_the_answer_and_the_event_in_the_outbox(world, coach, language, text):
    member = world.member(coach)
    kept = world.write_message(member, text, language=language)
    assert (kept.status, kept.body["crisis"]) == (201, True)
    assert HELP[language] in kept.body["help"]
    assert heard(world, member) == [1]


def test_each_message_is_told_once_however_often_it_is_sent_and_help_each_time(world, coach):
    member = world.member(coach)
    for _ in range(2):
        assert world.write_message(member, CRY, client_id="client-a").body["help"]
    assert world.write_message(member, "I am calmer now").body["help"] is None
    world.write_message(member, CRY)
    assert sorted(heard(world, member)) == [1, 3]


@LANGUAGES
def test_without_a_pass_such_a_message_is_taken_all_the_same(world, coach, language):
    member = world.member(coach)
    world.wait(days=31)
    kept = world.write_message(member, CRY, language=language)
    assert (kept.status, HELP[language] in kept.body["help"]) == (201, True)
    assert heard(world, member) == [1]
    [waiting] = world.coached(coach).body["members"]
    assert waiting["waiting"]["number"] == 1
    assert world.coach_looks(coach, member).body["messages"][0]["text"] == CRY
    assert world.write_message(member, "Are you there?").body["code"] == "pass_required"


@LANGUAGES
@pytest.mark.parametrize(
    "sentences",
    [
        [
            "I do not wanna live",
            "I don't wanna be alive anymore",
            "I'm going to kill my self",
            "I took all my pills",
            "I cut my wrists",
            "everyone would be better off if I was gone",
            "he is going to kill me",
        ],
        [
            "Me quiero hacer daño",
            "me corté las venas",
            "me voy a tirar de un puente",
            "me tomé todas las pastillas",
            "quiero dejar de existir",
            "ya no quiero seguir",
            "me va a matar",
        ],
    ],
    ids=["english", "spanish"],
)
def test_so_is_each_plain_sentence_in_whichever_word_order_of_somebody_without_a_pass(world, language, sentences):
    [stranger] = world.newcomers()
    for sentence in sentences:
        kept = world.write_message(stranger, sentence, language=language)
        assert (kept.status, kept.body["crisis"]) == (201, True), sentence
        assert HELP[language] in kept.body["help"]
        assert "911" in kept.body["help"]
    assert len(heard(world, stranger)) == len(sentences)


@pytest.mark.parametrize("text", ["this traffic is killing me", "me quiero cortar el pelo"])
def test_what_is_said_every_day_calls_nobody(world, text):
    [stranger] = world.newcomers()
    refused = world.write_message(stranger, text)
    assert (refused.body["code"], "988" in str(refused.body)) == ("pass_required", False)
    assert heard(world, stranger) == []


def test_also_of_somebody_who_never_had_a_pass_nor_a_coach(world):
    [stranger] = world.newcomers()
    assert world.write_message(stranger, GRITO).status == 201
    support = world.coached("stf_01M82TWG08W65Y6KHTXY36V3KE", groups="support").body["members"]
    assert [one["member_id"] for one in support] == [stranger]


@LANGUAGES
def test_a_message_that_is_too_long_is_refused_and_the_person_is_not(world, coach, language):
    member = world.member(coach)
    refused = world.write_message(member, "x " * 2_000 + CRY, language=language)
    pointer, code, detail = first_error(refused)
    assert (refused.status, pointer, code) == (422, "/text", "crisis")
    assert HELP[language] in detail
    assert [error["code"] for error in refused.body["errors"]] == ["crisis", "too_long"]
    assert heard(world, member) == [None]


def test_so_is_another_text_under_a_used_client_id(world, coach):
    member = world.member(coach)
    world.write_message(member, "Hello", client_id="client-a")
    refused = world.write_message(member, CRY, client_id="client-a")
    assert (refused.status, refused.body["code"], first_error(refused)[1]) == (422, "client_id_reused", "crisis")
    assert heard(world, member) == [None]


@pytest.mark.parametrize("destroy_keys", [False, True])
def test_and_so_is_somebody_whose_account_is_closing(world, coach, destroy_keys):
    member = world.member(coach)
    world.close_gate(member, destroy_keys=destroy_keys)
    refused = world.write_message(member, CRY)
    assert (refused.status, first_error(refused)[1]) == (403, "crisis")
    assert heard(world, member) == [None]
    assert world.kept_of("CARE_TABLE", member, "MSG#") == []


def test_a_coach_who_asks_about_it_is_in_no_crisis(world, coach):
    member = world.member(coach)
    asked = world.answer(coach, member, "Are you thinking of suicide?")
    assert (asked.status, "crisis" in asked.body) == (201, False)
    assert heard(world, member) == []
