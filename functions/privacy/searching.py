"""After an erasure: whether anything, anywhere, still links to the person (D2).

Every table is looked through. The random member id is the pseudonym and may stand where the registry says that a
record is kept or expires; a name, an address, a number, an account or a keyed hash may stand nowhere in the open.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from functions.eligibility.contract import Account
from functions.eligibility.leaving import Traces
from functions.privacy import sign_in_accounts, store
from functions.privacy.models import Position
from functions.privacy.problems import LeftOverError, UnregisteredRecordError
from functions.privacy.registry import TABLES, kind_of
from functions.shared.ids import MemberId
from functions.shared.model import Record
from functions.shared.retention import Fate, Kind
from functions.shared.table import Item

PAGES_AT_ONCE = 50
_MEMBER = re.compile(r"mbr_[0-9a-hjkmnp-tv-z]{26}")
_SHORTEST = 6
"""A number or word that is shorter than this says nothing about whose it is."""
_STARTS = r"(?:(?<![^\W_])|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4}))"
_ENDS = r"(?![^\W_])"
"""No letter or digit beside it, but for what JSON writes in place of a character."""


class Sought(Record):
    """By what a person could be known, noted before anything of them was removed."""

    traces: Traces
    account: Account | None


class Listed(NamedTuple):
    """What the certificate says is there still."""

    kept: Collection[str]
    """The kinds that the law keeps, by `Kind.what`."""
    expired_by: date
    """The day by which everything is gone that goes by itself."""

    def has(self, kind: Kind, item: Item) -> bool:
        """Whether it says so of an item of this kind: of what expires, only until that day."""
        match kind.fate:
            case Fate.KEEP:
                return kind.what in self.kept
            case Fate.EXPIRE:
                return "ttl" in item and datetime.fromtimestamp(item["ttl"], UTC).date() <= self.expired_by
            case _:
                return True


class _Person:
    """The same, made ready for comparing."""

    def __init__(self, member: MemberId, sought: Sought) -> None:
        self.member = _folded(member)
        self.unique, self.typed = _any_of(sought.traces.unique), _any_of(sought.traces.typed)
        self.names = [(_words(first), _words(last)) for first, last in sought.traces.names]

    def is_named_in(self, text: str) -> bool:
        """Whether something that is this person's alone stands in `text`."""
        return bool(self.unique and self.unique.search(text))

    def has_typed(self, text: str) -> bool:
        """Whether a number that this person entered stands in `text`, which may be somebody else's too."""
        return bool(self.typed and self.typed.search(text))

    def is_called_so_in(self, text: str) -> bool:
        """Whether first and last name both stand in `text`, as words."""
        if not self.names:
            return False
        words = _words(text)
        return any(first and last and first <= words and last <= words for first, last in self.names)


def search(member: MemberId, sought: Sought, listed: Listed, position: Position | None) -> Position | None:
    """Look through some pages of all tables from `position` on; where to go on, or None at the end.

    Raises LeftOverError for whatever should not be there.
    """
    if sought.account and sign_in_accounts.exists(sought.account):
        raise LeftOverError(("account",))
    person, found = _Person(member, sought), set[str]()
    here: Position | None = position or Position(table=TABLES[0])
    for _ in range(PAGES_AT_ONCE):
        if here is None:
            break
        items, after = store.look_at(here)
        found |= {kind for item in items if (kind := _left_over(here.table, item, person, listed))}
        here = _next(here.table, after)
    if found:
        raise LeftOverError(tuple(sorted(found)))
    return here


def _next(table: str, after: Mapping[str, str] | None) -> Position | None:
    if after:
        return Position(table=table, after=after)
    following = TABLES[TABLES.index(table) + 1 :]
    return Position(table=following[0]) if following else None


def _left_over(table: str, item: Item, person: _Person, listed: Listed) -> str | None:
    """What kind of thing `item` is, when it should not be there."""
    text = _folded("\n".join(_texts(item)))
    mentioned = person.member in text
    if not mentioned and _MEMBER.search(text):
        return None  # somebody else's, who may be the same person come back
    named = person.is_named_in(text)
    described = person.has_typed(text) or person.is_called_so_in(text)
    if not (mentioned or named or described):
        return None
    kind = _kind(table, item)
    if kind is None:
        return table
    stays = listed.has(kind, item) and _may_stay(kind, mentioned, named, described)
    return None if stays else f"{table} {kind.pk}{kind.sk}"


def _may_stay(kind: Kind, mentioned: bool, named: bool, described: bool) -> bool:
    match kind.fate:
        case Fate.KEEP | Fate.EXPIRE:
            return not named and not described
        case Fate.NOBODYS:
            return not mentioned and not named  # a provider may bear the same name, a payer the number typed by mistake
        case _:
            return False


def _kind(table: str, item: Item) -> Kind | None:
    try:
        return kind_of(table, item["pk"], item.get("sk", ""))
    except UnregisteredRecordError:
        return None


def _texts(value: Any) -> Iterator[str]:
    """Every text inside `value`, and the binary that can be read as text."""
    match value:
        case str():
            yield value
        case bytes():
            with suppress(UnicodeDecodeError):  # what is sealed is no text
                yield value.decode()
        case dict():
            for name, inner in value.items():
                yield name
                yield from _texts(inner)
        case list() | set() | tuple():
            for inner in value:
                yield from _texts(inner)


def _folded(text: str) -> str:
    """Without case and accents: payers write names in their own way."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))


def _any_of(sought: Iterable[str]) -> re.Pattern[str] | None:
    """Finds each of these as a whole; None where there is nothing to look for."""
    folded = sorted(word for one in sought if len(word := _folded(one)) >= _SHORTEST)
    return re.compile(f"{_STARTS}(?:{'|'.join(map(re.escape, folded))}){_ENDS}") if folded else None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _folded(text)))
