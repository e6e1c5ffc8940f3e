"""What a member reads about others' looks is complete, in both languages."""

import pytest

from functions.privacy.words import ANOTHER_OPERATION, OPERATIONS, REASONS, ROLES
from functions.shared.audit import Reason
from functions.shared.caller import Role
from local.openapi import operations


def test_every_operation_on_another_person_s_record_has_words_and_nothing_else_has():
    audited = {operation.name for _, operation in operations() if operation.path.startswith("/v1/members/")}
    assert set(OPERATIONS) == audited


def test_every_reason_and_every_role_of_staff_has_words():
    assert set(REASONS) == set(Reason)
    assert set(ROLES) == set(Role) - {Role.MEMBER}


@pytest.mark.parametrize("words", [ANOTHER_OPERATION, *OPERATIONS.values(), *REASONS.values(), *ROLES.values()])
def test_both_languages_say_something_of_their_own(words):
    assert words.en
    assert words.es
    assert words.en != words.es
