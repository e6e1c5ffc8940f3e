"""What must hold whatever people, webhooks, clocks and faults do: looked for in what lies in the tables.

Each check reads the tables as they are, with none of the functions' own code, and says what is wrong. The numbers
are those of the platform's list of invariants. Some hold at any moment, some once everything has come to rest.
"""

import json
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.system import System

Item = dict[str, Any]
_load = TypeDeserializer().deserialize
_CLINICAL = {"therapy_intake", "therapy", "psychiatry_intake", "psychiatry_follow_up"}


class State:
    """Everything that is stored, and what outside systems hold, at one moment."""

    def __init__(self, system: System) -> None:
        self.now: datetime = system.now()
        self.mails = system.mailbox()
        self.queues = system.queues()
        self.intents: list[Item] = [dict(intent) for intent in list(system.stripe.account.payment_intents.values())]
        self.refunds: list[Item] = [dict(refund) for refund in list(system.stripe.account.refunds.values())]
        self._items: dict[str, list[Item]] = defaultdict(list)
        for table in system.template.resources("AWS::DynamoDB::Table"):
            name = system.template.placed[table.logical_id].ref
            for page in system.aws.dynamodb.get_paginator("scan").paginate(TableName=name):
                self._items[table.logical_id] += [
                    {key: _load(value) for key, value in wired.items()} for wired in page["Items"]
                ]

    def of(self, table: str, sk: str = "", pk: str = "") -> list[Item]:
        """The items of a table whose keys begin so."""
        return [
            item for item in self._items[table] if item["pk"].startswith(pk) and str(item.get("sk", "")).startswith(sk)
        ]

    def gone(self) -> set[str]:
        """The members who have left for good."""
        return {item["pk"].removeprefix("MBR#") for item in self.of("KeysTable", "GATE") if item["state"] == "erased"}


Check = Callable[[State], Iterator[str]]


def _live(entries: list[Item], now: datetime) -> list[Item]:
    return [entry for entry in entries if entry.get("until") is None or entry["until"] > now.timestamp()]


def no_overlap(state: State) -> Iterator[str]:
    """1. No two live entries of one provider overlap, nor of one member."""
    calendars: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in state.of("SchedulingTable", "PAGE#"):
        calendars[item["pk"]] |= {entry["id"]: entry for entry in json.loads(item["page"])["busy"]}
    for item in state.of("SchedulingTable", "AGENDA"):
        calendars[item["pk"]] |= {entry["id"]: entry for entry in json.loads(item["agenda"])["busy"]}
    for whose, entries in calendars.items():
        ordered = sorted(_live(list(entries.values()), state.now), key=lambda entry: int(entry["s"]))
        for one, other in pairwise(ordered):
            if one["e"] > other["s"]:
                yield f"{whose}: {one['id']} and {other['id']} overlap"


def calendars_agree(state: State) -> Iterator[str]:
    """2. Booked appointments stand in page and agenda, and nothing else does; the history explains the state."""
    standing: dict[str, set[str]] = defaultdict(set)
    for item in state.of("SchedulingTable", "PAGE#"):
        for entry in json.loads(item["page"])["busy"]:
            standing[entry["id"]].add(item["pk"])
    kept = {item["sk"].removeprefix("APT#"): json.loads(item["appointment"]) for item in _appointments(state)}
    for name, appointment in kept.items():
        if appointment["history"] and appointment["history"][-1]["state"] != appointment["state"]:
            yield f"{name} is {appointment['state']}, which its history does not say"
        if appointment["state"] == "booked" and f"PRV#{appointment['provider_id']}" not in standing[name]:
            yield f"{name} is booked and in no page"
    stands_on = {"booked", "completed", "no_show"}
    for name in standing:
        if name.startswith("apt_") and (name not in kept or kept[name]["state"] not in stands_on):
            yield f"{name} stands in a page, though it is not booked"


def _appointments(state: State) -> list[Item]:
    return state.of("SchedulingTable", "APT#")


def fees_are_owed(state: State) -> Iterator[str]:
    """3. No fee where it is not allowed, above what was accepted, or twice for an appointment."""
    accepted = {}
    for item in _appointments(state):
        kept = json.loads(item["appointment"])
        terms = kept.get("fee_terms")
        accepted[kept["id"]] = terms["late_cancel_cents"] if terms and kept["service"] in _CLINICAL else 0
    seen: Counter[str] = Counter()
    for payable in _payables(state):
        if payable["kind"] == "late_fee":
            seen[payable["appointment_id"]] += 1
            if payable["amount"] > accepted.get(payable["appointment_id"], 0):
                yield f"{payable['id']} asks for more than was accepted"
    yield from (f"{appointment}: {count} fees" for appointment, count in seen.items() if count > 1)


def _payables(state: State) -> list[Item]:
    return [json.loads(item["payable"]) for item in state.of("PaymentsTable", "PAYABLE#")]


def ledger_sums_to_zero(state: State) -> Iterator[str]:
    """5. Every set of ledger entries sums to zero; a member's receivable is the sum of what is open."""
    receivable: Counter[str] = Counter()
    for item in state.of("PaymentsTable", "ENTRY#"):
        if sum(line["cents"] for line in item["lines"]):
            yield f"{item['pk']} {item['sk']} does not sum to zero"
        receivable[item["pk"]] += sum(int(line["cents"]) for line in item["lines"] if line["account"] == "receivable")
    asked: Counter[str] = Counter()
    for payable in _payables(state):
        if payable["kind"] != "pass" and payable["state"] not in {"waived", "written_off", "void"}:
            paid = sum(payment["cents"] for payment in payable.get("payments", ()))
            settled = paid - payable.get("given_back", 0)
            asked[f"MBR#{payable['member_id']}"] += max(0, payable["amount"] - settled)
    for member in receivable.keys() | asked.keys():
        if receivable[member] != asked[member]:
            yield f"{member}: {receivable[member]} in the ledger, {asked[member]} asked for"


def one_charge_for_a_cause(state: State) -> Iterator[str]:
    """4. One charge per cause, and refunds never exceed it (6): what is kept at Stripe is what was asked."""
    kept: Counter[str] = Counter()
    for intent in state.intents:
        if intent["amount_received"]:
            kept[intent["metadata"].get("payable_id", "?")] += intent["amount_received"]
    for refund in state.refunds:
        if refund["status"] in {"pending", "succeeded", "requires_action"}:
            intent = next(each for each in state.intents if each["id"] == refund["payment_intent"])
            kept[intent["metadata"].get("payable_id", "?")] -= refund["amount"]
    for payable in _payables(state):
        if not 0 <= kept[payable["id"]] <= max(payable["amount"], 0):
            yield f"{payable['id']} asks {payable['amount']}, Stripe keeps {kept[payable['id']]}"


def cash_is_at_stripe(state: State) -> Iterator[str]:
    """4. What Stripe holds and the ledger's cash are equal, member by member."""
    ledger: Counter[str] = Counter()
    for item in state.of("PaymentsTable", "ENTRY#"):
        member = item["pk"].removeprefix("MBR#")
        ledger[member] += sum(int(line["cents"]) for line in item["lines"] if line["account"] == "cash")
    held: Counter[str] = Counter()
    owner = {}
    for intent in state.intents:
        owner[intent["id"]] = intent["metadata"].get("member_id", "?")
        held[owner[intent["id"]]] += intent["amount_received"]
    for refund in state.refunds:
        if refund["status"] == "succeeded":
            held[owner[refund["payment_intent"]]] -= refund["amount"]
    for member in ledger.keys() | held.keys():
        if ledger[member] != held[member]:
            yield f"{member}: {ledger[member]} in the ledger, {held[member]} at Stripe"


def one_letter_for_a_cause(state: State) -> Iterator[str]:
    """7. One e-mail per event and recipient, and each is marked, until its recipient has left for good."""
    sent = Counter((mail["tags"]["member"], _untagged(mail["tags"]["cause"])) for mail in state.mails)
    yield from (f"{count} e-mails to {member} for {cause}" for (member, cause), count in sent.items() if count > 1)
    marked = {
        (item["pk"].removeprefix("MBR#"), item["sk"].removeprefix("MAIL#"))
        for item in state.of("NotificationsTable", "MAIL#")
        if item["state"] == "sent"
    }
    gone = state.gone()
    for member, cause in sent.keys() ^ marked:
        if member not in gone:
            yield f"{member}, {cause}: {'not marked' if (member, cause) in sent else 'marked, though nothing left'}"


def _untagged(cause: str) -> str:
    """A cause as it stood before it was put into the letters that a tag may have."""
    return urlsafe_b64decode(f"{cause}==").decode()


def one_owner_of_a_coverage(state: State) -> Iterator[str]:
    """9. A coverage belongs to one account: whoever has one holds its claim, until they leave."""
    leaving = {item["pk"] for item in state.of("KeysTable", "GATE") if item["state"] != "open"}
    claims = {item["pk"]: item["member"] for item in state.of("EligibilityTable", "CLAIM")}
    for item in state.of("EligibilityTable", "COVERAGE"):
        kept = json.loads(item["coverage"]) if "coverage" in item else {}
        claim = kept.get("claim")
        if claim and item["pk"] not in leaving and claims.get(f"CLAIM#{claim}") != item["pk"].removeprefix("MBR#"):
            yield f"{item['pk']} has a coverage that is claimed by {claims.get(f'CLAIM#{claim}')}"


def messages_are_in_order(state: State) -> Iterator[str]:
    """10. A message is there once, in order: numbers without a gap, each sent once."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for item in state.of("CareTable", "MSG#"):
        numbers[item["pk"]].append(int(item["sk"].rpartition("#")[2]))
    for whose, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"{whose} has messages {sorted(found)}"


def nothing_waits(state: State) -> Iterator[str]:
    """12. The outbox empties, and nothing is lost: no message is left over, none has died."""
    unsent = [item["pk"] for item in state.of("OutboxTable") if "unsent" in item]
    if unsent:
        yield f"{len(unsent)} events have not left"
    for queue in state.queues:
        if queue["messages"]:
            yield f"{queue['name']} holds {len(queue['messages'])} messages"


def the_gone_have_left(state: State) -> Iterator[str]:
    """13. After an erasure nothing opens what was the member's: their erasable key, address and profile are gone."""
    for member in state.gone():
        for table, sk in (
            ("KeysTable", "KEY#erasable"),
            ("EligibilityTable", "CONTACT"),
            ("EligibilityTable", "PROFILE"),
            ("EligibilityTable", "BENEFITS"),
            ("CareTable", "MSG#"),
        ):
            if state.of(table, sk, f"MBR#{member}"):
                yield f"{member} is gone, and {table} still has {sk}"


ALWAYS: tuple[Check, ...] = (
    no_overlap,
    calendars_agree,
    fees_are_owed,
    ledger_sums_to_zero,
    one_owner_of_a_coverage,
    messages_are_in_order,
    the_gone_have_left,
)
AT_REST: tuple[Check, ...] = (one_charge_for_a_cause, cash_is_at_stripe, one_letter_for_a_cause, nothing_waits)


def broken(state: State, checks: tuple[Check, ...]) -> list[str]:
    """What is wrong by these checks."""
    return [f"{check.__name__}: {found}" for check in checks for found in check(state)]
