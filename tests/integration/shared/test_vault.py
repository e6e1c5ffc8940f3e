"""What is sealed for one member, one rule and one place opens there and nowhere else, until its key is destroyed."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag

from functions.shared import vault
from functions.shared.aws import client
from functions.shared.gate import NoGate
from functions.shared.ids import MemberId
from functions.shared.settings import setting
from functions.shared.table import Key, get, read, wire
from functions.shared.transact import Plan, transact
from functions.shared.vault import Retention, SealedForGoodError, key_of, new_keys, seal, unlock, unseal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANA, BEN = MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KE"), MemberId("mbr_01M82TWG08W65Y6KHTXY36V3KF")
ERASABLE, RETAINED = Retention
TEXT = "Xochitl Ochoa, nacida el 31 de mayo de 1990 🌵"


@pytest.fixture(autouse=True)
def _members(run_as):
    run_as("EligibilityApi")
    keys = [*new_keys(ANA, NOW), *new_keys(BEN, NOW)]
    transact(lambda _found: Plan(None, keys), gate=NoGate("they are being made"), now=NOW)


def destroy(key: Key) -> None:
    client("dynamodb").delete_item(TableName=key.table, Key=wire(key.attributes))


@pytest.mark.parametrize("text", [TEXT, "", "x" * 100_000])
@pytest.mark.parametrize("rule", Retention)
def test_what_was_sealed_opens_in_its_place(text, rule):
    assert unseal(ANA, rule, "coverage", seal(ANA, rule, "coverage", text)) == text


def test_what_is_sealed_shows_nothing_and_is_never_the_same_twice():
    one, other = (seal(ANA, ERASABLE, "coverage", TEXT) for _ in range(2))
    assert one != other
    assert one[:12] != other[:12]
    assert b"Xochitl" not in one


@pytest.mark.parametrize(
    ("member", "rule", "place"),
    [(ANA, ERASABLE, "profile"), (BEN, ERASABLE, "coverage"), (ANA, RETAINED, "coverage"), (ANA, ERASABLE, "")],
)
def test_what_was_moved_to_another_place_member_or_rule_does_not_open(member, rule, place):
    sealed = seal(ANA, ERASABLE, "coverage", TEXT)
    with pytest.raises(InvalidTag):
        unseal(member, rule, place, sealed)


@pytest.mark.parametrize("position", [0, 12, -1])
def test_what_was_changed_does_not_open(position):
    sealed = bytearray(seal(ANA, ERASABLE, "coverage", TEXT))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        unseal(ANA, ERASABLE, "coverage", bytes(sealed))


def test_when_a_key_is_destroyed_what_it_sealed_is_gone_and_the_rest_stays():
    gone, kept = seal(ANA, ERASABLE, "coverage", TEXT), seal(ANA, RETAINED, "note", TEXT)
    destroy(key_of(ANA, ERASABLE))
    vault.forget()
    with pytest.raises(SealedForGoodError):
        unseal(ANA, ERASABLE, "coverage", gone)
    with pytest.raises(SealedForGoodError):
        seal(ANA, ERASABLE, "coverage", TEXT)
    assert unseal(ANA, RETAINED, "note", kept) == TEXT


def test_a_process_forgets_a_destroyed_key_within_five_minutes(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(vault, "time", SimpleNamespace(monotonic=lambda: now[0]))
    sealed = seal(ANA, ERASABLE, "coverage", TEXT)
    destroy(key_of(ANA, ERASABLE))
    now[0] += 299.0
    assert unseal(ANA, ERASABLE, "coverage", sealed) == TEXT
    now[0] += 1.0
    with pytest.raises(SealedForGoodError):
        unseal(ANA, ERASABLE, "coverage", sealed)


def test_a_key_comes_wrapped_and_never_stands_open_in_the_table():
    item = get(key_of(ANA, ERASABLE))
    assert set(item) == {"pk", "sk", "wrapped", "made", "v"}
    opened = client("kms").decrypt(
        CiphertextBlob=item["wrapped"], EncryptionContext={"member": ANA, "rule": "erasable"}
    )["Plaintext"]
    assert len(opened) == 32
    assert opened not in item["wrapped"]


@pytest.mark.parametrize("context", [{}, {"member": BEN, "rule": "erasable"}, {"member": ANA, "rule": "retained"}])
def test_kms_unwraps_a_key_only_for_its_member_and_rule(context):
    wrapped = get(key_of(ANA, ERASABLE))["wrapped"]
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        client("kms").decrypt(CiphertextBlob=wrapped, KeyId=setting("MEMBER_KEY"), EncryptionContext=context)


def test_a_wrapped_key_that_was_moved_to_another_member_opens_nothing():
    sealed = seal(ANA, ERASABLE, "coverage", TEXT)
    stolen = {**get(key_of(ANA, ERASABLE)), **key_of(BEN, ERASABLE).attributes}
    client("dynamodb").put_item(TableName=setting("KEYS_TABLE"), Item=wire(stolen))
    vault.forget()
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        unseal(BEN, ERASABLE, "coverage", sealed)


def test_a_key_is_opened_once_and_kept(called):
    reads, unwraps = called("dynamodb"), called("kms")
    sealed = seal(ANA, ERASABLE, "coverage", TEXT)
    unseal(ANA, ERASABLE, "coverage", sealed)
    assert (reads, unwraps) == (["GetItem"], ["Decrypt"])


def test_a_key_read_along_with_a_record_costs_no_read_of_its_own(called):
    sealed = seal(ANA, ERASABLE, "coverage", TEXT)
    vault.forget()
    reads, unwraps = called("dynamodb"), called("kms")
    found = read([key_of(ANA, ERASABLE), Key(setting("ELIGIBILITY_TABLE"), "A", "ITEM")])
    unlock(ANA, ERASABLE, found)
    assert unseal(ANA, ERASABLE, "coverage", sealed) == TEXT
    unlock(ANA, ERASABLE, found)
    assert (reads, unwraps) == (["BatchGetItem"], ["Decrypt"])


def test_unlocking_with_a_destroyed_key_says_so_and_with_an_unread_one_is_a_mistake():
    destroy(key_of(ANA, ERASABLE))
    with pytest.raises(SealedForGoodError):
        unlock(ANA, ERASABLE, read([key_of(ANA, ERASABLE)]))
    with pytest.raises(LookupError):
        unlock(ANA, RETAINED, read([key_of(ANA, ERASABLE)]))


def test_a_process_keeps_a_thousand_keys_open_at_most(monkeypatch):
    monkeypatch.setattr(vault, "_MOST_OPEN", 1)
    for member in (ANA, BEN, ANA):
        assert unseal(member, ERASABLE, "x", seal(member, ERASABLE, "x", TEXT)) == TEXT
        assert len(vault._open_keys) == 1


def test_a_members_keys_are_made_once():
    again = new_keys(ANA, NOW)
    assert [put.key for put in again] == [key_of(ANA, rule) for rule in Retention]
    wrapped = get(key_of(ANA, ERASABLE))["wrapped"]
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client("dynamodb").transact_write_items(TransactItems=[put.wired() for put in again])
    assert get(key_of(ANA, ERASABLE))["wrapped"] == wrapped
