"""A row about each access to another person's record, written before the record is touched (D5)."""

from datetime import UTC, datetime

import boto3
import pytest

from functions.shared import audit
from functions.shared.audit import Reason
from functions.shared.caller import Caller, Role
from functions.shared.gate import gate_key, new_gate
from functions.shared.ids import MemberId
from functions.shared.problems import NotFound
from functions.shared.settings import setting
from functions.shared.table import plain

NOW = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)
MEMBER = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE")
WHO = Caller(id="stf_01M82TWG08W65Y6KHTXY36V3KE", roles=frozenset({Role.SUPPORT, Role.FINANCE}))


@pytest.fixture(autouse=True)
def _there(run_as):
    run_as("PrivacyApi")
    boto3.client("dynamodb").transact_write_items(TransactItems=[new_gate(MEMBER).wired()])


def rows():
    return [plain(item) for item in boto3.client("dynamodb").scan(TableName=setting("AUDIT_TABLE"))["Items"]]


def note(member=MEMBER):
    audit.note(WHO, member, audit.Touch("show_erasure_of", Reason.LEGAL, "request-1"), NOW)


def test_a_row_says_who_in_which_roles_did_what_to_whom_why_and_when(called):
    made = called("dynamodb")
    note()
    assert made == ["TransactWriteItems"]
    [row] = rows()
    assert row["sk"].startswith("aud_")
    assert {name: row[name] for name in row if name != "sk"} == {
        "pk": f"MBR#{MEMBER}",
        "by": WHO.id,
        "roles": ["finance", "support"],
        "operation": "show_erasure_of",
        "reason": "legal",
        "request_id": "request-1",
        "at": "2026-11-23T15:04:00.000Z",
        "hour": "2026-11-23T15",
        "ttl": int(NOW.timestamp()) + (6 * 365 + 2) * 86400,
        "v": 1,
    }


def test_every_access_is_a_row_of_its_own():
    note()
    note()
    assert len(rows()) == 2


def test_nothing_is_noted_about_nobody():
    with pytest.raises(NotFound):
        note(MemberId("mbr_01M82TWG08W65Y6KHTXY36V3K0"))
    assert rows() == []


@pytest.mark.parametrize("state", ["erasing", "erased"])
def test_also_who_touches_the_record_of_somebody_who_is_gone_is_noted(state):
    key = gate_key(MEMBER)
    boto3.client("dynamodb").update_item(
        TableName=key.table,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": state}},
    )
    note()
    assert len(rows()) == 1
