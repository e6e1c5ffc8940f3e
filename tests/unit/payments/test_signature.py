"""Which signatures are Stripe's: the header as documented, five minutes either way."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.problems import WrongSignature
from functions.payments.signature import verify

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SECRET = "whsec_of_this_test"
BODY = b'{"id": "evt_1"}'


def v1(body=BODY, *, at=NOW, secret=SECRET):
    return hmac.new(secret.encode(), b"%d." % at.timestamp() + body, hashlib.sha256).hexdigest()


def stamp(at=NOW):
    return f"t={int(at.timestamp())}"


def accepted(header, body=BODY, *, now=NOW, secret=SECRET):
    try:
        verify(header, body, secret, now)
    except WrongSignature:
        return False
    return True


def test_stripes_own_library_signs_the_same():
    import stripe

    assert accepted(
        f"{stamp()},v1={stripe.WebhookSignature._compute_signature(f'{int(NOW.timestamp())}.{BODY.decode()}', SECRET)}"
    )


@pytest.mark.parametrize(
    "header",
    [
        f"{stamp()},v1={v1()}",
        f"v1={v1()},{stamp()}",
        f" {stamp()} , v1={v1()} ",
        f"{stamp()},v1={'0' * 64},v1={v1()}",
        f"{stamp()},v1={v1()},v1={'0' * 64}",
        f"{stamp()},v0=x,v1={v1()},v2=y,scheme",
    ],
)
def test_one_good_signature_of_the_scheme_v1_is_enough(header):
    assert accepted(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        v1(),
        f"v1={v1()}",
        stamp(),
        f"{stamp()},v0={v1()}",
        f"{stamp()},V1={v1()}",
        f"{stamp()},v1={v1().upper()}",
        f"{stamp()},v1={v1()[:-1]}",
        f"{stamp()},v1= {v1()}x",
        f"{stamp()};v1={v1()}",
        f"{stamp()},{stamp()},v1={v1()}",
        f"t=,v1={v1()}",
        f"t=1.5,v1={v1()}",
        f"t={NOW.isoformat()},v1={v1()}",
        f"t={int(NOW.timestamp())}000,v1={v1()}",
        f"{stamp()},v1={v1(secret='another')}",
        f"{stamp()},v1={v1(BODY + b' ')}",
        f"{stamp(NOW - timedelta(seconds=1))},v1={v1()}",
    ],
)
def test_everything_else_is_refused(header):
    assert not accepted(header)


@pytest.mark.parametrize(
    ("seconds", "good"),
    [(-100_000, False), (-301, False), (-300, True), (-1, True), (0, True), (1, True), (300, True), (301, False)],
)
def test_a_time_stamp_may_be_five_minutes_old_or_ahead_and_no_more(seconds, good):
    at = NOW + timedelta(seconds=seconds)
    assert accepted(f"{stamp(at)},v1={v1(at=at)}") is good


def test_the_time_stamp_is_part_of_what_is_signed():
    assert not accepted(f"{stamp(NOW + timedelta(seconds=60))},v1={v1()}")


def test_the_body_is_signed_byte_by_byte_whatever_bytes_they_are():
    body = bytes(range(256))
    assert accepted(f"{stamp()},v1={v1(body)}", body)
    assert not accepted(f"{stamp()},v1={v1(body)}", body[:-1])


@given(st.text(max_size=200))
def test_no_header_breaks_the_check(header):
    assert not accepted(header)


@given(st.text(max_size=80))
def test_no_signature_breaks_the_check(signature):
    assert not accepted(f"{stamp()},v1={signature}")
