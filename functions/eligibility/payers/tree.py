"""A JSON answer that remembers what was read of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from functions.eligibility.payers.errors import UnreadableAnswer

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""A key of the documented kind; anything else could hold what should be in a value, and is not shown."""


class Node:
    """An object of the document and the path to it; a path names lists as `[]`, whichever entry it is."""

    def __init__(self, value: object, path: str = "") -> None:
        self._fields: dict[str, Any] = value if isinstance(value, dict) else {}
        self._path = path
        self._read: set[str] = set()
        self._below: dict[str, list[Node]] = {}

    @property
    def label(self) -> str:
        """Where it stands, e.g. `plans[].benefits.coPayment[]`."""
        return self._path

    def has(self, key: str) -> bool:
        """Whether there is anything under `key`."""
        return not _empty(self._fields.get(key))

    def peek(self, key: str) -> str:
        """The text under `key`, not counted as read; empty where there is none."""
        value = self._fields.get(key)
        return _text(value) if isinstance(value, str) else ""

    def text(self, key: str) -> str:
        """The text under `key`, read; a number is text too, as it was sent."""
        self.take(key)
        return self.peek(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list under `key`, read; none where the list holds anything else."""
        value = self._fields.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return ()
        self._read.add(key)
        return tuple(text for each in value if (text := _text(each)))

    def take(self, *keys: str) -> None:
        """Count the texts under these keys as read."""
        self._read.update(key for key in keys if self.peek(key))

    def node(self, key: str) -> "Node":
        """The object under `key`, or one without fields."""
        return self._under(key, [self._fields.get(key)], self._at(key))[0]

    def nodes(self, key: str) -> list["Node"]:
        """The objects of the list under `key`; of a single object, that one."""
        value = self._fields.get(key)
        if isinstance(value, dict):
            return [self.node(key)]
        return self._under(key, value, f"{self._at(key)}[]") if isinstance(value, list) else []

    def unread(self) -> Iterator[str]:
        """The paths of everything that has a value and was not read."""
        for key, value in self._fields.items():
            if _empty(value) or key in self._read:
                continue
            below = self._below.get(key, [])
            entries = value if isinstance(value, list) else [value]
            if [id(node._fields) for node in below] == list(map(id, entries)):
                for node in below:
                    yield from node.unread()
            else:
                yield self._at(key)

    def _under(self, key: str, values: list[Any], path: str) -> list["Node"]:
        return self._below.setdefault(key, [Node(value, path) for value in values])

    def _at(self, key: str) -> str:
        shown = key if _NAME.fullmatch(key) else "?"
        return f"{self._path}.{shown}" if self._path else shown


def parsed(raw: bytes) -> Node:
    """The document, its numbers as text: money is never a float.

    Raises UnreadableAnswer when it is no JSON object.
    """
    try:
        document = json.loads(raw.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except UnicodeDecodeError as error:
        raise UnreadableAnswer("not UTF-8", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise UnreadableAnswer("not JSON", f"character {error.pos}") from None
    except RecursionError:
        raise UnreadableAnswer("nested too deeply", "the document") from None
    if not isinstance(document, dict):
        raise UnreadableAnswer("not a JSON object", "the document")
    return Node(document)


def _text(value: str) -> str:
    """JSON can spell half a surrogate pair, which is no character."""
    return value.encode(errors="replace").decode().strip()


def _empty(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
