"""What a member's doings leave behind, without what may differ between two runs of the same: ids, instants, tries."""

import json
import re
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer

from local.simulation.people import Member
from local.system import System

_ID = re.compile(r"\b([a-z]{2,8})_[0-9A-Za-z]{14,}\b")
_VARIES = re.compile(
    r"\b[0-9a-f]{32,}\b"  # a keyed hash
    r"|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # a sub
    r"|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?"  # a day, an instant
    r"|\b\d{8}\b"  # a UTC minute of the calendars
)
_OF_ONE_RUN = {
    "counts",  # what a step removed that was repeated, or that somebody else was quicker with
    "erased",
    "v",
    "ttl",
    "due_at",
    "due_shard",
    "attempts",
    "until",
    "fingerprint",
    "result",
    "hour",
    "wrapped",
    "tries",
}
_load = TypeDeserializer().deserialize


def left_behind(system: System, member: Member) -> dict[str, Any]:
    """Every item of the member in every table, every e-mail to them, what others hold, and the state of every queue."""
    return {
        "items": sorted(json.dumps(_told(item), sort_keys=True) for item in items_of(system, member.id)),
        "mails": sorted(mail["subject"] for mail in system.mailbox() if mail["to"] == [member.email]),
        "stripe": at_stripe(system, member.id),
        "statement tool": at_the_statement_tool(system),
        "dead": sorted(queue["name"] for queue in system.queues() if "Dead" in queue["name"] and queue["messages"]),
    }


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What one of them has and the other has not."""
    told = []
    for part, expected in wanted.items():
        left, right = list(found[part]), list(expected)
        for each in expected:
            if each in left:
                left.remove(each)
                right.remove(each)
        told += [f"{part}: + {each}" for each in left] + [f"{part}: - {each}" for each in right]
    return told


def items_of(system: System, member_id: str) -> list[dict[str, Any]]:
    """Every item that is under the member's id, or names it, but events on their way and what goes by itself."""
    return [
        item
        for item in everything(system)
        if item["table"] != "OutboxTable" and "ttl" not in item and member_id in json.dumps(item, default=repr)
    ]


def everything(system: System) -> list[dict[str, Any]]:
    """Every item of every table."""
    found = []
    for table in system.template.resources("AWS::DynamoDB::Table"):
        name = system.template.placed[table.logical_id].ref
        for page in system.aws.dynamodb.get_paginator("scan").paginate(TableName=name):
            for wired in page["Items"]:
                found.append({"table": table.logical_id, **{key: _load(value) for key, value in wired.items()}})
    return found


def gate_of(system: System, member_id: str) -> str:
    """How the gate of the member's account stands."""
    (gate,) = [item for item in items_of(system, member_id) if item["sk"] == "GATE"]
    state: str = gate["state"]
    return state


def at_stripe(system: System, member_id: str) -> list[str]:
    """The member as a customer, the amounts that were or are to be taken of them, and those that went back."""
    account = system.stripe.account
    theirs = {
        intent["id"]: f"took {intent['amount_received']} of {intent['amount']}: {intent['status']}"
        for intent in account.payment_intents.values()
        if intent["metadata"].get("member_id") == member_id
    }
    refunds = [refund for refund in account.refunds.values() if refund["payment_intent"] in theirs]
    return sorted(
        [
            *theirs.values(),
            *(f"gave back {refund['amount']}: {refund['status']}" for refund in refunds),
            *("customer" for customer in account.customers.values() if not customer.get("deleted")),
        ]
    )


def at_the_statement_tool(system: System) -> list[str]:
    """The sessions that it was told of, and the payments that it knows, in cents."""
    books = system.statements.books
    paid = [payment for payments in books.payments.values() for payment in payments]
    return sorted([*("session" for _ in books.sessions), *(f"paid {payment['amount']['amount']}" for payment in paid)])


def _told(value: Any) -> Any:
    match value:
        case dict():
            return {_told(k): _told(v) for k, v in value.items() if k not in _OF_ONE_RUN}
        case list():
            return [_told(v) for v in value]
        case bytes() | Binary():
            return "sealed"
        case str() if value.startswith(("{", "[")):
            return _told(json.loads(value))
        case str():
            return _VARIES.sub("…", _ID.sub(r"\1_…", value))
        case _:
            return _told(str(value))
