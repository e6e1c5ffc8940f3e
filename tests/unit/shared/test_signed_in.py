"""When a caller last signed in is taken from the verified token, and unknown where it does not say."""

from datetime import UTC, datetime

import pytest

from functions.shared.caller import from_claims

MEMBER = {"careway_id": "mbr_01M82TWG08W65Y6KHTXY36V3KE", "cognito:groups": "member"}


@pytest.mark.parametrize("claim", ["1795446000", 1795446000])
def test_the_instant_comes_as_text_from_the_gateway_or_as_a_number(claim):
    assert from_claims({**MEMBER, "auth_time": claim}).signed_in_at == datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.mark.parametrize("claim", [None, "", "soon", "-1", "1.5", "²"])
def test_what_is_no_instant_is_unknown(claim):
    assert from_claims({**MEMBER, "auth_time": claim}).signed_in_at is None


def test_a_token_that_does_not_say_leaves_it_unknown():
    assert from_claims(MEMBER).signed_in_at is None
