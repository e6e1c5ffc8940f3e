"""Letting Stripe make something once, wherever a function is killed.

That it will be asked is stored before it is asked, under a permanent key of ours, with the idempotency key of
that asking. Stripe forgets such a key after a day, and repeats its own failures to it: where asking the same
again would not be the same, it is first looked for, and then asked for anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from functions.payments.models import Asked
from functions.payments.problems import StripeDown, StripeRefused
from functions.payments.rules import can_be_repeated
from functions.shared.gate import MemberGate
from functions.shared.ids import MemberId, new_id
from functions.shared.table import Found, Item, Key, Write
from functions.shared.transact import Plan, transact

Id = TypeVar("Id", bound=str)


def asking(now: datetime) -> Asked:
    """A new asking, under an idempotency key that was never used."""
    return Asked(operation=new_id("ask", now), at=now)


@dataclass(frozen=True)
class Once(Generic[Id]):
    """Something of a member's that Stripe makes once."""

    member: MemberId
    key: Key
    """Where its id stands, and until then that Stripe was asked."""
    read: Callable[[Item], Id | Asked]
    item: Callable[[Id | Asked], Item]
    along: Callable[[Id], Sequence[Write]] = lambda _: ()
    """What is written together with its id."""

    def made(self, ask: Callable[[str], Id], look: Callable[[Asked], Id | None], now: datetime) -> Id:
        """Its id: the one that stands, else of what `look` finds, else of what `ask` makes under an idempotency key.

        Raises AccountClosed, and what `ask` and `look` raise.
        """
        fresh = asking(now)
        stands = self._becomes(lambda stood: stood or fresh, now)
        if isinstance(stands, Asked) and not can_be_repeated(stands, now):
            stands = self._looked_for(stands, look, now)
        if not isinstance(stands, Asked):
            return stands
        try:
            return self._stored(ask(stands.operation), now)
        except (StripeDown, StripeRefused) as error:
            if error.answered:
                self._instead_of(stands, stands.model_copy(update={"spent": True}), now)
            raise

    def _looked_for(self, unsure: Asked, look: Callable[[Asked], Id | None], now: datetime) -> Id | Asked:
        """What an earlier asking made after all, or a new asking: the old answer will not come again."""
        found = look(unsure)
        return self._stored(found, now) if found else self._instead_of(unsure, asking(now), now)

    def _stored(self, made: Id, now: datetime) -> Id:
        """`made`, unless somebody else was quicker: then what they made."""
        kept = self._becomes(lambda stood: made if stood is None or isinstance(stood, Asked) else stood, now)
        return made if isinstance(kept, Asked) else kept

    def _instead_of(self, asked: Asked, anew: Asked, now: datetime) -> Id | Asked:
        """`anew` where `asked` still stands; else what stands there now."""
        return self._becomes(lambda stood: anew if stood is None or stood == asked else stood, now)

    def _becomes(self, decide: Callable[[Id | Asked | None], Id | Asked], now: datetime) -> Id | Asked:
        def plan(found: Found) -> Plan[Id | Asked]:
            seen = found.seen(self.key, self.read)
            stands = decide(seen.value)
            if stands == seen.value:
                return Plan(stands, ())
            along = () if isinstance(stands, Asked) else self.along(stands)
            return Plan(stands, [seen.becomes(self.item(stands)), *along])

        return transact(plan, gate=MemberGate(self.member), now=now, reads=[self.key])
