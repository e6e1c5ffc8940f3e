"""What people do with Careway's own system, in few words: put a card on file, prove coverage, book."""

import json
import urllib.parse
import urllib.request

from local.demo.journey import ANA
from local.examples import INTAKE_ANSWERS


def set_up(system, token, key="one"):
    answer = system.request("POST", "/v1/card-setups", {}, token=token, headers={"Idempotency-Key": key})
    assert answer.status == 201, answer.json()
    return answer.json()


def confirmed(system, setup, card="pm_card_visa"):
    """What Stripe's SDK in the app does when somebody has typed in a card: the SetupIntent's new status."""
    form = urllib.parse.urlencode({"client_secret": setup["client_secret"], "payment_method": card}).encode()
    address = f"{system.stripe.url}/v1/setup_intents/{setup['id']}/confirm"
    asking = urllib.request.Request(address, form, {"Authorization": "Bearer pk_test_app"})  # noqa: S310 - our own
    with urllib.request.urlopen(asking) as answer:  # noqa: S310 - our own
        return json.loads(answer.read())["status"]


def card(system, token):
    answer = system.request("GET", "/v1/card", token=token)
    return answer.json()["last4"] if answer.status == 200 else answer.status


def covered(system, email="ana.rivera@example.com"):
    """A member with a profile and a verified coverage: their token."""
    token = system.sign_up(email)
    name = {"first_name": ANA["first_name"], "last_name": ANA["last_name"], "language": ANA["language"]}
    asked(system, "PUT", "/v1/profile", token, {**name, "state": "NY", "zone": "America/New_York"})
    asked(system, "POST", "/v1/coverage-checks", token, ANA, key="check")
    return token


def booked(system, token):
    """Fill in the form, put a card on file and book the last free time of somebody: the appointment."""
    form = asked(system, "GET", "/v1/intake-forms/therapy", token)["form_version"]
    asked(system, "PUT", "/v1/intake-forms/therapy/answers", token, {"form_version": form, "answers": INTAKE_ANSWERS})
    confirmed(system, set_up(system, token))
    sought = f"kind=therapist&state=NY&setting=virtual&plan_id={ANA['plan_id']}"
    provider = asked(system, "GET", f"/v1/providers?{sought}", token)["providers"][0]
    times = asked(system, "GET", f"/v1/providers/{provider['id']}/free-times", token)["free_times"]
    order = {
        "provider_id": provider["id"],
        "service": provider["first_service"],
        "setting": "virtual",
        "starts_at": times[-1]["starts_at"],
        "location": {"state": "NY"},
        "fee_policy": {"amount": 12500, "accepted": True},
    }
    return asked(system, "POST", "/v1/appointments", token, order, key="book")


def asked(system, method, path, token, body=None, *, key=None):
    """What the API says; an answer that is an error fails the test."""
    answer = system.request(method, path, body, token=token, headers={"Idempotency-Key": key} if key else None)
    assert answer.status < 300, answer.json()
    return answer.json()
