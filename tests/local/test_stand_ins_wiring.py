"""The stand-ins inside a running system: what happens there by itself happens at its time, and is told."""

import json
from datetime import timedelta

import pytest

from local.deliveries import signed_with
from local.resources import HANDED_OVER
from local.statements.cases import FIRST
from local.stripe import checkout
from local.webhooks import STATEMENTS, STRIPE
from tests.local import fragment, sample
from tests.local.conftest import START

SESSION = {
    "session_id": "apt_1",
    "service": "therapy",
    "starts_at": "2026-11-20T15:00:00Z",
    "ends_at": "2026-11-20T15:50:00Z",
    "patient": {"member_number": "U1234567801"},
}
PAGE = {
    "mode": "payment",
    "line_items": [{"price_data": {"currency": "usd", "unit_amount": "100", "product_data": {"name": "x"}}}],
    "success_url": "https://app.example",
}


@pytest.fixture
def template():
    """The sample with the two webhooks, both heard by a function that notes what it is given."""
    template = fragment.template()
    resources = template["Resources"]
    resources["Webhooks"] = fragment.api_resource({"Ref": "V1"}, "webhooks")
    resources["HearFunction"] = fragment.function("hear")
    for name in ("stripe", "statements"):
        resources[name] = fragment.api_resource({"Ref": "Webhooks"}, name)
        resources[f"{name}Post"] = method = fragment.method(name, "POST", signed_in=False)
        uri = json.dumps(method["Properties"]["Integration"]["Uri"]).replace("ApiFunction", "HearFunction")
        method["Properties"]["Integration"]["Uri"] = json.loads(uri)
    return template


def heard():
    told = [given for name, given in sample.seen if name == "hear"]
    return [(at, path, json.loads(body)["type"]) for at, path, body in told]


def tell(system):
    body = json.dumps(SESSION).encode()
    signature = signed_with(body, HANDED_OVER, system.now())
    return system.statements.reply("POST", "/v1/sessions", {"statement-signature": signature}, body).status


def test_a_statement_arrives_by_webhook_a_day_after_the_session_was_told(start, template):
    with start(template) as system:
        assert tell(system) == 201
        system.turn(FIRST - timedelta(hours=1))
        assert heard() == []
        system.turn(timedelta(hours=2))
        ((at, path, kind),) = heard()
        assert (path, kind) == (STATEMENTS, "statement.issued")
        assert at.startswith((START + FIRST).isoformat()[:16])
        assert system.statements.undelivered == []


def test_a_checkout_session_that_nobody_pays_expires_at_its_time_and_that_is_told(start, template):
    with start(template) as system:
        ends = {"expires_at": str(int(START.timestamp()) + 3600)}
        system.stripe.changed(lambda account: checkout.create(account, {**PAGE, **ends}))
        system.turn(timedelta(hours=3))
        assert [(at[:16], path, kind) for at, path, kind in heard()] == [
            ("2026-11-23T10:00", STRIPE, "checkout.session.expired")
        ]


def test_what_both_hold_survives_a_restart(start, template, tmp_path):
    with start(template, data=tmp_path) as system:
        assert tell(system) == 201
        made = system.stripe.changed(lambda account: checkout.create(account, PAGE))
        system.now()
    with start(template, data=tmp_path) as system:
        assert tell(system) == 200
        page = system.stripe.changed(lambda account: checkout.retrieve(account, made["id"]))
        assert page["status"] == "open"
        assert system.statements.wakes() is not None
