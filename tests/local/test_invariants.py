"""Each invariant of the simulation says when it is broken: a state that is well, and one thing wrong with it."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from local.simulation.invariants import ALWAYS, AT_REST, broken
from local.simulation.state import State

NOW = datetime(2026, 12, 14, 12, 0, tzinfo=UTC)
ANA, BEN, GONE = "MBR#mbr_ana", "MBR#mbr_ben", "MBR#mbr_gone"
KEY = ECKey.generate_key("P-256", auto_kid=True)
ENTRY = {"id": "apt_1", "s": 29_956_000, "e": 29_956_050}
BOOKED = {
    "id": "apt_1",
    "member_id": "mbr_ana",
    "provider_id": "prv_1",
    "service": "therapy",
    "state": "booked",
    "ends_at": "2026-12-15T12:00:00Z",
    "fee_terms": {"late_cancel_cents": 12500},
    "history": [{"state": "booked"}],
}
MISSED = BOOKED | {"id": "apt_2", "state": "no_show", "history": [{"state": "no_show"}]}
FEE = {"id": "fee_2", "member_id": "mbr_ana", "kind": "late_fee", "appointment_id": "apt_2", "amount": 12500}
PAID = FEE | {"state": "paid", "payments": [{"cents": 12500}], "given_back": 0}
LINES = [{"account": "cash", "cents": 12500}, {"account": "fees", "cents": -12500}]
MAIL = {"tags": {"member": "mbr_ana", "cause": "YXB0XzEjYm9va2Vk"}, "subject": "Booked", "at": "2026-12-10T00:00:00Z"}


def row(pk, sk, **attributes):
    return {"pk": pk, "sk": sk, **attributes}


def certificate(name, key=KEY):
    return jws.serialize_compact({"alg": "ES256", "kid": KEY.kid}, json.dumps({"jti": name}), key, ["ES256"])


def well():
    """Two members and one who is gone; an appointment, a fee that was charged, a message that waits."""
    ended = {"certificate_id": "cer_1", "ended_at": "2026-12-01T00:00:00Z"}
    items = {
        "KeysTable": [
            row(ANA, "GATE", state="open"),
            row(BEN, "GATE", state="open"),
            row(GONE, "GATE", state="erased"),
        ],
        "AuditTable": [row(ANA, "aud_1", reason="billing")],
        "OutboxTable": [{"pk": "evt_1"}],
        "EligibilityTable": [
            row("ACCOUNT#pool#ana", "ACCOUNT", careway_id="mbr_ana"),
            row("ACCOUNT#pool#ben", "ACCOUNT", careway_id="mbr_ben"),
            row("ACCOUNT#staff#coach", "ACCOUNT", careway_id="prv_1"),
            row(ANA, "COVERAGE", coverage=json.dumps({"claim": "c1"}), due_at="2027-01-01T00:00:00.000Z"),
            row("CLAIM#c1", "CLAIM", member="mbr_ana"),
            row(ANA, "CHECK#chk_1", state="eligible"),
        ],
        "SchedulingTable": [
            row("PRV#prv_1", "PAGE#1", page=json.dumps({"busy": [ENTRY]})),
            row(ANA, "AGENDA", agenda=json.dumps({"busy": [ENTRY]})),
            row(ANA, "APT#apt_1", appointment=json.dumps(BOOKED)),
            row(ANA, "APT#apt_2", appointment=json.dumps(MISSED)),
        ],
        "PaymentsTable": [
            row(ANA, "PAYABLE#fee_2", payable=json.dumps(PAID)),
            row(ANA, "ENTRY#1", lines=LINES),
        ],
        "CareTable": [
            row(ANA, "MSG#1", text=b""),
            row(ANA, "MSG#2", text=b""),
            row(ANA, "CONVERSATION#coaching", conversation=json.dumps({"waiting": {"number": 2}}), responsible="prv_9"),
            row("COACH#prv_9", "LOAD", members={"mbr_ana": "2027-01-01T00:00:00Z"}),
            row(GONE, "INTAKE#therapy", sealed=b""),
        ],
        "PrivacyTable": [
            row(GONE, "ERASURE", state="completed", erasure=json.dumps(ended), due_at="2033-12-01T00:00:00.000Z"),
            row("CERTIFICATE#cer_1", "CERTIFICATE", jws=certificate("cer_1")),
            row("PUBLIC_KEYS", KEY.kid, jwk=KEY.as_dict(private=False)),
        ],
        "NotificationsTable": [row(ANA, "MAIL#apt_1#booked", state="sent")],
    }
    state = State(NOW, deepcopy(items))
    state.mails = [deepcopy(MAIL)]
    state.queues = [{"name": "mail", "messages": []}]
    state.customers = [{"id": "cus_1", "metadata": {"member_id": "mbr_ana"}}, {"id": "cus_2", "deleted": True}]
    state.intents = [
        {"id": "pi_1", "amount_received": 12500, "metadata": {"payable_id": "fee_2", "member_id": "mbr_ana"}}
    ]
    state.users = {"pool#ana", "pool#ben"}
    state.looked_at.update({"mbr_ana": 1})
    return state


def of(state, table, sk, pk=""):
    return next(iter(state.of(table, sk, pk)))


def retold(item, attribute, **changes):
    """The same with another text in which some facts are different."""
    item[attribute] = json.dumps(json.loads(item[attribute]) | changes)


def busy(item, attribute, *entries):
    item[attribute] = json.dumps({"busy": list(entries)})


def again(state, table, item):
    state._items[table].append(item)


WRONG = {
    "no_overlap": [
        lambda s: busy(of(s, "SchedulingTable", "PAGE"), "page", ENTRY, ENTRY | {"id": "hld_1", "s": 29_956_049}),
        lambda s: busy(of(s, "SchedulingTable", "AGENDA"), "agenda", ENTRY, ENTRY | {"id": "hld_1", "e": 29_956_001}),
    ],
    "calendars_agree": [
        lambda s: busy(of(s, "SchedulingTable", "PAGE"), "page"),
        lambda s: busy(of(s, "SchedulingTable", "AGENDA"), "agenda"),
        lambda s: busy(of(s, "SchedulingTable", "AGENDA"), "agenda", ENTRY, {"id": "apt_9", "s": 1, "e": 2}),
        lambda s: retold(of(s, "SchedulingTable", "APT#apt_1"), "appointment", state="cancelled", history=[]),
        lambda s: retold(of(s, "SchedulingTable", "APT#apt_2"), "appointment", history=[{"state": "booked"}]),
    ],
    "fees_are_owed": [
        lambda s: retold(of(s, "PaymentsTable", "PAYABLE"), "payable", amount=12501),
        lambda s: retold(of(s, "SchedulingTable", "APT#apt_2"), "appointment", service="coaching"),
        lambda s: retold(of(s, "SchedulingTable", "APT#apt_2"), "appointment", fee_terms=None),
        lambda s: retold(
            of(s, "SchedulingTable", "APT#apt_2"), "appointment", state="cancelled", history=[{"state": "cancelled"}]
        ),
        lambda s: again(s, "PaymentsTable", row(ANA, "PAYABLE#fee_3", payable=json.dumps(PAID | {"id": "fee_3"}))),
    ],
    "ledger_sums_to_zero": [
        lambda s: of(s, "PaymentsTable", "ENTRY").update(lines=LINES[:1]),
        lambda s: retold(of(s, "PaymentsTable", "PAYABLE"), "payable", payments=[]),
        lambda s: again(
            s, "PaymentsTable", row(ANA, "ENTRY#2", lines=[{"account": "receivable", "cents": 1}, LINES[0]])
        ),
    ],
    "staff_are_noted": [
        lambda s: s.looked_at.update({"mbr_ana": 1}),
        lambda s: of(s, "AuditTable", "aud_1").update(reason=None),
    ],
    "the_insured_are_not_refused": [lambda s: of(s, "EligibilityTable", "CHECK").update(state="ineligible")],
    "one_owner_of_a_coverage": [lambda s: of(s, "EligibilityTable", "CLAIM").update(member="mbr_ben")],
    "messages_are_in_order": [
        lambda s: of(s, "CareTable", "MSG#1").update(sk="MSG#3"),
        lambda s: of(s, "CareTable", "MSG#1").update(sk="MSG#2"),
    ],
    "one_person_answers": [
        lambda s: again(s, "CareTable", row("COACH#prv_8", "LOAD", members={"mbr_ana": "2027-01-01T00:00:00Z"})),
        lambda s: of(s, "CareTable", "CONVERSATION").pop("responsible"),
        lambda s: of(s, "CareTable", "CONVERSATION").update(responsible="prv_8"),
    ],
    "the_gone_have_left": [
        *(
            lambda s, table=table, sk=sk: again(s, table, row(GONE, sk, state="sent", agenda='{"busy": []}'))
            for table, sk in (
                ("KeysTable", "KEY#erasable"),
                ("EligibilityTable", "CONTACT"),
                ("EligibilityTable", "PROFILE"),
                ("EligibilityTable", "COVERAGE"),
                ("PaymentsTable", "CARD"),
                ("CareTable", "MSG#1"),
                ("SchedulingTable", "AGENDA"),
                ("NotificationsTable", "MAIL#x"),
            )
        ),
        lambda s: of(s, "EligibilityTable", "ACCOUNT").update(careway_id="mbr_gone"),
        lambda s: s.customers[0].update(metadata={"member_id": "mbr_gone"}),
        lambda s: of(s, "PrivacyTable", "CERTIFICATE").update(pk="CERTIFICATE#cer_2"),
        lambda s: of(s, "PrivacyTable", "CERTIFICATE").update(jws=certificate("cer_2")),
        lambda s: of(s, "PrivacyTable", "CERTIFICATE").update(jws=certificate("cer_1", ECKey.generate_key("P-256"))),
        lambda s: of(s, "PrivacyTable", KEY.kid).update(sk="another"),
    ],
    "one_charge_for_a_cause": [
        lambda s: s.intents.append(s.intents[0] | {"id": "pi_2"}),
        lambda s: s.refunds.append({"status": "succeeded", "payment_intent": "pi_1", "amount": 12501}),
        lambda s: retold(of(s, "PaymentsTable", "PAYABLE"), "payable", state="waived"),
    ],
    "cash_is_at_stripe": [
        lambda s: s.intents.clear(),
        lambda s: s.refunds.append({"status": "succeeded", "payment_intent": "pi_1", "amount": 100}),
    ],
    "one_letter_for_a_cause": [
        lambda s: s.mails.append(s.mails[0]),
        lambda s: s.mails.clear(),
        lambda s: of(s, "NotificationsTable", "MAIL").update(state="claimed"),
        lambda s: s.mails.append(MAIL | {"tags": MAIL["tags"] | {"member": "mbr_gone"}}),
    ],
    "nothing_waits": [
        lambda s: of(s, "EligibilityTable", "COVERAGE").update(due_at="2026-12-14T11:44:00.000Z"),
        lambda s: again(s, "PrivacyTable", row(BEN, "ERASURE", state="running", erasure='{"ended_at": null}')),
        lambda s: of(s, "OutboxTable", "").update(unsent="1"),
        lambda s: s.queues[0]["messages"].append({}),
    ],
    "only_the_known_sign_in": [lambda s: s.users.add("pool#new"), lambda s: s.users.remove("pool#ben")],
}


def told_by(state):
    return {said.partition(":")[0] for said in broken(state, (*ALWAYS, *AT_REST))}


def test_what_is_well_is_not_said_to_be_broken():
    assert broken(well(), (*ALWAYS, *AT_REST)) == []


def test_each_invariant_is_broken_here_once():
    assert set(WRONG) == {check.__name__ for check in (*ALWAYS, *AT_REST)}


@pytest.mark.parametrize(
    ("name", "spoil"),
    [(name, spoil) for name, spoils in WRONG.items() for spoil in spoils],
    ids=[f"{name}-{number}" for name, spoils in WRONG.items() for number, _ in enumerate(spoils)],
)
def test_whoever_breaks_an_invariant_is_told_by_it(name, spoil):
    state = well()
    spoil(state)
    assert name in told_by(state)
