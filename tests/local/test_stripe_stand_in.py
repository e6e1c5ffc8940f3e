"""The Stripe stand-in over HTTP, asked by Stripe's own library and by hand: what it does, refuses and repeats."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
import stripe

from local.deliveries import Delivery
from local.stripe.cards import CARDS, Outcome
from local.stripe.faults import Fault
from local.stripe.server import StripeStandIn, start
from tests.local.at_stripe import KEY, NOON, SECRET, Clock, app, ask, client, kinds, on_file

SAMPLES = Path(__file__).parents[1] / "samples" / "stripe"
README = Path(__file__).parents[2] / "local" / "stripe" / "README.md"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def there(clock: Clock) -> Iterator[StripeStandIn]:
    with start(
        api_key=lambda: KEY,
        webhook_secret=lambda: SECRET,
        webhook_url=lambda: "http://127.0.0.1:1/hook",
        now=clock,
    ) as running:
        yield running


@pytest.fixture
def api(there: StripeStandIn, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(stripe._http_client.HTTPClient, "INITIAL_DELAY", 0)
    return client(there).v1


# The life of a card


def test_a_card_is_set_up_and_everything_is_told(there, api):
    customer, intent, method = on_file(there, api)
    assert (intent.status, intent.payment_method, intent.customer) == ("succeeded", method.id, customer.id)
    assert (method.customer, method.card.last4, method.card.brand) == (customer.id, "4242", "visa")
    assert kinds(there) == [
        "customer.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]
    assert there.events[-1]["data"]["object"]["status"] == "succeeded"
    assert there.events[1]["data"]["object"]["status"] == "requires_payment_method"


def test_objects_have_the_fields_of_the_published_examples(there, api):
    customer, intent, method = on_file(there, api)
    made = {"customer": customer, "setup_intent": intent, "payment_method": method, "event": api.events.list().data[0]}
    for kind, thing in made.items():
        published = json.loads((SAMPLES / f"{kind}.json").read_text(encoding="utf-8"))
        assert published.keys() <= thing.to_dict().keys()
        assert thing.object == kind
    card = json.loads((SAMPLES / "payment_method.json").read_text(encoding="utf-8"))["card"]
    assert card.keys() <= method.card.to_dict().keys()


def test_nothing_of_the_examples_people_is_left(there, api):
    told = json.dumps([thing.to_dict() for thing in on_file(there, api)], default=str)
    assert not re.search("jenny|Fake Street|order_id|555555", told)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.names[0])
def test_every_documented_card_does_what_it_is_documented_for(there, api, card):
    for form in (
        {"payment_method": card.names[0]},
        {
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": card.number,
            "payment_method_data[card][exp_month]": "7",
            "payment_method_data[card][exp_year]": "2031",
            "payment_method_data[card][cvc]": "123",
        },
    ):
        intent = api.setup_intents.create({"customer": api.customers.create().id})
        status, body, _ = app(there, intent, **form)
        after = api.setup_intents.retrieve(intent.id)
        match card.outcome:
            case Outcome.SUCCEEDS:
                assert (status, body["status"], after.status) == (200, "succeeded", "succeeded")
                assert api.payment_methods.retrieve(after.payment_method).card.last4 == card.number[-4:]
            case Outcome.ASKS:
                assert (status, after.status, kinds(there)[-1]) == (
                    200,
                    "requires_action",
                    "setup_intent.requires_action",
                )
            case Outcome.DECLINED:
                error = body["error"]
                assert (status, error["type"], error["code"]) == (402, "card_error", card.code)
                assert error.get("decline_code", "") == card.decline_code
                assert error["setup_intent"]["id"] == intent.id
                assert (after.status, after.last_setup_error.code) == ("requires_payment_method", card.code)
                assert kinds(there)[-1] == "setup_intent.setup_failed"


def test_the_readme_lists_every_card_with_its_name():
    listed = re.findall(r"^\| ([\d ]+) \| `(pm_card_\w+)` \|", README.read_text(encoding="utf-8"), re.M)
    assert [(number.replace(" ", ""), name) for number, name in listed] == [(c.number, c.names[0]) for c in CARDS]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payment_method_data[card][number]": "4242424242424241"}, "incorrect_number"),
        ({"payment_method_data[card][exp_year]": "2020"}, "invalid_expiry_year"),
        (
            {"payment_method_data[card][exp_month]": "10", "payment_method_data[card][exp_year]": "2026"},
            "invalid_expiry_year",
        ),
    ],
)
def test_a_mistyped_or_expired_card_is_refused(there, api, change, code):
    intent = api.setup_intents.create()
    form = {
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": "4242 4242 4242 4242",
        "payment_method_data[card][exp_month]": "11",
        "payment_method_data[card][exp_year]": "2026",
    }
    status, body, _ = app(there, intent, **{**form, **change})
    assert (status, body["error"]["code"]) == (402, code)
    assert app(there, intent, **form)[0] == 200


def test_the_bank_recognises_the_person_or_does_not(there, api):
    for succeeds, ends in ((True, "succeeded"), (False, "requires_payment_method")):
        intent = api.setup_intents.create({"customer": api.customers.create().id})
        app(there, intent, payment_method="pm_card_authenticationRequiredOnSetup")
        door = f"/_stripe/setup_intents/{intent.id}/authenticate"
        assert ask(there, "POST", door, None, form=json.dumps({"succeeds": succeeds}).encode())[0] == 200
        assert api.setup_intents.retrieve(intent.id).status == ends


def test_an_intent_that_has_succeeded_is_not_confirmed_again(there, api):
    _, intent, _ = on_file(there, api)
    status, body, _ = app(there, intent, payment_method="pm_card_visa")
    assert (status, body["error"]["code"]) == (400, "setup_intent_unexpected_state")


def test_a_card_of_one_customer_cannot_be_set_up_for_another(there, api):
    _, _, method = on_file(there, api)
    other = api.setup_intents.create({"customer": api.customers.create().id})
    assert app(there, other, payment_method=method.id)[0] == 400


def test_a_detached_card_is_nobodys_for_good_and_a_second_time_is_refused(there, api):
    customer, _, method = on_file(there, api)
    assert api.payment_methods.detach(method.id).customer is None
    assert there.events[-1]["data"]["previous_attributes"] == {"customer": customer.id}
    with pytest.raises(stripe.InvalidRequestError, match="detachment is impossible"):
        api.payment_methods.detach(method.id)
    assert api.payment_methods.retrieve(method.id).customer is None
    assert api.payment_methods.list({"customer": customer.id}).data == []


def test_a_deleted_customer_says_only_that_and_has_no_cards(there, api):
    customer, _, method = on_file(there, api)
    assert api.customers.delete(customer.id).deleted
    assert api.customers.retrieve(customer.id).to_dict() == {"id": customer.id, "object": "customer", "deleted": True}
    assert kinds(there)[-2:] == ["payment_method.detached", "customer.deleted"]
    assert api.payment_methods.retrieve(method.id).customer is None
    for asked in (
        lambda: api.payment_methods.list({"customer": customer.id}),
        lambda: api.setup_intents.create({"customer": customer.id}),
        lambda: api.customers.delete(customer.id),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            asked()
        assert refused.value.code == "resource_missing"
    assert api.customers.list().data == []


def test_a_renewed_card_tells_what_was_before(there, api):
    _, _, method = on_file(there, api)
    door = f"/_stripe/payment_methods/{method.id}/renew"
    assert ask(there, "POST", door, None, form=b'{"exp_month": 3, "exp_year": 2031}')[0] == 200
    assert api.payment_methods.retrieve(method.id).card.exp_year == 2031
    event = there.events[-1]
    assert event["type"] == "payment_method.automatically_updated"
    assert event["data"]["previous_attributes"] == {"card": {"exp_month": 11, "exp_year": 2027}}
    assert ask(there, "POST", door, None, form=b'{"brand": "x"}')[0] == 400


# Lists


def test_lists_are_newest_first_and_paged(there, api, clock):
    made = []
    for _ in range(25):
        made.append(api.customers.create().id)
        clock.now += timedelta(seconds=1)
    assert [customer.id for customer in api.customers.list().data] == made[:-11:-1]
    assert [customer.id for customer in api.customers.list({"limit": 4}).auto_paging_iter()] == made[::-1]
    start_at = int(NOON.timestamp())
    within = api.customers.list({"created": {"gte": start_at + 3, "lt": start_at + 5}})
    assert [customer.id for customer in within.data] == [made[4], made[3]]


def test_events_are_listed_by_type(there, api):
    on_file(there, api)
    assert [e.type for e in api.events.list({"type": "setup_intent.*"}).data] == [
        "setup_intent.succeeded",
        "setup_intent.created",
    ]
    wanted = api.events.list({"types": ["customer.created", "payment_method.attached"]}).data
    assert [event.type for event in wanted] == ["payment_method.attached", "customer.created"]
    assert api.events.retrieve(wanted[0].id).to_dict() == wanted[0].to_dict()


# Who may ask, and what


def test_nobody_without_the_secret_key_comes_in(there):
    assert ask(there, "GET", "/v1/customers", None)[0] == 401
    assert ask(there, "GET", "/v1/customers", "sk_another")[0] == 401
    for path in ("/v1/customers", "/v1/events", "/v1/payment_methods?customer=cus_1"):
        status, body, _ = ask(there, "GET", path, "pk_app")
        assert (status, body["error"]["code"]) == (403, "secret_key_required")


def test_the_app_needs_the_secret_of_the_intent(there, api):
    one, other = api.setup_intents.create(), api.setup_intents.create()
    path = f"/v1/setup_intents/{one.id}"
    assert ask(there, "GET", f"{path}?client_secret={one.client_secret}", "pk_app")[0] == 200
    for query in ("", f"?client_secret={other.client_secret}", "?client_secret="):
        assert ask(there, "GET", path + query, "pk_app")[0] == 400


def test_card_numbers_are_the_apps_business(there, api):
    with pytest.raises(stripe.InvalidRequestError, match="generally unsafe"):
        api.payment_methods.create({"type": "card", "card": {"number": "4242424242424242"}})
    form = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": 1, "card[exp_year]": 2030}
    assert ask(there, "POST", "/v1/payment_methods", "pk_app", form=form)[0] == 200


@pytest.mark.parametrize(
    ("path", "form", "code", "param"),
    [
        ("customers", {"nick": "x"}, "parameter_unknown", "nick"),
        ("customers", {"id": "cus_mine"}, "parameter_unknown", "id"),
        ("customers", {"api_key": "x"}, "parameter_unknown", "api_key"),
        ("customers", {"address[planet]": "x"}, "parameter_unknown", "address[planet]"),
        ("customers", {"balance": "much"}, "parameter_invalid_integer", "balance"),
        ("customers", {"metadata": "text"}, None, "metadata"),
        ("customers", {"email[a]": "x"}, None, "email"),
        ("customers", {"address": "x"}, None, "address"),
        ("customers", {"balance": "5"}, "not_played_here", "balance"),
        ("customers", {"expand[0]": "x"}, "not_played_here", "expand"),
        ("customers", {f"metadata[{'n' * 41}]": "x"}, None, f"metadata[{'n' * 41}]"),
        ("customers", {"metadata[n]": "x" * 501}, None, "metadata[n]"),
        ("customers", {"a[b": "x"}, None, "a[b"),
        ("setup_intents", {"customer": "cus_404"}, "resource_missing", "customer"),
        ("setup_intents", {"customers": "cus_1"}, "parameter_unknown", "customers"),
        (
            "setup_intents",
            {"payment_method_types[0]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ("setup_intents", {"allowed_payment_method_types[0]": "ideal"}, None, "allowed_payment_method_types"),
        ("setup_intents", {"confirm": "perhaps"}, None, "confirm"),
    ],
)
def test_what_stripes_types_do_not_have_or_the_stand_in_does_not_play_is_refused(there, path, form, code, param):
    status, body, _ = ask(there, "POST", f"/v1/{path}", form=form)
    assert status == 400
    assert body["error"]["type"] == "invalid_request_error"
    assert (body["error"].get("code"), body["error"].get("param")) == (code, param)
    assert there.events == []


def test_what_is_not_there_is_said_in_stripes_words(there, api):
    for asked in (
        lambda: api.customers.retrieve("cus_404"),
        lambda: api.setup_intents.retrieve("seti_404"),
        lambda: api.payment_methods.retrieve("pm_404"),
        lambda: api.events.retrieve("evt_404"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            asked()
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert ask(there, "GET", "/v1/invoices")[0] == 404
    assert ask(there, "PUT", "/v1/customers")[0] == 404


def test_another_version_of_the_api_is_refused(there):
    with pytest.raises(stripe.InvalidRequestError, match="version"):
        client(there, stripe_version="2020-08-27").v1.customers.list()


def test_the_same_requests_get_the_same_ids(clock):
    def story():
        with start(api_key=lambda: KEY, now=clock) as there:
            return [thing.id for thing in on_file(there, client(there).v1)] + [event["id"] for event in there.events]

    assert story() == story()


def test_a_reset_account_is_as_in_the_beginning(there, api):
    before = [thing.id for thing in on_file(there, api)]
    there.reset()
    assert (there.events, there.undelivered, there.asked) == ([], [], [])
    assert [thing.id for thing in on_file(there, api)] == before


def test_what_was_asked_is_noted_without_any_value_but_metadata(there, api):
    customer = api.customers.create({"metadata": {"a": "b"}, "name": "Xochitl"}, {"idempotency_key": "once"})
    intent = api.setup_intents.create({"customer": customer.id})
    app(there, intent, **{"payment_method_data[type]": "card", "payment_method_data[card][number]": "4242424242424242"})
    first, *_, last = there.asked
    assert (first.method, first.path, first.idempotency_key) == ("POST", "/v1/customers", "once")
    assert (first.metadata, first.parameters, first.status) == ({"a": "b"}, {"metadata[a]", "name"}, 200)
    assert "payment_method_data[card][number]" in last.parameters
    assert "Xochitl" not in repr(there.asked)
    assert "4242" not in repr(there.asked)


# Idempotency keys


def test_the_same_key_gives_the_first_answer_and_does_nothing(there, api):
    first = ask(there, "POST", "/v1/customers", form={"name": "a"}, headers={"Idempotency_Key": "once"})
    again = ask(there, "POST", "/v1/customers", form={"name": "a"}, headers={"Idempotency_Key": "once"})
    assert first[:2] == again[:2]
    assert (first[2]["Idempotent-Replayed"], again[2]["Idempotent-Replayed"]) == (None, "true")
    assert again[2]["Original-Request"] == first[2]["Request-Id"] != again[2]["Request-Id"]
    assert len(there.events) == 1


def test_the_answer_under_a_key_is_what_it_was_also_after_a_change(there, api):
    intent = api.setup_intents.create({"usage": "off_session"}, {"idempotency_key": "once"})
    app(there, intent, payment_method="pm_card_visa")
    again = api.setup_intents.create({"usage": "off_session"}, {"idempotency_key": "once"})
    assert again.status == "requires_payment_method"
    assert api.setup_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(("path", "form"), [("customers", {"name": "b"}), ("customers", {}), ("setup_intents", {})])
def test_a_key_with_another_request_is_an_error(there, path, form):
    ask(there, "POST", "/v1/customers", form={"name": "a"}, headers={"Idempotency_Key": "once"})
    status, body, _ = ask(there, "POST", f"/v1/{path}", form=form, headers={"Idempotency_Key": "once"})
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    assert len(there.events) == 1


def test_a_key_is_forgotten_after_a_day_and_not_before(there, api, clock):
    first = api.customers.create({}, {"idempotency_key": "once"}).id
    clock.now += timedelta(hours=24) - timedelta(seconds=1)
    assert api.customers.create({}, {"idempotency_key": "once"}).id == first
    clock.now += timedelta(seconds=1)
    assert api.customers.create({}, {"idempotency_key": "once"}).id != first


def test_a_decline_and_a_failure_are_repeated_and_a_refusal_is_not(there, api):
    intent = api.setup_intents.create()
    confirm = f"/v1/setup_intents/{intent.id}/confirm"
    declined = {"payment_method": "pm_card_chargeDeclined"}
    statuses = [ask(there, "POST", confirm, form=declined, headers={"Idempotency_Key": "a"})[0] for _ in range(2)]
    assert (statuses, kinds(there).count("setup_intent.setup_failed")) == ([402, 402], 1)
    there.faults.expect(Fault.SERVER_ERROR)
    statuses = [ask(there, "POST", "/v1/customers", headers={"Idempotency_Key": "b"}, form={})[0] for _ in range(3)]
    assert statuses == [500, 500, 500]
    wrong, right = ({"customer": "cus_404"}, {})
    assert ask(there, "POST", "/v1/setup_intents", form=wrong, headers={"Idempotency_Key": "c"})[0] == 400
    assert ask(there, "POST", "/v1/setup_intents", form=right, headers={"Idempotency_Key": "c"})[0] == 200


def test_a_key_has_at_most_255_characters(there):
    assert ask(there, "POST", "/v1/customers", form={}, headers={"Idempotency_Key": "k" * 255})[0] == 200
    assert ask(there, "POST", "/v1/customers", form={}, headers={"Idempotency_Key": "k" * 256})[0] == 400


# Faults


@pytest.mark.parametrize(("fault", "done"), [(Fault.LOST_REQUEST, 0), (Fault.LOST_ANSWER, 1)])
def test_a_lost_call_was_done_or_was_not(there, fault, done):
    there.faults.expect(fault)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        ask(there, "POST", "/v1/customers", form={})
    assert len(there.events) == done
    assert there.asked[-1].status is None
    assert ask(there, "POST", "/v1/customers", form={})[0] == 200


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        (Fault.SERVER_ERROR, 500, 0),
        (Fault.SERVER_ERROR_AFTER, 500, 1),
        (Fault.RATE_LIMITED, 429, 0),
        (Fault.SLOW, 200, 1),
    ],
)
def test_a_fault_by_header_is_of_one_request(there, fault, status, done):
    there.slow_seconds = 0.0
    answered, body, headers = ask(there, "POST", "/v1/customers", form={}, headers={"Stand_In_Fault": fault})
    assert (answered, len(there.events)) == (status, done)
    assert headers["Stripe-Should-Retry"] == ("false" if status == 500 else None)
    assert ("error" in body) is (status != 200)
    assert ask(there, "POST", "/v1/customers", form={})[0] == 200


def test_faults_at_the_door_are_of_a_path_and_a_number_of_times(there):
    def door(**body: Any) -> int:
        return int(ask(there, "POST", "/_stripe/faults", None, form=json.dumps(body).encode())[0])

    assert door(fault="server_error", times=2, path="/v1/customers") == 200
    assert ask(there, "POST", "/v1/setup_intents", form={})[0] == 200
    assert [ask(there, "GET", "/v1/customers")[0] for _ in range(3)] == [500, 500, 200]
    assert door(fault="rate_limited", times=5) == 200
    assert door() == 200
    assert ask(there, "GET", "/v1/customers")[0] == 200
    assert door(fault="earthquake") == 400


def test_the_library_retries_what_stripe_lets_it_retry(there, api):
    there.faults.expect(Fault.LOST_ANSWER)
    client(there, retries=1).v1.customers.create({"name": "a"})
    assert kinds(there) == ["customer.created"]
    there.faults.expect(Fault.SERVER_ERROR)
    with pytest.raises(stripe.APIError):
        client(there, retries=3).v1.customers.create({"name": "b"})
    assert [asked.status for asked in there.asked] == [None, 200, 500]


# Webhooks


def test_a_delivery_is_signed_as_stripes_library_checks_it(there, api, clock, monkeypatch):
    on_file(there, api)
    monkeypatch.setattr("stripe._webhook.time.time", clock.now.timestamp)
    for delivery in there.take():
        event = stripe.Webhook.construct_event(delivery.body, delivery.headers["Stripe-Signature"], SECRET)
        assert event.id == delivery.event_id
        assert delivery.url == "http://127.0.0.1:1/hook"
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(delivery.body, delivery.headers["Stripe-Signature"], "another")


def test_a_delivery_is_signed_when_it_is_delivered(there, api, clock):
    api.customers.create()
    [event] = there.undelivered
    clock.now += timedelta(hours=3)
    assert f"t={int(clock.now.timestamp())}," in there.delivery(event).headers["Stripe-Signature"]


def test_what_was_taken_is_not_taken_again(there, api):
    on_file(there, api)
    assert [delivery.event_id for delivery in there.take()] == [event["id"] for event in there.events]
    assert there.take() == []


def test_an_event_is_undelivered_until_an_endpoint_acknowledges_it(there, api):
    api.customers.create()
    [event] = there.undelivered
    assert there.deliver(event) == [0]
    assert there.undelivered == [event]


def test_every_event_is_handed_to_the_sender_until_it_says_that_it_has_it(clock):
    sent: list[Delivery] = []
    says = [500, 200, 200]

    def send(delivery: Delivery) -> int:
        sent.append(delivery)
        return says.pop(0)

    with start(now=clock, send=send) as there:
        there_api = client(there).v1
        there_api.customers.create()
        assert len(there.undelivered) == 1
        there_api.customers.create()
        assert there.undelivered == []
    assert [delivery.event_id for delivery in sent] == [there.events[0]["id"], *(e["id"] for e in there.events)]


def test_deliveries_arrive_over_http(clock):
    from local.deliveries import post

    with start(now=clock) as endpoint, start(now=clock, webhook_url=lambda: endpoint.url + "/_stripe/hook") as there:
        client(there).v1.customers.create()
        [event] = there.undelivered
        assert there.deliver(event) == [404]
        assert post(Delivery("evt_1", endpoint.url + "/_stripe/faults", {}, b"{}")) == 200
        status, told, _ = ask(there, "POST", "/_stripe/deliver", None, form=b'{"times": 2}')
        assert (status, told) == (200, {"delivered": [{"event_id": event, "statuses": [404, 404]}]})
        assert ask(there, "GET", "/_stripe/events", None)[1]["undelivered"] == [event]


def test_events_say_which_request_made_them(there, api):
    api.customers.create({}, {"idempotency_key": "once"})
    assert there.events[0]["request"] == {"id": "req_00000000000001", "idempotency_key": "once"}


def test_a_stopped_stand_in_gives_its_port_back():
    with start() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError):  # noqa: PT011 - the system's own error, whatever its number
            start(port)
    first.stop()
    with start(port) as second:
        assert second.url == first.url


def test_a_body_that_is_too_large_is_refused(there):
    assert ask(there, "POST", "/v1/customers", form=b"name=" + b"x" * 300_000)[0] == 413
