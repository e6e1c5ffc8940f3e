"""An e-mail's tags lead back to it, in the few characters that SES allows there."""

import re

import pytest

from functions.notifications.tags import named, tags
from functions.shared.ids import MemberId

MEMBER = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE")
APPOINTMENT = "apt_01M82TWG08W65Y6KHTXY36V3KE"
CAUSES = (
    "a",
    "chk_01M82TWG08W65Y6KHTXY36V3KE#eligible",
    f"{APPOINTMENT}#failed#evt_01M82TWG08W65Y6KHTXY36V3KE",
    "coach#2026-11-22T23:45:00.000Z",
    "¿qué?",
)


def told(member, cause):
    """The tags as SES tells them, beside its own."""
    ours = {tag["Name"]: [tag["Value"]] for tag in tags(member, cause)}
    return {"ses:configuration-set": ["careway"], **ours}


@pytest.mark.parametrize("cause", CAUSES)
def test_an_e_mail_is_found_again_by_what_ses_tells_of_its_tags(cause):
    assert named(told(MEMBER, cause)) == (MEMBER, cause)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_tag_holds_only_what_ses_allows_there(cause):
    for tag in tags(MEMBER, cause):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag["Name"])
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag["Value"])


@pytest.mark.parametrize(
    "foreign",
    [
        {"member": []},
        {"member": ["somebody"]},
        {"member": [MEMBER, MEMBER]},
        {"cause": []},
        {"cause": ["a"]},
        {"cause": ["_w"]},
    ],
)
def test_tags_that_are_not_ours_name_nobody(foreign):
    assert named({**told(MEMBER, "cause"), **foreign}) is None
    assert named({}) is None
