"""`transact`, one caller at a time: what is written, what is refused, and what a repeated request gets.

What happens between callers is in tests/races.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from functions.shared import transact as transacting
from functions.shared.aws import client
from functions.shared.gate import MemberGate, NoGate, gate_key, new_gate
from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed, Busy, Conflict, KeyUsedOtherwise
from functions.shared.settings import setting
from functions.shared.table import Check, Condition, Delete, Found, Key, Put, get, new, plain
from functions.shared.transact import TRIES, Idempotency, Plan, idempotency_key, transact

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT = timedelta(hours=48)
MEMBER = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE")
GATE = MemberGate(MEMBER)
NOBODYS = NoGate("a test about no member")
CANARY = "Xochitl Ochoa, born 1990-05-31"


class Taken(Conflict):
    code = "taken"


@pytest.fixture(autouse=True)
def _member(run_as):
    run_as("EligibilityApi")
    transact(lambda _found: Plan(None, [new_gate(MEMBER)]), gate=NoGate("their gate does not stand yet"), now=NOW)


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that `transact` would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(transacting, "time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture
def answered():
    """Let the database answer the next transactions with these cancellation reasons instead of taking them."""

    def inject(*answers: list[str]) -> None:
        left = list(answers)

        def answer(**_):
            if not left:
                return None
            reasons = [{"Code": code} for code in left.pop(0)]
            error = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
            return SimpleNamespace(status_code=400), error

        client("dynamodb").meta.events.register("before-call.dynamodb.TransactWriteItems", answer)

    return inject


@pytest.fixture
def sent():
    """The transactions that leave, each a list of its items."""
    seen: list[list[dict]] = []
    client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems", lambda params, **_: seen.append(params["TransactItems"])
    )
    return seen


def here(name: str = "THING#1") -> Key:
    return Key(setting("ELIGIBILITY_TABLE"), name, "ITEM")


def stored_items() -> list[dict]:
    found = client("dynamodb").scan(TableName=setting("ELIGIBILITY_TABLE"))["Items"]
    return [plain(item) for item in found]


def close_account() -> None:
    put = Put(gate_key(MEMBER), {"state": "erasing", "v": 2})
    transact(lambda _found: Plan(None, [put]), gate=NoGate("the erasure itself"), now=NOW)


def once(fingerprint: str = "f1", key: str = "k1", caller: str = MEMBER, operation: str = "take") -> Idempotency[str]:
    return Idempotency(
        key=idempotency_key(setting("ELIGIBILITY_TABLE"), caller, operation, key),
        fingerprint=fingerprint,
        again=lambda result: f"again {result}",
    )


def take(who: str = "one", *, idempotency: Idempotency[str] | None = None, now: datetime = NOW) -> str:
    """Take the one thing that there is; the rules refuse whoever comes second."""

    def plan(found: Found) -> Plan[str]:
        seen = found.seen(here(), lambda item: item["who"])
        if seen.value is not None:
            raise Taken
        return Plan(f"first {who}", [seen.becomes({"who": who})], result=who)

    return transact(plan, gate=GATE, now=now, reads=[here()], idempotency=idempotency)


def make(number: int, *, idempotency: Idempotency[str], now: datetime = NOW) -> str:
    """Make a thing; the rules never refuse."""
    plan = Plan(f"first {number}", [new(here(f"THING#{number}"), {"note": CANARY})], result=str(number))
    return transact(lambda _found: plan, gate=GATE, now=now, idempotency=idempotency)


def things() -> list[str]:
    return sorted(item["pk"] for item in stored_items() if item["pk"].startswith("THING#"))


def test_the_plans_writes_come_first_then_the_gate_and_the_idempotency_key_last(sent):
    old = here("OLD")
    plan = Plan("done", [new(here("A"), {}), Delete(old), Check(here("B"), Condition("attribute_not_exists(pk)"))])
    transact(lambda _found: plan, gate=GATE, now=NOW, idempotency=once())
    (items,) = sent
    kinds = [(kind, part.get("Key", part.get("Item"))["pk"]["S"]) for item in items for kind, part in item.items()]
    assert kinds == [
        ("Put", "A"),
        ("Delete", "OLD"),
        ("ConditionCheck", "B"),
        ("ConditionCheck", f"MBR#{MEMBER}"),
        ("Put", f"IDEM#{MEMBER}"),
    ]


def test_what_was_decided_is_written_and_answered():
    assert take() == "first one"
    assert get(here()) == {"pk": "THING#1", "sk": "ITEM", "who": "one", "v": 1}


@pytest.mark.parametrize("gate", ["closed", "missing"])
def test_behind_a_gate_that_is_not_open_nothing_is_written(gate):
    if gate == "closed":
        close_account()
    else:
        client("dynamodb").delete_item(
            TableName=setting("KEYS_TABLE"), Key={"pk": {"S": f"MBR#{MEMBER}"}, "sk": {"S": "GATE"}}
        )
    with pytest.raises(AccountClosed):
        take(idempotency=once())
    assert stored_items() == []


def test_a_write_that_opted_out_goes_on_after_the_gate_has_closed():
    close_account()
    transact(lambda _found: Plan(None, [new(here(), {})]), gate=NoGate("money settles late"), now=NOW)
    assert things() == ["THING#1"]


def test_a_refusal_of_the_rules_reaches_the_caller_and_writes_nothing():
    take("one")
    with pytest.raises(Taken):
        take("two", idempotency=once())
    assert [item.get("who") for item in stored_items()] == ["one"]


def test_a_repeated_request_gets_what_the_first_one_made_and_makes_nothing():
    assert make(1, idempotency=once()) == "first 1"
    assert make(2, idempotency=once()) == "again 1"
    assert things() == ["THING#1"]


def test_a_repeated_request_gets_what_the_first_one_made_though_the_rules_refuse_now():
    assert take("one", idempotency=once()) == "first one"
    assert take("two", idempotency=once()) == "again one"


def test_a_repeated_request_is_answered_though_what_it_saw_has_moved():
    make(1, idempotency=once())
    moved = Check(here("THING#1"), Condition("v = :seen", {":seen": 99}))
    assert transact(lambda _found: Plan("", [moved]), gate=GATE, now=NOW, idempotency=once()) == "again 1"


def test_a_repeated_request_is_answered_though_the_account_has_closed_since():
    make(1, idempotency=once())
    close_account()
    assert make(2, idempotency=once()) == "again 1"


def test_the_key_of_another_request_is_refused_and_nothing_is_written():
    make(1, idempotency=once("f1"))
    with pytest.raises(KeyUsedOtherwise):
        make(2, idempotency=once("f2"))
    assert things() == ["THING#1"]


def test_the_key_of_another_request_is_refused_also_where_the_rules_refuse():
    take("one", idempotency=once("f1"))
    with pytest.raises(KeyUsedOtherwise):
        take("two", idempotency=once("f2"))


def test_a_key_counts_for_one_caller_and_one_operation():
    for number, idempotency in enumerate([once(), once(caller="mbr_other"), once(operation="make"), once(key="k2")]):
        assert make(number, idempotency=idempotency) == f"first {number}"


def test_a_key_is_kept_for_two_days_to_the_second():
    make(1, idempotency=once())
    assert make(2, idempotency=once(), now=NOW + KEPT) == "again 1"
    assert get(once().key)["ttl"] == int((NOW + KEPT).timestamp())


def test_an_expired_key_can_be_used_again_before_the_table_has_dropped_it():
    make(1, idempotency=once("f1"))
    later = NOW + KEPT + timedelta(seconds=1)
    assert get(once().key) is not None
    assert make(2, idempotency=once("f2"), now=later) == "first 2"
    assert make(3, idempotency=once("f2"), now=later) == "again 2"


def test_an_expired_key_does_not_outweigh_the_rules():
    take("one", idempotency=once())
    with pytest.raises(Taken):
        take("two", idempotency=once(), now=NOW + KEPT + timedelta(seconds=1))


def test_what_is_kept_of_a_request_is_a_fingerprint_and_an_id_and_nothing_personal():
    make(1, idempotency=once())
    item = get(once().key)
    assert set(item) == {"pk", "sk", "fingerprint", "result", "ttl"}
    assert (item["fingerprint"], item["result"]) == ("f1", "1")
    assert "Xochitl" not in str(item)


def test_a_plan_without_writes_writes_nothing_and_answers(sent):
    assert transact(lambda _found: Plan("as it was", []), gate=GATE, now=NOW) == "as it was"
    assert sent == []
    assert stored_items() == []


def test_a_plan_without_writes_still_uses_up_its_key():
    plan = Plan("as it was", [], result="1")
    assert transact(lambda _found: plan, gate=GATE, now=NOW, idempotency=once()) == "as it was"
    with pytest.raises(KeyUsedOtherwise):
        transact(lambda _found: plan, gate=GATE, now=NOW, idempotency=once("f2"))


def test_the_same_item_twice_is_an_error_and_nothing_is_written(sent):
    plan = Plan(None, [new(here(), {}), Check(here(), Condition("attribute_not_exists(pk)"))])
    with pytest.raises(ValueError, match="twice"):
        transact(lambda _found: plan, gate=GATE, now=NOW)
    assert sent == []


def test_a_transaction_takes_a_hundred_items_with_gate_and_key_and_not_one_more(sent):
    def writing(count: int) -> Plan[None]:
        return Plan(None, [new(here(f"N#{number}"), {}) for number in range(count)])

    transact(lambda _found: writing(98), gate=GATE, now=NOW, idempotency=once())
    assert len(sent[0]) == 100
    with pytest.raises(ValueError, match="101 items"):
        transact(lambda _found: writing(99), gate=GATE, now=NOW, idempotency=once(key="k2"))
    assert len(sent) == 1


def test_deciding_on_an_item_that_was_not_read_is_an_error(sent):
    with pytest.raises(LookupError):
        transact(lambda found: Plan(found.seen(here("B"), dict), []), gate=GATE, now=NOW, reads=[here()])
    with pytest.raises(LookupError):
        transact(lambda found: Plan(found[here()], []), gate=GATE, now=NOW)
    assert sent == []


def test_when_something_moved_it_reads_and_decides_again(pauses):
    decided_on = []

    def plan(found: Found) -> Plan[int]:
        seen = found.seen(here(), lambda item: item["n"])
        decided_on.append(seen.value)
        if len(decided_on) == 1:  # somebody else is faster
            client("dynamodb").put_item(
                TableName=here().table,
                Item={"pk": {"S": here().pk}, "sk": {"S": "ITEM"}, "n": {"N": "5"}, "v": {"N": "1"}},
            )
        return Plan((seen.value or 0) + 1, [seen.becomes({"n": (seen.value or 0) + 1})])

    assert transact(plan, gate=GATE, now=NOW, reads=[here()]) == 6
    assert decided_on == [None, 5]
    assert (get(here())["n"], get(here())["v"], len(pauses)) == (6, 2, 1)


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_conflict_of_transactions_is_answered_by_another_try(code, answered, pauses):
    answered([code, "None"], ["None", code])
    assert take() == "first one"
    assert len(pauses) == 2


def test_whoever_loses_every_time_is_told_to_come_again_soon(answered, pauses, called):
    names = called("dynamodb")
    answered(*[["TransactionConflict", "None"]] * TRIES)
    with pytest.raises(Busy) as busy:
        take()
    assert busy.value.headers == {"Retry-After": "1"}
    assert names.count("BatchGetItem") == TRIES
    assert stored_items() == []
    assert len(pauses) == TRIES - 1
    longest = [min(0.02 * 2**attempt, 0.6) for attempt in range(1, TRIES)]
    assert all(0 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert pauses != longest  # drawn, or those who collided would collide again


@pytest.mark.parametrize("reasons", [["ValidationError", "None"], ["TransactionConflict", "ValidationError"], []])
def test_what_another_try_cannot_mend_raises_at_once(reasons, answered, pauses):
    answered(reasons)
    with pytest.raises(ClientError):
        take()
    assert pauses == []
    assert stored_items() == []
