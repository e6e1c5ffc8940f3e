"""Accounts: a user pool knows who signs in, this domain knows which member or colleague that is."""

import re
from datetime import datetime
from enum import StrEnum

from functions.eligibility import store
from functions.eligibility.models import Account
from functions.shared import log
from functions.shared.gate import MemberGate, NoGate, new_gate
from functions.shared.ids import MemberId, new_id
from functions.shared.table import Found, Put
from functions.shared.transact import Plan, transact
from functions.shared.vault import new_keys

_ONE_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"]+@[^@\s,;:<>()\[\]\\\"]+")
"""It becomes a header of letters: one recipient, on one line."""


class Kind(StrEnum):
    """Which of the two user pools an account is in."""

    MEMBER = "member"
    STAFF = "staff"


def signed_in(kind: Kind, pool: str, sub: str, email: str, now: datetime) -> str:
    """Our id of whoever signed in: a new one at the first time, with gate and data keys for a member.

    Safe to repeat and to kill anywhere: what a first sign-in left undone the next one does.
    """
    identity, known_email = _account(kind, pool, sub, now)
    if kind is Kind.MEMBER and known_email != store.email_index(email):
        _keep_email(MemberId(identity), pool, sub, email, now)
    return identity


def _account(kind: Kind, pool: str, sub: str, now: datetime) -> tuple[str, str | None]:
    key = store.account_key(pool, sub)
    fresh = new_id("mbr" if kind is Kind.MEMBER else "stf", now)

    def plan(found: Found) -> Plan[tuple[str, str | None]]:
        link = found.seen(key, lambda item: (str(item["careway_id"]), item.get("email_index")))
        if link.value:
            return Plan(link.value, ())
        member = MemberId(fresh)
        own = [new_gate(member), *new_keys(member, now)] if kind is Kind.MEMBER else []
        return Plan((fresh, None), (link.becomes({"careway_id": fresh}), *own))

    identity, known = transact(plan, gate=NoGate("the first sign-in makes the gate"), now=now, reads=[key])
    if identity == fresh:
        log.info("account_made", caller_id=fresh)
    return identity, known


def _keep_email(member: MemberId, pool: str, sub: str, email: str, now: datetime) -> None:
    if not _ONE_ADDRESS.fullmatch(email):
        raise ValueError("not one e-mail address")
    link, contact = store.account_key(pool, sub), store.contact_key(member)

    def plan(found: Found) -> Plan[None]:
        kept = found.seen(contact, store.email_index_in)
        linked = found.seen(link, lambda item: item)
        item = {**(linked.value or {}), "careway_id": member, "email_index": store.email_index(email)}
        mine = store.contact_item(member, email, Account(pool=pool, sub=sub))
        writes: list[Put] = [kept.becomes(mine), linked.becomes(item)]
        return Plan(None, writes)

    transact(plan, gate=MemberGate(member), now=now, reads=[link, contact])
