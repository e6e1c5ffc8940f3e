"""The project's own template with the Stripe stand-in: what happens there arrives here, by signed webhook and queue."""

import urllib.error
import urllib.request

import pytest

from local.stripe.webhooks import signed
from local.system import System
from tests.local.conftest import START
from tests.local.visits import card, confirmed, set_up

WEBHOOK = "/v1/webhooks/stripe"
DOMAIN = "payments."


@pytest.fixture(scope="module")
def careway():
    with System.start(seed=3, at=START, seeded=False) as system:
        yield system


def told(system, *types):
    return [event["id"] for event in system.stripe.events if event["type"] in types]


def happened(system):
    return [event["detail-type"] for event in system.events() if event["detail-type"].startswith(DOMAIN)]


def test_a_card_is_on_file_once_stripe_has_told_so_through_the_signed_webhook_and_the_queue(careway):
    token = careway.sign_up("ana@example.com")
    setup = set_up(careway, token)
    assert card(careway, token) == 404

    assert confirmed(careway, setup) == "succeeded"

    assert card(careway, token) == "4242"
    (queue,) = [queue for queue in careway.queues() if "StripeEvents" in queue["name"] and "Dead" not in queue["name"]]
    assert queue["messages"] == []
    assert happened(careway).count("payments.card_kept") == 1


def test_a_webhook_that_comes_twice_changes_nothing(careway):
    token = careway.sign_up("ben@example.com")
    confirmed(careway, set_up(careway, token))
    assert card(careway, token) == "4242"
    before, asked = careway.events(), len(careway.stripe.asked)

    for event_id in told(careway, "setup_intent.succeeded", "payment_method.attached"):
        assert careway.stripe.deliver(event_id, times=2) == [200, 200]

    assert careway.events() == before
    assert len(careway.stripe.asked) == asked
    assert card(careway, token) == "4242"


def test_what_stripe_did_not_sign_is_refused_and_changes_nothing(careway):
    token = careway.sign_up("eve@example.com")
    confirmed(careway, set_up(careway, token))
    assert card(careway, token) == "4242"
    before = careway.events()
    real = careway.stripe.delivery(told(careway, "setup_intent.succeeded")[-1])
    forged = signed(real.event_id, real.body, "", "whsec_guessed", careway.now())
    changed = real.body.replace(b"evt_", b"evt_x")

    for headers, body in ((forged.headers, real.body), (real.headers, changed), ({}, real.body)):
        sent = {"Content-Type": "application/json", **headers}
        assert careway.request("POST", WEBHOOK, body, headers=sent).status == 400

    assert careway.events() == before


def test_a_card_that_the_bank_declines_or_has_questions_about_is_not_on_file(careway):
    token = careway.sign_up("leo@example.com")
    setup = set_up(careway, token)

    with pytest.raises(urllib.error.HTTPError, match="402"):
        confirmed(careway, setup, "pm_card_chargeDeclined")
    assert card(careway, token) == 404

    assert confirmed(careway, setup, "pm_card_authenticationRequiredOnSetup") == "requires_action"
    assert card(careway, token) == 404
    address = f"{careway.stripe.url}/_stripe/setup_intents/{setup['id']}/authenticate"
    urllib.request.urlopen(urllib.request.Request(address, b"{}", method="POST")).close()  # noqa: S310 - our own
    assert card(careway, token) == "3155"


def test_a_new_card_takes_the_place_of_the_old_one_which_is_unusable_from_then_on(careway):
    token = careway.sign_up("mia@example.com")
    confirmed(careway, set_up(careway, token, "first"))
    assert card(careway, token) == "4242"

    confirmed(careway, set_up(careway, token, "second"), "pm_card_mastercard")

    assert card(careway, token) == "4444"
    visa, mastercard = list(careway.stripe.account.payment_methods.values())[-2:]
    assert (visa["customer"], bool(mastercard["customer"])) == (None, True)


def test_everything_that_follows_is_settled_before_the_next_request(careway):
    """The old card is detached by an event of an event; what Stripe tells of that has arrived, too."""
    token = careway.sign_up("kim@example.com")
    confirmed(careway, set_up(careway, token, "first"))
    confirmed(careway, set_up(careway, token, "second"), "pm_card_mastercard")

    first = careway.events()

    assert careway.stripe.undelivered == []
    assert happened(careway)[-1] == "payments.stripe_event_received"
    assert careway.events() == first
    assert not any(queue["messages"] for queue in careway.queues())


def test_a_removed_card_cannot_be_used_again(careway):
    token = careway.sign_up("zoe@example.com")
    confirmed(careway, set_up(careway, token))
    assert card(careway, token) == "4242"

    assert careway.request("DELETE", "/v1/card", token=token).status == 204

    assert card(careway, token) == 404
    assert list(careway.stripe.account.payment_methods.values())[-1]["customer"] is None
