"""JSON bodies: read field by field, each fault kept by its JSON pointer without content; written without blanks."""

import json
import re
from datetime import date

from local.payer.question import npi_holds

Fault = tuple[str, str]
"""JSON pointer, what is wrong there."""


class MalformedError(Exception):
    """The body is refused; the faults are what the asker may see."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("malformed")
        self.faults = faults


class Body:
    """A JSON object being read."""

    def __init__(self, raw: bytes) -> None:
        self.faults: list[Fault] = []
        try:
            self._root = json.loads(raw)
        except ValueError as error:
            raise MalformedError([("", "not JSON in UTF-8")]) from error
        if not isinstance(self._root, dict):
            raise MalformedError([("", "not an object")])

    def at(self, pointer: str) -> object:
        """What stands at a pointer such as `/subscriber/memberId`; None where nothing does."""
        found: object = self._root
        for step in pointer.split("/")[1:]:
            if isinstance(found, list) and step.isdigit() and int(step) < len(found):
                found = found[int(step)]
            elif isinstance(found, dict):
                found = found.get(step)
            else:
                return None
        return found

    def fault(self, pointer: str, what: str) -> None:
        """Keep one fault."""
        self.faults.append((pointer, what))

    def text(self, pointer: str, *, required: bool = True, form: str = r"(?s).{1,80}") -> str:
        """Text of that form; empty where it is absent, with a fault when it had to be there."""
        found = self.at(pointer)
        if found is None and not required:
            return ""
        if not isinstance(found, str) or not re.fullmatch(form, found.strip()):
            self.fault(pointer, "required" if found is None else "not of the form asked for")
            return ""
        return found.strip()

    def day(self, pointer: str, *, dashes: bool, required: bool = True) -> date | None:
        """A date, `YYYY-MM-DD` or `YYYYMMDD` as the shape wants it."""
        form = r"\d{4}-\d{2}-\d{2}" if dashes else r"\d{8}"
        text = self.text(pointer, form=form, required=required)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fault(pointer, "no day of the calendar")
            return None

    def npi(self, pointer: str) -> str:
        """A national provider identifier whose check digit is right."""
        number = self.text(pointer)
        if number and not npi_holds(number):
            self.fault(pointer, "not a national provider identifier")
        return number

    def settle(self) -> None:
        """Raises MalformedError when anything was wrong."""
        if self.faults:
            raise MalformedError(self.faults)


def kept(**fields: object) -> dict[str, object]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
