"""The member's gate: every write for a member is refused by the database once the account is closing (D1).

The gate lives in the kernel's own table beside the member's data keys, so that no domain can forget it.
"""

from dataclasses import dataclass
from typing import ClassVar

from functions.shared.ids import MemberId
from functions.shared.problems import AccountClosed, NotFound, Problem
from functions.shared.settings import setting
from functions.shared.table import ABSENT, Check, Condition, Key, Put

OPEN = "open"
ERASING = "erasing"
"""The account is being erased: nothing of the member's own is written any more."""
ERASED = "erased"
"""The member is gone; what is left is this mark, so that nothing makes them anew (the tombstone)."""


def gate_key(member: MemberId) -> Key:
    """Where the gate of `member` stands."""
    return Key(setting("KEYS_TABLE"), f"MBR#{member}", "GATE")


def new_gate(member: MemberId) -> Put:
    """The open gate of a new member."""
    return Put(gate_key(member), {"state": OPEN, "v": 1}, ABSENT)


@dataclass(frozen=True)
class MemberGate:
    """The write belongs to this member and needs the gate to be open."""

    member: MemberId
    refusal: ClassVar[type[Problem]] = AccountClosed

    def check(self) -> Check:
        """The condition that the database holds."""
        return Check(gate_key(self.member), Condition("#state = :open", {":open": OPEN}, {"#state": "state"}))


@dataclass(frozen=True)
class LastLetterGate:
    """The write belongs to the one letter that leaves while the account is being erased, and only then."""

    member: MemberId
    refusal: ClassVar[type[Problem]] = AccountClosed

    def check(self) -> Check:
        """The condition that the database holds."""
        return Check(gate_key(self.member), Condition("#state = :now", {":now": ERASING}, {"#state": "state"}))


@dataclass(frozen=True)
class NotErased:
    """The write finishes what the member began: also while the account is being erased, not afterwards."""

    member: MemberId
    refusal: ClassVar[type[Problem]] = AccountClosed

    def check(self) -> Check:
        """The condition that the database holds."""
        condition = Condition("#state IN (:open, :erasing)", {":open": OPEN, ":erasing": ERASING}, {"#state": "state"})
        return Check(gate_key(self.member), condition)


@dataclass(frozen=True)
class KnownMember:
    """The write is about somebody who is, or was, a member: their gate is there, whatever its state."""

    member: MemberId
    refusal: ClassVar[type[Problem]] = NotFound

    def check(self) -> Check:
        """The condition that the database holds."""
        return Check(gate_key(self.member), Condition("attribute_exists(pk)"))


@dataclass(frozen=True)
class NoGate:
    """The write belongs to no member, or must go on after the gate has closed; says why."""

    why: str


Gate = MemberGate | LastLetterGate | NotErased | KnownMember | NoGate
