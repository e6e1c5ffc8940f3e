"""What must hold whatever people, webhooks, clocks and faults do: looked for in what lies in the tables.

Each check reads the tables as they are, with none of the functions' own code, and says what is wrong. The numbers
are those of the platform's list of invariants. Some hold at any moment, some once everything has come to rest.
"""

import json
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from local.simulation.state import Item, State

_CLINICAL = {"therapy_intake", "therapy", "psychiatry_intake", "psychiatry_follow_up"}
_STANDS_ON = {"booked", "completed", "no_show"}
_COSTS = {"late_cancelled", "no_show"}
_CLOSED = {"waived", "written_off", "void"}
_CERTIFIED, _SIGNED_WITH = "CERTIFICATE", "ES256"
_LATE = timedelta(minutes=15)
"""After so long what is due and not done is seen as late, by an alarm."""
_THE_LAW_KEEPS = {
    *(("KeysTable", "GATE"), ("KeysTable", "LOCKED"), ("AuditTable", "aud_"), ("PrivacyTable", "ERASURE")),
    *(("CareTable", "INTAKE"), ("SchedulingTable", "APT#")),
    *(("PaymentsTable", name) for name in ("PAYABLE#", "ENTRY#", "REFUND#", "SESSION#", "STATEMENT#")),
}
"""What may be left of somebody who is gone: each is a line of the certificate."""

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
    pages, agendas = _standing(state, "PAGE#", "page"), _standing(state, "AGENDA", "agenda")
    kept = {item["sk"].removeprefix("APT#"): json.loads(item["appointment"]) for item in _appointments(state)}
    for name, appointment in kept.items():
        if appointment["history"] and appointment["history"][-1]["state"] != appointment["state"]:
            yield f"{name} is {appointment['state']}, which its history does not say"
        if appointment["state"] != "booked":
            continue
        if f"PRV#{appointment['provider_id']}" not in pages[name]:
            yield f"{name} is booked and in no page"
        ahead = datetime.fromisoformat(appointment["ends_at"]) > state.now
        if ahead and f"MBR#{appointment['member_id']}" not in agendas[name]:
            yield f"{name} is booked and in no agenda"
    for name in pages.keys() | agendas.keys():
        if name.startswith("apt_") and (name not in kept or kept[name]["state"] not in _STANDS_ON):
            yield f"{name} stands in {sorted(pages[name] | agendas[name])}, though it is not booked"


def _standing(state: State, sk: str, attribute: str) -> dict[str, set[str]]:
    """Whose calendars an entry stands in."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in state.of("SchedulingTable", sk):
        for entry in json.loads(item[attribute])["busy"]:
            found[entry["id"]].add(item["pk"])
    return found


def _appointments(state: State) -> list[Item]:
    return state.of("SchedulingTable", "APT#")


def fees_are_owed(state: State) -> Iterator[str]:
    """3. No fee where it is not allowed, above what was accepted, for who came or cancelled in time, or twice."""
    accepted = {}
    for item in _appointments(state):
        kept = json.loads(item["appointment"])
        terms, costs = kept.get("fee_terms"), kept["service"] in _CLINICAL and kept["state"] in _COSTS
        accepted[kept["id"]] = terms["late_cancel_cents"] if terms and costs else 0
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
        if payable["kind"] != "pass" and payable["state"] not in _CLOSED:
            paid = sum(payment["cents"] for payment in payable.get("payments", ()))
            settled = paid - payable.get("given_back", 0)
            asked[f"MBR#{payable['member_id']}"] += max(0, payable["amount"] - settled)
    for member in receivable.keys() | asked.keys():
        if receivable[member] != asked[member]:
            yield f"{member}: {receivable[member]} in the ledger, {asked[member]} asked for"


def one_charge_for_a_cause(state: State) -> Iterator[str]:
    """4. One charge per cause, and refunds never exceed it (6): Stripe keeps what was asked, or nothing."""
    kept: Counter[str] = Counter()
    for intent in state.intents:
        if intent["amount_received"]:
            kept[intent["metadata"].get("payable_id", "?")] += intent["amount_received"]
    for refund in state.refunds:
        if refund["status"] in {"pending", "succeeded", "requires_action"}:
            intent = next(each for each in state.intents if each["id"] == refund["payment_intent"])
            kept[intent["metadata"].get("payable_id", "?")] -= refund["amount"]
    for payable in _payables(state):
        most = 0 if payable["state"] in {"waived", "void"} else max(payable["amount"], 0)
        if not 0 <= kept[payable["id"]] <= most:
            yield f"{payable['id']} asks {most}, Stripe keeps {kept[payable['id']]}"


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
    """7. One e-mail per event and recipient, and each is marked; none to somebody who has left for good."""
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
    ended = {item["pk"].removeprefix("MBR#"): json.loads(item["erasure"])["ended_at"] for item in _erasures(state)}
    for mail in state.mails:
        member = mail["tags"]["member"]
        if member in gone and datetime.fromisoformat(mail["at"]) > datetime.fromisoformat(ended[member]):
            yield f"{member} had left, and got “{mail['subject']}”"


def _erasures(state: State) -> list[Item]:
    return state.of("PrivacyTable", "ERASURE")


def _untagged(cause: str) -> str:
    """A cause as it stood before it was put into the letters that a tag may have."""
    return urlsafe_b64decode(f"{cause}==").decode()


def staff_are_noted(state: State) -> Iterator[str]:
    """8. Whenever the staff was let see or change a member's record, that is noted with its reason."""
    noted = Counter(item["pk"].removeprefix("MBR#") for item in state.of("AuditTable", "aud_") if item["reason"])
    for member, times in state.looked_at.items():
        if noted[member] < times:
            yield f"{member}'s record was seen {times} times, {noted[member]} are noted"


def the_insured_are_not_refused(state: State) -> Iterator[str]:
    """9. Nobody is told "not covered" because something did not answer: all of the crowd are insured."""
    for item in state.of("EligibilityTable", "CHECK#"):
        if item["state"] in {"ineligible", "needs_correction"}:
            yield f"{item['pk']} {item['sk']} says {item['state']}"


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


def one_person_answers(state: State) -> Iterator[str]:
    """10. What is unanswered has exactly one responsible person: the one coach who has a place for that member."""
    coaches: dict[str, set[str]] = defaultdict(set)
    for item in state.of("CareTable", "LOAD"):
        for member, until in item["members"].items():
            if datetime.fromisoformat(until) > state.now:
                coaches[member].add(item["pk"].removeprefix("COACH#"))
    yield from (f"{member} has places with {sorted(those)}" for member, those in coaches.items() if len(those) > 1)
    for item in state.of("CareTable", "CONVERSATION#"):
        responsible, those = item.get("responsible"), coaches[item["pk"].removeprefix("MBR#")]
        if "waiting" in json.loads(item["conversation"]) and (not responsible or those - {responsible}):
            yield f"{item['pk']} waits for {responsible}, and has a place with {sorted(those)}"


def nothing_waits(state: State) -> Iterator[str]:
    """12. What is due is done; the outbox empties, and nothing is lost: no message is left over, none has died."""
    for table, item in state.everything():
        if "due_at" in item and datetime.fromisoformat(item["due_at"]) <= state.now - _LATE:
            yield f"{table} {item['pk']} {item['sk']} was due at {item['due_at']}"
    for item in _erasures(state):
        if item["state"] not in {"completed", "cancelled"} and "due_at" not in item:
            yield f"{item['pk']} is {item['state']}, and nobody comes back to it"
    unsent = [item["pk"] for item in state.of("OutboxTable") if "unsent" in item]
    if unsent:
        yield f"{len(unsent)} events have not left"
    for queue in state.queues:
        if queue["messages"]:
            yield f"{queue['name']} holds {len(queue['messages'])} messages"


def the_gone_have_left(state: State) -> Iterator[str]:
    """13. After an erasure nothing leads to the person but what the law keeps, and the certificate verifies."""
    gone = state.gone()
    for table, item in state.everything():
        member = item["pk"].removeprefix("MBR#")
        kept = any(table == where and str(item.get("sk")).startswith(sk) for where, sk in _THE_LAW_KEEPS)
        if member in gone and not kept:
            yield f"{member} is gone, and {table} still has {item['sk']}"
    for item in state.of("EligibilityTable", "ACCOUNT"):
        if item["careway_id"] in gone:
            yield f"{item['careway_id']} is gone, and an account leads to them"
    for customer in state.customers:
        if customer.get("metadata", {}).get("member_id") in gone:
            yield f"{customer['metadata']['member_id']} is gone, and still a customer of Stripe"
    for item in _erasures(state):
        if item["pk"].removeprefix("MBR#") in gone:
            yield from _certificate_fails(state, json.loads(item["erasure"])["certificate_id"])


def _certificate_fails(state: State, name: str) -> Iterator[str]:
    certified = {item["pk"].removeprefix("CERTIFICATE#"): item["jws"] for item in state.of("PrivacyTable", _CERTIFIED)}
    keys = {item["sk"]: ECKey.import_key(item["jwk"]) for item in state.of("PrivacyTable", pk="PUBLIC_KEYS")}
    try:
        signed = jws.deserialize_compact(certified[name], lambda each: keys[each.headers()["kid"]], [_SIGNED_WITH])
    except (JoseError, KeyError, ValueError) as error:
        yield f"{name} does not verify: {type(error).__name__}"
        return
    if json.loads(signed.payload)["jti"] != name:
        yield f"{name} is another's certificate"


def only_the_known_sign_in(state: State) -> Iterator[str]:
    """13. Whoever can sign in has an account, and who has one and is not leaving can sign in."""
    leaving = {item["pk"] for item in state.of("KeysTable", "GATE") if item["state"] != "open"}
    accounts = {
        item["pk"].removeprefix("ACCOUNT#"): f"MBR#{item['careway_id']}"
        for item in state.of("EligibilityTable", "ACCOUNT")
        if item["careway_id"].startswith("mbr_")
    }
    yield from (f"{user} can sign in without an account" for user in sorted(state.users - accounts.keys()))
    for user, member in accounts.items():
        if user not in state.users and member not in leaving:
            yield f"{member} has an account and cannot sign in"


ALWAYS: tuple[Check, ...] = (
    no_overlap,
    calendars_agree,
    fees_are_owed,
    ledger_sums_to_zero,
    staff_are_noted,
    the_insured_are_not_refused,
    one_owner_of_a_coverage,
    messages_are_in_order,
    one_person_answers,
    the_gone_have_left,
)
AT_REST: tuple[Check, ...] = (
    one_charge_for_a_cause,
    cash_is_at_stripe,
    one_letter_for_a_cause,
    nothing_waits,
    only_the_known_sign_in,
)


def broken(state: State, checks: tuple[Check, ...]) -> list[str]:
    """What is wrong by these checks."""
    return [f"{check.__name__}: {found}" for check in checks for found in check(state)]
