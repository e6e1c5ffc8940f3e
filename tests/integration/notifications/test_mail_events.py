"""One e-mail per event and recipient: SES tells what it took, so a try that died is not made again."""

import json
from datetime import timedelta
from itertools import permutations

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.shared.entry import FunctionFailedError
from tests.integration.eligibility.world import ANA
from tests.integration.notifications.telling import HearingWorld, Telling
from tests.worlds.base import PARAMETERS, on_moto
from tests.worlds.calls import watched

ADDRESS = "ana@example.com"
BOUNCES, COMPLAINS, AWAY = (f"{fate}+ana@simulator.amazonses.com" for fate in ("bounce", "complaint", "ooto"))


@pytest.fixture(scope="module")
def deployed(payer_stand_in):
    payer_stand_in.down = False
    with on_moto():
        boto3.client("sesv2").create_email_identity(EmailIdentity=PARAMETERS["MailFrom"])
        world = HearingWorld.founded(parameters={"ClearinghouseUrl": payer_stand_in.url}, payer=payer_stand_in)
        with world.keeping_time():
            world.keep_plans()
        world.stay()
        yield world


@pytest.fixture
def ses(world, monkeypatch):
    return Telling(world).installed(monkeypatch)


@pytest.fixture
def calls(ses, world, monkeypatch):
    return watched(monkeypatch, world)


def due(world, email=ADDRESS):
    """A member, and the event upon which a letter is due to them."""
    member = world.member(ANA, email)
    asked(world, member)
    return member, world.queue[0]


def asked(world, member):
    """Another check of the member's has its answer, and the event about it is on its way."""
    world.check(member, ANA.order())
    world.publish()
    world.deliver(world.queue[0])
    world.publish()


def noted(world, member):
    """What is kept of the member's letters, and which addresses get none."""
    kept = world.kept("NOTIFICATIONS_TABLE", member)
    states = [item["state"] for item in kept if item["sk"].startswith("MAIL#")]
    return states, len([item for item in kept if item["sk"].startswith("SUPPRESSED#")])


def comes_back(world):
    """Half an hour with whatever the queue brings again."""
    for _ in range(5):
        world.now += timedelta(minutes=6)
        world.drain()


def test_killed_anywhere_while_it_is_sent_one_letter_leaves_and_is_marked(world, ses, calls):
    member, event = due(world)
    calls.begin()
    assert world.deliver(event)
    made = list(calls.made)
    assert "sesv2.SendEmail" in made
    for kill_at in range(len(made)):
        for after in (False, True):
            world.wipe()
            ses.taken.clear()
            member, event = due(world)
            calls.begin(kill_at, after=after)
            world.deliver(event)
            calls.begin()
            ses.tell()
            comes_back(world)
            ses.tell()
            assert len(world.mails()) == 1, (made[kill_at], after)
            assert noted(world, member) == (["sent"], 0), (made[kill_at], after)
            assert (world.queue, world.dead) == ([], [])


def test_a_letter_whose_answer_was_lost_is_not_sent_again_once_ses_has_told_of_it(world, ses, monkeypatch):
    member, event = due(world)
    ask = BaseClient._make_api_call

    def lost(client, operation, parameters):
        answer = ask(client, operation, parameters)
        if operation == "SendEmail":
            raise EndpointConnectionError(endpoint_url="ses")
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", lost)
    assert not world.deliver(event)
    assert noted(world, member) == (["sending"], 0)
    ses.tell()
    comes_back(world)
    assert (len(world.mails()), noted(world, member)) == (1, (["sent"], 0))


def test_where_ses_tells_nothing_the_letter_is_sent_again_after_the_lease(world, ses, calls):
    member, event = due(world)
    calls.begin()
    world.deliver(event)
    at = calls.made.index("sesv2.SendEmail")
    world.wipe()
    member, event = due(world)
    calls.begin(at, after=True)
    world.deliver(event)
    calls.begin()
    comes_back(world)
    assert (len(world.mails()), noted(world, member)) == (2, (["sent"], 0))


def test_what_ses_tells_before_it_answers_the_sender_stands(world, ses):
    ses.at_once = True
    member, event = due(world)
    assert world.deliver(event)
    assert world.deliver_again(event)
    assert (len(world.mails()), noted(world, member)) == (1, (["sent"], 0))


def test_a_refusal_of_what_ses_took_after_all_does_not_take_the_mark_away(world, ses, monkeypatch):
    ses.at_once = True
    member, event = due(world)
    ask = BaseClient._make_api_call

    def failing(client, operation, parameters):
        answer = ask(client, operation, parameters)
        if operation == "SendEmail":
            raise ClientError({"Error": {"Code": "InternalFailure", "Message": "ana"}}, operation)
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", failing)
    assert not world.deliver(event)
    comes_back(world)
    assert (len(world.mails()), noted(world, member)) == (1, (["sent"], 0))


@pytest.mark.parametrize("address", [BOUNCES, COMPLAINS])
def test_nothing_more_is_sent_where_mail_bounces_or_its_reader_complains(world, ses, address):
    member, event = due(world, address)
    assert world.deliver(event)
    ses.tell()
    assert noted(world, member) == (["sent"], 1)
    asked(world, member)
    world.drain()
    assert len(world.mails()) == 1
    states, _ = noted(world, member)
    assert sorted(states) == ["sent", "suppressed"]


def test_the_address_is_the_same_however_it_is_written(world, ses):
    member, event = due(world, "Bounce+Ana@simulator.amazonses.com")
    assert world.deliver(event)
    (sent, bounced) = ses.events()
    bounced["detail"]["mail"]["destination"] = [BOUNCES]
    ses.tell(sent, bounced)
    asked(world, member)
    world.drain()
    assert len(world.mails()) == 1


def test_another_address_of_the_member_gets_mail_again(world, ses):
    member, event = due(world, BOUNCES)
    assert world.deliver(event)
    ses.tell()
    world.sign_in("ana.again@example.com", sub=BOUNCES)
    asked(world, member)
    world.drain()
    assert [mail["To"] for mail in world.mails()] == [BOUNCES, "ana.again@example.com"]


def test_what_comes_back_for_now_only_suppresses_nothing(world, ses):
    member, event = due(world, AWAY)
    assert world.deliver(event)
    events = ses.events()
    assert [event["detail-type"] for event in events] == ["Email Sent", "Email Delivered", "Email Bounced"]
    ses.tell(*events)
    assert noted(world, member) == (["sent"], 0)


def test_a_bounce_of_which_nobody_knows_the_kind_and_a_complaint_taken_back_suppress_nothing(world, ses):
    member, event = due(world, BOUNCES)
    assert world.deliver(event)
    (_, bounced) = ses.events()
    bounced["detail"]["bounce"]["bounceType"] = "Undetermined"
    taken_back = {"mail": bounced["detail"]["mail"], "complaint": {"complaintFeedbackType": "not-spam"}}
    ses.tell(bounced, {"detail-type": "Email Complaint Received", "detail": taken_back})
    assert noted(world, member) == (["sent"], 0)


def test_events_may_come_in_any_order_and_twice(world, ses):
    ends = set()
    for order in permutations(range(3)):
        world.wipe()
        member, event = due(world, COMPLAINS)
        assert world.deliver(event)
        events = ses.events()
        ses.tell(*(events[number] for number in order), *events)
        ends.add(str(noted(world, member)))
    assert ends == {"(['sent'], 1)"}


def test_what_is_told_again_changes_nothing(world, ses):
    member, event = due(world, BOUNCES)
    assert world.deliver(event)
    events = ses.events()
    ses.tell(*events)
    before = world.kept("NOTIFICATIONS_TABLE", member)
    world.now += timedelta(days=1)
    ses.tell(*events)
    assert world.kept("NOTIFICATIONS_TABLE", member) == before


def test_killed_anywhere_while_it_hears_it_has_heard_in_the_end(world, ses, calls):
    _, event = due(world, BOUNCES)
    assert world.deliver(event)
    (_, bounced) = ses.events()
    calls.begin()
    ses.tell(bounced)
    made = len(calls.made)
    assert made > 1
    for kill_at in range(made):
        for after in (False, True):
            world.wipe()
            ses.taken.clear()
            member, event = due(world, BOUNCES)
            assert world.deliver(event)
            (_, bounced) = ses.events()
            calls.begin(kill_at, after=after)
            world.deliver(ses.message(bounced))
            calls.begin()
            comes_back(world)
            assert noted(world, member) == (["sent"], 1)
            assert (world.queue, world.dead) == ([], [])


@pytest.mark.parametrize("tags", [{}, {"member": ["mbr_1"], "cause": ["YQ"]}, {"cause": ["YQ"]}])
def test_mail_that_is_none_of_ours_changes_nothing(world, ses, tags):
    _, event = due(world, BOUNCES)
    assert world.deliver(event)
    before = world.items("NOTIFICATIONS_TABLE")
    events = ses.events()
    for told in events:
        told["detail"]["mail"]["tags"] = tags
    ses.tell(*events)
    assert world.items("NOTIFICATIONS_TABLE") == before


def test_a_letter_that_nobody_knows_of_any_more_is_not_noted_anew(world, ses):
    member, event = due(world)
    assert world.deliver(event)
    (item,) = world.kept("NOTIFICATIONS_TABLE", member)
    key = {name: {"S": item[name]} for name in ("pk", "sk")}
    world.dynamodb.delete_item(TableName=world.table("NOTIFICATIONS_TABLE"), Key=key)
    ses.tell()
    assert world.kept("NOTIFICATIONS_TABLE", member) == []


def test_of_who_leaves_the_letter_is_marked_and_no_address_is_kept(world, ses, calls):
    member, event = due(world, BOUNCES)
    calls.begin()
    assert world.deliver(event)
    at = calls.made.index("sesv2.SendEmail")
    world.wipe()
    ses.taken.clear()
    member, event = due(world, BOUNCES)
    calls.begin(at, after=True)
    world.deliver(event)
    calls.begin()
    world.close_gate(member)
    ses.tell()
    assert noted(world, member) == (["sent"], 0)


def test_neither_the_table_nor_a_log_learns_the_address(world, ses, capsys):
    member, event = due(world, BOUNCES)
    assert world.deliver(event)
    ses.tell()
    asked(world, member)
    world.drain()
    kept = json.dumps(world.items("NOTIFICATIONS_TABLE"), default=str)
    out = capsys.readouterr().out
    assert "address_suppressed" in out
    for text in (kept, out):
        assert "simulator" not in text
        assert "verified" not in text


def test_what_cannot_be_read_comes_again_and_says_nothing_of_what_it_is(world, ses, capsys):
    _, event = due(world)
    assert world.deliver(event)
    (sent, _) = ses.events()
    del sent["detail"]["mail"]["tags"]
    sent["detail"]["mail"]["destination"] = {"to": ADDRESS}
    with pytest.raises(FunctionFailedError) as failed:
        world.deliver(ses.message(sent))
    assert str(failed.value) == "ValidationError"
    assert ADDRESS not in capsys.readouterr().out
