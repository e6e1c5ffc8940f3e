"""Payments at the Stripe stand-in, asked by Stripe's own library: what is taken, refused, given back and told."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import stripe

from local.stripe import checkout, payments
from local.stripe.cards import CARDS, Asks
from local.stripe.faults import Fault
from local.stripe.server import StripeStandIn, start
from tests.local.at_stripe import KEY, NOON, Clock, ask, client, kinds, on_file

SAMPLES = Path(__file__).parents[1] / "samples" / "stripe"
SUCCESS = "https://app.example/paid?session={CHECKOUT_SESSION_ID}"
FEE = {
    "amount": 12500,
    "currency": "usd",
    "allowed_payment_method_types": ["card"],
    "metadata": {"payable_id": "fee_1"},
}
ALWAYS_ASKS = "pm_card_authenticationRequired"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def there(clock: Clock) -> Iterator[StripeStandIn]:
    with start(api_key=lambda: KEY, now=clock) as running:
        yield running


@pytest.fixture
def api(there: StripeStandIn) -> Any:
    return client(there).v1


def in_the_app(there: StripeStandIn, intent: Any, card: str = "pm_card_visa") -> Any:
    """What the app's SDK does with a PaymentIntent."""
    form = {"client_secret": intent.client_secret, "payment_method": card}
    return ask(there, "POST", f"/v1/payment_intents/{intent.id}/confirm", "pk_app", form=form)


def door(there: StripeStandIn, path: str, **body: Any) -> Any:
    return ask(there, "POST", f"/_stripe/{path}", None, form=json.dumps(body).encode())[:2]


def off_session(api: Any, customer: Any, method: Any, **more: Any) -> Any:
    wanted = {**FEE, "customer": customer.id, "payment_method": method.id, "confirm": True, "off_session": True}
    return api.payment_intents.create({**wanted, **more})


def cards_on_file(there: StripeStandIn, api: Any, card: str) -> Any:
    """A customer and a card that was set up with whatever the bank wanted."""
    if next(one for one in CARDS if card in one.names).asks is not Asks.NEVER:
        customer = api.customers.create()
        intent = api.setup_intents.create({"customer": customer.id})
        form = {"client_secret": intent.client_secret, "payment_method": card}
        ask(there, "POST", f"/v1/setup_intents/{intent.id}/confirm", "pk_app", form=form)
        assert door(there, f"setup_intents/{intent.id}/authenticate")[0] == 200
        return customer, api.payment_methods.list({"customer": customer.id}).data[0]
    customer, _, method = on_file(there, api, card)
    return customer, method


def session(api: Any, **more: Any) -> Any:
    line = {"price_data": {"currency": "usd", "unit_amount": 3000, "product_data": {"name": "Balance"}}, "quantity": 1}
    wanted = {"mode": "payment", "line_items": [line], "success_url": SUCCESS, "metadata": {"payable_id": "stm_1"}}
    return api.checkout.sessions.create(
        {**wanted, "payment_intent_data": {"metadata": {"payable_id": "stm_1"}}, **more}
    )


def at_checkout(url: str, **form: str) -> tuple[int, str]:
    """Type something into the page of a session; status and state of the page that follows."""
    try:
        with urlopen(url, urlencode(form).encode() if form else None) as answer:  # noqa: S310 - our own
            status, page = answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            status, page = error.code, error.read().decode()
    return status, re.search(r'data-state="(\w+)"', page)[1]


def typed(number: str) -> dict[str, str]:
    return {"number": number, "exp_month": "12", "exp_year": "2034", "cvc": "123"}


# PaymentIntents


def test_a_card_on_file_is_charged_while_the_person_is_away(there, api):
    customer, _, method = on_file(there, api)
    paid = off_session(api, customer, method)
    assert (paid.status, paid.amount_received, paid.customer) == ("succeeded", 12500, customer.id)
    charge = api.charges.retrieve(paid.latest_charge)
    assert (charge.status, charge.amount_captured, charge.payment_method_details.card.last4) == (
        "succeeded",
        12500,
        "4242",
    )
    assert kinds(there)[-3:] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    assert there.events[-1]["data"]["object"]["metadata"] == {"payable_id": "fee_1"}


def test_a_payment_in_the_app_is_made_with_the_intents_secret(there, api):
    intent = api.payment_intents.create(FEE)
    assert intent.status == "requires_payment_method"
    assert in_the_app(there, intent)[1]["status"] == "succeeded"
    assert there.account.charged("fee_1") == 12500
    other = api.payment_intents.create(FEE)
    other.client_secret = intent.client_secret
    assert in_the_app(there, other)[0] == 400
    assert there.account.charged() == 12500


def test_objects_of_payments_have_the_fields_of_the_published_examples(there, api):
    customer, _, method = on_file(there, api)
    paid = off_session(api, customer, method)
    made = {
        "payment_intent": paid,
        "charge": api.charges.retrieve(paid.latest_charge),
        "refund": api.refunds.create({"payment_intent": paid.id}),
        "checkout.session": session(api),
    }
    for kind, thing in made.items():
        published = json.loads((SAMPLES / f"{kind}.json").read_text(encoding="utf-8"))
        assert published.keys() <= thing.to_dict().keys()
        assert thing.object == kind
    told = json.dumps([thing.to_dict() for thing in made.values()], default=str)
    assert not re.search(r"Jenny|example\.com|stripe\.me|1234567890|obj_123", told)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.names[0])
def test_every_card_pays_in_the_app_as_it_is_documented(there, api, card):
    intent = api.payment_intents.create(FEE)
    status, body, _ = in_the_app(there, intent, card.names[0])
    after = api.payment_intents.retrieve(intent.id)
    if card.asks is not Asks.NEVER:
        assert (status, after.status, kinds(there)[-1]) == (200, "requires_action", "payment_intent.requires_action")
    elif card.refusal:
        code, decline_code = card.refusal
        assert (status, body["error"]["code"], body["error"].get("decline_code", "")) == (402, code, decline_code)
        assert body["error"]["payment_intent"]["id"] == intent.id
        assert (after.status, after.last_payment_error.code) == ("requires_payment_method", code)
        assert kinds(there)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    else:
        assert (status, after.status) == (200, "succeeded")
    assert there.account.charged() == (12500 if after.status == "succeeded" else 0)


def test_a_card_that_could_be_set_up_may_still_be_declined_later(there, api):
    customer, method = cards_on_file(there, api, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as declined:
        off_session(api, customer, method)
    assert (declined.value.code, declined.value.error.decline_code) == ("card_declined", "generic_decline")
    assert there.account.charged() == 0


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (ALWAYS_ASKS, "authentication_required"),
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "authentication_required"),
        ("pm_card_authenticationRequiredOnSetup", None),
    ],
)
def test_a_bank_that_always_asks_cannot_be_asked_while_the_person_is_away(there, api, card, code):
    customer, method = cards_on_file(there, api, card)
    if code is None:
        assert off_session(api, customer, method).status == "succeeded"
        return
    with pytest.raises(stripe.CardError) as declined:
        off_session(api, customer, method)
    assert declined.value.code == code
    intent = api.payment_intents.retrieve(declined.value.error.payment_intent["id"])
    assert (intent.status, intent.last_payment_error.payment_method.id) == ("requires_payment_method", method.id)
    # The same intent can be paid in the app, where the bank's question is answered.
    assert in_the_app(there, intent, method.id)[1]["status"] == "requires_action"


@pytest.mark.parametrize("succeeds", [True, False])
def test_the_bank_recognises_the_payer_or_does_not(there, api, succeeds):
    intent = api.payment_intents.create(FEE)
    in_the_app(there, intent, ALWAYS_ASKS)
    assert door(there, f"payment_intents/{intent.id}/authenticate", succeeds=succeeds)[0] == 200
    after = api.payment_intents.retrieve(intent.id)
    if succeeds:
        assert (after.status, kinds(there)[-1]) == ("succeeded", "payment_intent.succeeded")
    else:
        assert (after.status, after.last_payment_error.code) == (
            "requires_payment_method",
            "payment_intent_authentication_failure",
        )
        assert kinds(there)[-1] == "payment_intent.payment_failed"
    assert door(there, f"payment_intents/{intent.id}/authenticate")[0] == 400
    assert there.account.charged() == 12500 * succeeds


def test_a_bank_may_know_the_person_and_still_say_no(there, api):
    intent = api.payment_intents.create(FEE)
    in_the_app(there, intent, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    assert door(there, f"payment_intents/{intent.id}/authenticate")[0] == 200
    assert api.payment_intents.retrieve(intent.id).last_payment_error.decline_code == "insufficient_funds"


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_bank_that_takes_its_time_leaves_a_payment_processing(there, api, succeeds):
    assert door(there, "waiting", times=1)[0] == 200
    intent = api.payment_intents.create(FEE)
    assert in_the_app(there, intent)[1]["status"] == "processing"
    assert (kinds(there)[-1], there.account.charged()) == ("payment_intent.processing", 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert door(there, f"payment_intents/{intent.id}/settle", succeeds=succeeds)[0] == 200
    ends = "succeeded" if succeeds else "requires_payment_method"
    assert api.payment_intents.retrieve(intent.id).status == ends
    assert there.account.charged() == 12500 * succeeds
    second = api.payment_intents.create(FEE)
    assert in_the_app(there, second)[1]["status"] == "succeeded"


def test_the_same_key_charges_once_also_after_a_lost_answer(there, api):
    customer, _, method = on_file(there, api)
    wanted = {**FEE, "customer": customer.id, "payment_method": method.id, "confirm": True, "off_session": True}
    there.faults.expect(Fault.LOST_ANSWER, path="/v1/payment_intents")
    with pytest.raises(stripe.APIConnectionError):
        api.payment_intents.create(wanted, {"idempotency_key": "once"})
    first = api.payment_intents.create(wanted, {"idempotency_key": "once"})
    assert api.payment_intents.create(wanted, {"idempotency_key": "once"}).id == first.id
    assert there.account.charged("fee_1") == 12500


def test_a_cancelled_intent_can_never_be_paid(there, api):
    intent = api.payment_intents.create(FEE)
    assert api.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}).status == "canceled"
    assert kinds(there)[-1] == "payment_intent.canceled"
    status, body, _ = in_the_app(there, intent)
    assert (status, body["error"]["code"]) == (400, "payment_intent_unexpected_state")
    assert there.account.charged() == 0
    with pytest.raises(stripe.InvalidRequestError, match="has a status of canceled"):
        api.payment_intents.cancel(intent.id)


def test_what_is_paid_is_neither_cancelled_nor_paid_again(there, api):
    intent = api.payment_intents.create(FEE)
    in_the_app(there, intent)
    with pytest.raises(stripe.InvalidRequestError, match="has a status of succeeded") as refused:
        api.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error.payment_intent["status"] == "succeeded"
    assert in_the_app(there, intent)[0] == 400
    assert there.account.charged() == 12500


def test_another_card_may_be_tried_after_a_decline(there, api):
    intent = api.payment_intents.create(FEE)
    assert in_the_app(there, intent, "pm_card_chargeDeclined")[0] == 402
    assert in_the_app(there, intent)[1]["last_payment_error"] is None
    assert there.account.charged() == 12500
    assert [charge.status for charge in api.charges.list({"payment_intent": intent.id}).data] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": "eur"}, None, "currency"),
        ({"customer": "cus_404"}, "resource_missing", "customer"),
        ({"off_session": True}, None, "off_session"),
        ({"confirm": True}, "payment_intent_unexpected_state", None),
        ({"allowed_payment_method_types": ["ideal"]}, None, "allowed_payment_method_types"),
        ({"statement_descriptor_suffix": "x" * 23}, None, "statement_descriptor_suffix"),
        ({"capture_method": "manual"}, "not_played_here", "capture_method"),
        ({"tip": 1}, "parameter_unknown", "tip"),
    ],
)
def test_what_stripe_would_not_charge_is_refused_and_nothing_is_begun(there, api, change, code, param):
    wanted = {name: value for name, value in {**FEE, **change}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.payment_intents.create(wanted)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert there.events == []


def test_a_server_that_confirms_says_that_nothing_may_lead_away_or_where_to_return(there, api):
    customer, _, method = on_file(there, api)
    open_to_all = {name: value for name, value in FEE.items() if name != "allowed_payment_method_types"}
    wanted = {**open_to_all, "customer": customer.id, "payment_method": method.id, "confirm": True}
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        api.payment_intents.create(wanted)
    for more in (
        {"return_url": "https://app.example"},
        {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
    ):
        assert api.payment_intents.create({**wanted, **more}).status == "succeeded"


def test_a_card_of_somebody_else_or_that_was_detached_does_not_pay(there, api):
    customer, _, method = on_file(there, api)
    other = api.customers.create()
    for who in ({"customer": other.id}, {}):
        with pytest.raises(stripe.InvalidRequestError):
            api.payment_intents.create({**FEE, **who, "payment_method": method.id, "confirm": True})
    api.payment_methods.detach(method.id)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        off_session(api, customer, method)
    assert there.account.charged() == 0


def test_a_card_that_paid_once_without_being_anybodys_does_not_pay_again(there, api):
    intent = api.payment_intents.create(FEE)
    in_the_app(there, intent)
    used = api.payment_intents.retrieve(intent.id).payment_method
    assert in_the_app(there, api.payment_intents.create(FEE), used)[0] == 400


def test_intents_are_listed_by_customer(there, api):
    customer, _, method = on_file(there, api)
    first, second = off_session(api, customer, method), off_session(api, customer, method)
    api.payment_intents.create(FEE)
    assert [one.id for one in api.payment_intents.list({"customer": customer.id}).data] == [second.id, first.id]


# Refunds


def paid(there: StripeStandIn, api: Any, card: str = "pm_card_visa", **more: Any) -> Any:
    intent = api.payment_intents.create({**FEE, **more})
    assert in_the_app(there, intent, card)[0] == 200
    return api.payment_intents.retrieve(intent.id)


def test_refunds_never_exceed_what_was_taken(there, api):
    intent = paid(there, api)
    first = api.refunds.create({"payment_intent": intent.id, "amount": 5000, "reason": "requested_by_customer"})
    assert (first.status, first.charge, first.reason) == ("succeeded", intent.latest_charge, "requested_by_customer")
    with pytest.raises(stripe.InvalidRequestError, match=r"\$75\.01\) is greater than unrefunded .* \(\$75\.00\)"):
        api.refunds.create({"payment_intent": intent.id, "amount": 7501})
    rest = api.refunds.create({"charge": intent.latest_charge})
    assert rest.amount == 7500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert (there.account.charged("fee_1"), there.account.refunded("fee_1")) == (12500, 12500)
    assert [one.id for one in api.refunds.list({"payment_intent": intent.id}).data] == [rest.id, first.id]
    assert kinds(there)[-2:] == ["refund.created", "charge.refunded"]
    assert there.events[-1]["data"]["previous_attributes"] == {"amount_refunded": 5000, "refunded": False}
    assert api.charges.retrieve(intent.latest_charge).refunded is True


@pytest.mark.parametrize(
    "given", [{}, {"payment_intent": "pi_404"}, {"charge": "ch_404"}, {"payment_intent": "pi_404", "charge": "ch_404"}]
)
def test_a_refund_is_of_one_payment_that_is_there(there, given):
    assert ask(there, "POST", "/v1/refunds", form=given)[0] == 400


def test_what_was_not_paid_is_not_refunded(there, api):
    intent = api.payment_intents.create(FEE)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            api.refunds.create({"payment_intent": intent.id})
        in_the_app(there, intent, "pm_card_chargeDeclined")
    paid_one = paid(there, api)
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create({"payment_intent": paid_one.id, "amount": 0})


@pytest.mark.parametrize(
    ("card", "ways", "told"),
    [
        ("pm_card_pendingRefund", ("pending", "succeeded"), ["refund.updated"]),
        ("pm_card_refundFail", ("succeeded", "failed"), ["refund.updated", "refund.failed"]),
    ],
)
def test_a_refund_ends_later_as_its_card_is_documented(there, api, card, ways, told):
    first, last = ways
    intent = paid(there, api, card)
    refund = api.refunds.create({"payment_intent": intent.id, "amount": 4000})
    assert (refund.status, there.account.refunded()) == (first, 4000)
    assert door(there, f"refunds/{refund.id}/settle")[0] == 200
    assert api.refunds.retrieve(refund.id).status == last
    assert kinds(there)[-len(told) :] == told
    assert there.account.refunded() == (4000 if last == "succeeded" else 0)
    left = 12500 - there.account.refunded()
    assert api.refunds.create({"payment_intent": intent.id}).amount == left


@pytest.mark.parametrize(
    ("ways", "status"),
    [
        (["requires_action", "canceled"], 200),
        (["requires_action", "succeeded"], 200),
        (["failed", "succeeded"], 400),
        (["canceled", "pending"], 400),
        (["succeeded", "canceled"], 400),
        (["refunded"], 400),
    ],
)
def test_a_refund_goes_only_the_ways_that_there_are(there, api, ways, status):
    refund = api.refunds.create({"payment_intent": paid(there, api, "pm_card_pendingRefund").id})
    statuses = [door(there, f"refunds/{refund.id}/settle", status=way)[0] for way in ways]
    assert statuses == [*[200] * (len(ways) - 1), status]


# Checkout


def test_a_person_pays_at_checkout(there, api):
    made = session(api)
    assert (made.status, made.payment_status, made.payment_intent, made.amount_total) == ("open", "unpaid", None, 3000)
    assert made.url.startswith(there.url)
    assert at_checkout(made.url) == (200, "open")
    assert at_checkout(made.url, **typed("4242 4242 4242 4242")) == (200, "paid")
    after = api.checkout.sessions.retrieve(made.id)
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert api.payment_intents.retrieve(after.payment_intent).metadata.to_dict() == {"payable_id": "stm_1"}
    assert there.account.charged("stm_1") == 3000
    assert kinds(there) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert [one.id for one in api.checkout.sessions.list({"payment_intent": after.payment_intent}).data] == [made.id]
    assert [line.description for line in api.checkout.sessions.line_items.list(made.id).data] == ["Balance"]


def test_the_page_shows_the_way_back_and_no_markup_of_others(there, api):
    line = {"price_data": {"currency": "usd", "unit_amount": 100, "product_data": {"name": "<b>x</b>"}}}
    made = session(api, line_items=[line])
    there.changed(lambda account: checkout.pay(account, made.id, typed("4242424242424242")))
    with urlopen(made.url) as answer:  # noqa: S310 - our own
        page = answer.read().decode()
    assert f"https://app.example/paid?session={made.id}" in page
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page


def test_a_paid_page_is_not_paid_again(there, api):
    url = session(api).url
    assert [at_checkout(url, **typed("4242424242424242")) for _ in range(2)] == [(200, "paid"), (409, "paid")]
    assert there.account.charged() == 3000
    assert at_checkout(f"{there.url}/c/pay/cs_404") == (404, "gone")


def test_a_decline_at_checkout_leaves_the_page_open_for_another_card(there, api):
    made = session(api)
    assert at_checkout(made.url, **typed("4000000000009995")) == (402, "open")
    assert at_checkout(made.url, **typed("4242424242424241")) == (402, "open")
    assert at_checkout(made.url, **typed("5555555555554444")) == (200, "paid")
    assert len(api.payment_intents.list().data) == 1
    assert there.account.charged() == 3000


def test_the_bank_asks_at_checkout(there, api):
    made = session(api)
    assert at_checkout(made.url, **typed("4000002760003184")) == (200, "asked")
    assert at_checkout(made.url, recognised="no") == (200, "open")
    assert at_checkout(made.url, **typed("4000002760003184")) == (200, "asked")
    assert at_checkout(made.url, recognised="yes") == (200, "paid")
    assert there.account.charged() == 3000


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_checkout_payment_that_the_bank_decides_later_is_told_twice(there, api, succeeds):
    door(there, "waiting")
    made = session(api)
    assert at_checkout(made.url, **typed("4242424242424242")) == (200, "waiting")
    after = api.checkout.sessions.retrieve(made.id)
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    door(there, f"payment_intents/{after.payment_intent}/settle", succeeds=succeeds)
    ends = ("paid", "async_payment_succeeded") if succeeds else ("unpaid", "async_payment_failed")
    assert api.checkout.sessions.retrieve(made.id).payment_status == ends[0]
    assert [kind for kind in kinds(there) if kind.startswith("checkout")] == [
        "checkout.session.completed",
        f"checkout.session.{ends[1]}",
    ]


def test_an_expired_session_is_never_paid_and_takes_its_intent_along(there, api):
    made = session(api)
    at_checkout(made.url, **typed("4000002760003184"))
    with pytest.raises(stripe.InvalidRequestError, match="expire the Checkout Session"):
        api.payment_intents.cancel(api.checkout.sessions.retrieve(made.id).payment_intent)
    assert api.checkout.sessions.expire(made.id).status == "expired"
    assert kinds(there)[-2:] == ["checkout.session.expired", "payment_intent.canceled"]
    assert at_checkout(made.url, **typed("4242424242424242")) == (409, "expired")
    assert at_checkout(made.url, recognised="yes") == (409, "expired")
    assert there.account.charged() == 0
    with pytest.raises(stripe.InvalidRequestError, match="has a status of `expired`"):
        api.checkout.sessions.expire(made.id)


def test_a_paid_session_does_not_expire(there, api):
    made = session(api)
    at_checkout(made.url, **typed("4242424242424242"))
    with pytest.raises(stripe.InvalidRequestError, match="has a status of `complete`"):
        api.checkout.sessions.expire(made.id)


def test_a_session_expires_at_its_time_and_not_before(there, api, clock):
    made = session(api, expires_at=int((NOON + timedelta(minutes=30)).timestamp()))
    assert there.wakes() == NOON + timedelta(minutes=30)
    clock.now += timedelta(minutes=30) - timedelta(seconds=1)
    assert api.checkout.sessions.retrieve(made.id).status == "open"
    clock.now += timedelta(seconds=1)
    there.look_at_the_time()
    assert (kinds(there), there.wakes()) == (["checkout.session.expired"], None)
    assert at_checkout(made.url, **typed("4242424242424242")) == (409, "expired")


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "subscription"},
        {"line_items": []},
        {"line_items": [{"price": "price_1"}]},
        {"line_items": [{"price_data": {"currency": "usd", "unit_amount": 49, "product_data": {"name": "x"}}}]},
        {"line_items": [{"price_data": {"currency": "usd", "unit_amount": 100}}]},
        {"line_items": [{"price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": "x"}}}]},
        {"success_url": "careway"},
        {"expires_at": int(NOON.timestamp()) + 29 * 60},
        {"expires_at": int(NOON.timestamp()) + 24 * 3600 + 1},
        {"payment_intent_data": {"capture_method": "manual"}},
        {"customer": "cus_404"},
    ],
    ids=str,
)
def test_a_session_that_stripe_or_the_stand_in_does_not_know_is_refused(api, change):
    with pytest.raises(stripe.InvalidRequestError):
        session(api, **change)


# Money, and a way to catch up


def test_what_was_taken_is_known_per_payable(there, api):
    refunded = paid(there, api)
    api.refunds.create({"payment_intent": refunded.id, "amount": 500})
    paid(there, api, metadata={"payable_id": "pas_1"})
    paid(there, api, metadata={})
    status, taken, _ = ask(there, "GET", "/_stripe/taken", None)
    assert (status, taken) == (
        200,
        {
            "charged": 37500,
            "refunded": 500,
            "payables": {"fee_1": {"charged": 12500, "refunded": 500}, "pas_1": {"charged": 12500, "refunded": 0}},
        },
    )


def test_events_are_caught_up_with_in_both_directions_for_thirty_days(there, api, clock):
    for _ in range(5):
        api.payment_intents.create(FEE)
    ids = [event["id"] for event in there.events]
    page = api.events.list({"ending_before": ids[0], "limit": 2})
    assert ([event.id for event in page.data], page.has_more) == ([ids[2], ids[1]], True)
    found = api.events.list({"types": ["payment_intent.created"], "starting_after": ids[3]}).data
    assert [event.id for event in found] == ids[2::-1]
    clock.now += timedelta(days=30)
    assert api.events.list().data == []


def test_a_kept_account_remembers_its_money(there, api, clock):
    intent, open_one = paid(there, api), session(api)
    with start(api_key=lambda: KEY, now=clock) as again:
        again.remember(there.memory())
        assert again.account.charged("fee_1") == 12500
        assert client(again).v1.refunds.create({"payment_intent": intent.id}).amount == 12500
        assert again.wakes() is not None
        assert client(again).v1.checkout.sessions.expire(open_one.id).status == "expired"


def test_a_program_confirms_without_going_over_the_network(there, api):
    intent = api.payment_intents.create(FEE)
    given = {"payment_method": "pm_card_visa"}
    done = there.changed(lambda account: payments.confirm(account, given, intent.id))
    assert done["status"] == "succeeded"
    assert there.undelivered == [event["id"] for event in there.events]
