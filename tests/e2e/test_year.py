"""The demo's year in both languages: who it is about is named only where that should be, and what is over goes.

Everything that was said in a place is searched, also what is not there any more; and every canary is put once into
each of the places, to see that it would have been found there.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import pytest

from functions.privacy.registry import kind_of
from functions.shared.retention import Fate, Kind
from local.demo.visitor import Reply, Visitor
from local.demo.year import EMAIL, ROSA, Year
from local.examples import INTAKE_ANSWERS
from local.expiry import LATEST
from local.statements.server import Asked as AskedOfTheTool
from local.stripe.server import Asked as AskedOfStripe
from local.system import System
from tests.e2e.aftermath import everything

BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NOTHING_IS_KEPT_ANY_MORE = BEGINS.replace(year=2034)
ADDRESS = (EMAIL, "rosa.silva")
CANARIES = (
    *("Rosa", "Silva", *ADDRESS, ROSA["member_id"], ROSA["date_of_birth"], "19920417"),
    *("sleep better", "your evenings"),
    *(text for text in INTAKE_ANSWERS.values() if isinstance(text, str) and " " in text),
)
"""Every personal thing that is said in the year: names, numbers, dates, messages, answers of the intake form."""
OF_A_PERSON = {"name", "email", "receipt_email", "customer_email", "phone", "address", "shipping", "billing_details"}
"""What Stripe calls that by which it would know somebody."""
_ESCAPED = re.compile(r"\\+u([0-9a-f]{4})")
_LINK = re.compile(r"https?://[^\s\"<>]+")

Exchange = tuple[str, str, Any, Reply]


@dataclass(frozen=True)
class Tables:
    """Everything that lies in the tables at one time."""

    at: datetime
    items: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, system: System) -> "Tables":
        return cls(system.now(), everything(system))


@dataclass(frozen=True)
class Lived:
    """The year, and what every place and system has of it."""

    system: System
    member_id: str
    language: str
    exchanges: list[Exchange]
    stay: Sequence[Tables]
    """After each step until she asks to leave."""
    left: Sequence[Tables]
    """After each step from then on."""
    later: Tables
    """When the time is over for which the law keeps anything."""
    said: Mapping[str, str]


@pytest.fixture(scope="module", params=["en", "es"])
def year(request):
    exchanges, stay, left = [], [], []
    with System.start(seed=1, at=BEGINS) as system:
        lived = Year(system.url, lambda *exchange: exchanges.append(exchange), request.param)
        for _title, take in lived.steps():
            take()
            (left if left or take == lived.asks_to_leave else stay).append(Tables.of(system))
        system.turn(to=NOTHING_IS_KEPT_ANY_MORE)
        later, places = Tables.of(system), said(system, exchanges)
        yield Lived(system, lived.member_id, request.param, exchanges, stay, left, later, places)


def said(system: System, exchanges: Sequence[Exchange]) -> dict[str, str]:
    """All that was ever said in each of the places."""
    bodies = [body for queue in system.wired.queues.values() for body in queue.sent]
    mails = [mail for mail in system.mailbox() if mail["to"] == [EMAIL]]
    return {
        "logs": "\n".join(system.logs()),
        "events": written(system.events()),
        "queues": "\n".join(body for body in bodies if not is_of_ses(body)),
        "queues, by SES": "\n".join(body for body in bodies if is_of_ses(body)),
        "tables": written(everything(system)),
        "Stripe": written(system.stripe.account.memory()),
        "requests to Stripe": repr(system.stripe.asked),
        "paths at the statement tool": "\n".join(asked.path for asked in system.statements.asked),
        "paths": "\n".join(f"{path} {reply.headers.get('Location')}" for _, path, _, reply in exchanges),
        "refusals": written([reply.body for *_, reply in exchanges if reply.status >= 400]),
        "subjects": "\n".join(mail["subject"] for mail in mails),
        "links": "\n".join(link for mail in mails for link in _LINK.findall(mail["text"])),
        "links in HTML": "\n".join(link for mail in mails for link in _LINK.findall(mail["html"])),
    }


def is_of_ses(body: str) -> bool:
    return json.loads(body).get("source") == "aws.ses"


def written(things: Any) -> str:
    """As text, bytes too."""

    def read(value: Any) -> str:
        try:
            return bytes(value).decode(errors="replace")
        except TypeError:
            return repr(value)

    return json.dumps(things, default=read)


def found(text: str) -> list[str]:
    """The canaries in `text`, however deep in JSON or in an address they stand: as é, \\u00e9 or %C3%A9."""
    plain = unquote_plus(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text))
    return [canary for canary in CANARIES if canary in plain]


def test_nothing_was_dropped_before_it_was_searched(year):
    kept = [year.system.functions.output.lines, *(queue.sent for queue in year.system.wired.queues.values())]
    assert [len(lines) for lines in kept if len(lines) == lines.maxlen] == []


def test_no_answer_is_a_server_error(year):
    assert [reply.status for *_, reply in year.exchanges if reply.status >= 500] == []


def test_nothing_that_names_a_person_is_in_the_logs_the_events_or_the_queues(year):
    assert len(year.said["logs"].splitlines()) > 100
    assert len(year.system.events()) > 15
    assert len(year.said["queues"].splitlines()) > 15
    assert found(year.said["logs"]) == []
    assert found(year.said["events"]) == []
    assert found(year.said["queues"]) == []


def test_what_ses_tells_of_an_e_mail_names_its_address_and_nothing_else_of_the_person(year):
    assert found(year.said["queues, by SES"]) == [*ADDRESS]


def test_everything_personal_is_sealed_where_it_is_kept(year):
    assert any(item.get("sk") == "CONTACT" for item in year.stay[0].items)
    for tables in (*year.stay, *year.left):
        assert found(written(tables.items)) == [], tables.at


def test_stripe_knows_our_ids_and_nobodys_name(year):
    assert year.member_id in year.said["Stripe"]
    assert year.member_id in year.said["requests to Stripe"]
    assert found(year.said["Stripe"]) == []
    assert found(year.said["requests to Stripe"]) == []


def test_stripe_is_not_asked_to_keep_anything_by_which_it_would_know_a_person(year):
    given = {parameter for asked in year.system.stripe.asked for parameter in asked.parameters}
    assert "metadata[member_id]" in given
    assert [parameter for parameter in given if OF_A_PERSON & set(re.split(r"\W+", parameter))] == []


def test_the_statement_tool_is_told_of_a_person_in_the_body_alone(year):
    assert [asked.path for asked in year.system.statements.asked if asked.session_id]
    assert found(year.said["paths at the statement tool"]) == []


def test_no_path_and_no_refusal_names_a_person(year):
    assert year.said["paths"]
    assert "late_cancellation" in year.said["refusals"]
    assert found(year.said["paths"]) == []
    assert found(year.said["refusals"]) == []


def test_no_e_mail_says_in_its_subject_or_its_links_who_it_is_about(year):
    mails = [mail for mail in year.system.mailbox() if mail["to"] == [EMAIL]]
    assert len({mail["subject"] for mail in mails}) > 8
    assert {mail["language"] for mail in mails} == {year.language}
    assert "erasure-certificates/" in year.said["links"]
    assert found(year.said["subjects"]) == []
    assert found(year.said["links"]) == []
    assert year.said["links in HTML"]
    assert found(year.said["links in HTML"]) == []


PLANTED: tuple[tuple[str, Callable[[Lived, str], object]], ...] = (
    ("logs", lambda year, text: year.system.functions.output.write(noted(text) + "\n")),
    ("events", lambda year, text: publish(year.system, text)),
    ("queues", lambda year, text: work_off(year.system, text, "careway")),
    ("queues, by SES", lambda year, text: work_off(year.system, text, "aws.ses")),
    ("tables", lambda year, text: keep(year.system, text, {"S": noted(text)})),
    ("tables", lambda year, text: keep(year.system, text, {"B": text.encode()})),
    ("Stripe", lambda year, text: come_and_go_at_stripe(year.system, text)),
    ("requests to Stripe", lambda year, text: year.system.stripe.asked.append(asked_of_stripe(text))),
    ("paths at the statement tool", lambda year, text: year.system.statements.asked.append(asked_of_the_tool(text))),
    ("paths", lambda year, text: year.exchanges.append(("GET", searching_for(text), None, Reply(200, {}, {})))),
    ("paths", lambda year, text: year.exchanges.append(("POST", "/", None, Reply(201, {}, {"Location": text})))),
    ("refusals", lambda year, text: year.exchanges.append(("GET", "/", None, Reply(404, {"detail": text}, {})))),
    ("subjects", lambda year, text: year.system.mail.mails.append(letter(subject=text))),
    ("links", lambda year, text: year.system.mail.mails.append(letter(text=f"See {searching_for(text)}."))),
    ("links in HTML", lambda year, text: year.system.mail.mails.append(letter(html=f'"{searching_for(text)}"'))),
)
"""How something is said in each of the places; where that can be, it is not there any more afterwards."""


def noted(text: str) -> str:
    """A note such as code leaves one: JSON in JSON."""
    return json.dumps({"note": json.dumps({"about": text})})


def publish(system: System, text: str) -> None:
    system.wired.bus.put([{"Source": "careway", "DetailType": "noted", "Detail": noted(text)}])


def work_off(system: System, text: str, source: str) -> None:
    queue = next(iter(system.wired.queues.values()))
    queue.send(json.dumps({"source": source, "detail": noted(text)}), "planted", system.now())
    queue.delete({"planted"})


def keep(system: System, text: str, value: Mapping[str, Any]) -> None:
    key = {"pk": {"S": "PLANTED"}, "sk": {"S": str(CANARIES.index(text))}}
    table = system.template.placed["CareTable"].ref
    system.aws.dynamodb.put_item(TableName=table, Item={**key, "kept": value})


def come_and_go_at_stripe(system: System, text: str) -> None:
    account = system.stripe.account
    account.delete_customer(account.create_customer({"name": text})["id"])


def asked_of_stripe(text: str) -> AskedOfStripe:
    return AskedOfStripe("POST", "/v1/customers", None, {"note": text}, frozenset(), 200)


def asked_of_the_tool(text: str) -> AskedOfTheTool:
    return AskedOfTheTool("GET", searching_for(text), None, 200)


def searching_for(text: str) -> str:
    return f"https://example.com/?about={quote_plus(text)}"


def letter(**said: str) -> dict[str, Any]:
    return {"to": [EMAIL], "subject": "", "text": "", "html": "", **said}


@pytest.mark.parametrize(("place", "plant"), PLANTED, ids=[place for place, _ in PLANTED])
def test_a_canary_is_found_wherever_it_gets_to(year, place, plant):
    heard = replace(year, exchanges=[])
    for canary in CANARIES:
        plant(heard, canary)
    assert found(said(year.system, heard.exchanges)[place]) == [*CANARIES]


def test_every_place_that_is_searched_has_been_tried(year):
    assert {place for place, _ in PLANTED} == year.said.keys()


def test_what_holds_for_a_time_only_goes_by_itself_soon_after_it(year):
    assert any("ttl" in item for item in year.stay[0].items)
    for tables in (*year.stay, *year.left, year.later):
        long_over = (tables.at - LATEST).timestamp()
        assert [item for item in tables.items if "ttl" in item and item["ttl"] < long_over] == [], tables.at


@pytest.mark.parametrize("sk", ["QUOTE#", "hold#", "book#"])
def test_what_a_member_was_quoted_and_the_marks_of_requests_are_there_and_then_gone(year, sk):
    there = [any(of_hers(item, year.member_id, sk) for item in tables.items) for tables in year.stay]
    assert any(there)
    assert not there[-1]


def of_hers(item: Mapping[str, Any], member_id: str, sk: str) -> bool:
    return item["pk"].endswith(f"#{member_id}") and item.get("sk", "").startswith(sk)


def test_the_time_that_was_held_is_in_no_calendar_and_no_mark_afterwards(year):
    ids = {reply.body["id"] for _, path, _, reply in year.exchanges if path == "/v1/holds"}
    assert len(ids) == 2
    there = [{hold for hold in ids if hold in written(tables.items)} for tables in year.stay]
    assert len(set().union(*there)) == 2
    assert there[-1] == set()


def test_after_the_erasure_nothing_is_left_that_names_the_person_or_could_be_opened(year):
    left = year.left[-1].items
    assert found(written(left)) == []
    assert not [item for item in left if item["table"] == "KeysTable" and item["sk"] == "KEY#erasable"]


def test_after_the_erasure_only_that_is_left_which_the_law_keeps_or_which_goes_by_itself(year):
    left = [kind_in(item) for item in year.left[-1].items if year.member_id in written(item)]
    assert {kind.fate for kind in left} == {Fate.KEEP, Fate.EXPIRE}
    assert all(kind.law for kind in left if kind.fate is Fate.KEEP)


def kind_in(item: Mapping[str, Any]) -> Kind:
    setting = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", item["table"]).upper()
    return kind_of(setting, item["pk"], item.get("sk", ""))


def test_when_the_law_keeps_nothing_any_more_nothing_is_left_but_the_certificate(year):
    assert year.member_id in written(year.left[-1].items)
    assert year.member_id not in written(year.later.items)
    certificate = next(item for item in year.later.items if item.get("sk") == "CERTIFICATE")
    somebody = Visitor(year.system.url, lambda *_: None)
    told = somebody.read_certificate(certificate["pk"].partition("#")[2])
    assert told["kept"]
    assert found(written(told)) == []


def test_signing_up_again_later_is_a_new_person(year):
    before = {item["pk"] for item in everything(year.system) if item.get("sk") == "GATE"}
    again = Visitor(year.system.url, lambda *_: None)
    again.sign_up(EMAIL)
    again.ask("GET", "/v1/profile", expect=404)
    after = {item["pk"] for item in everything(year.system) if item.get("sk") == "GATE"}
    assert len(after - before) == 1
