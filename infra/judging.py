"""From what was found, and what is acknowledged, to what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Finding:
    """One rule that one construct does not keep. `path` is the construct's, or the resource's logical id."""

    rule: str
    path: str
    says: str

    @property
    def name(self) -> str:
        """The rule without its pack: two packs have many rules in common."""
        return self.rule.partition("-")[2]

    @property
    def place(self) -> str:
        """The path inside the stack."""
        return self.path.partition("/")[2] if self.path.startswith("Careway-") else self.path


@dataclass(frozen=True)
class Acknowledgement:
    """Why it is right that `rules` are not kept at `places` (patterns), the control behind them, and the tests that
    hold what the reason says. A test is named as `<file below tests/>::<name>`."""

    rules: tuple[str, ...]
    places: tuple[str, ...]
    control: str
    reason: str
    held_by: tuple[str, ...]

    def covers(self, finding: Finding) -> bool:
        """Whether this is about `finding`."""
        return finding.name in self.rules and any(fnmatchcase(finding.place, place) for place in self.places)


def judge(findings: Sequence[Finding], acknowledged: Sequence[Acknowledgement]) -> list[str]:
    """A line for each finding that nobody has acknowledged, and for each rule or place that needs no acknowledging."""
    still_open = [
        f"{finding.rule}: {finding.place}: {finding.says} Mend it, or acknowledge it in infra/compliance.py."
        for finding in findings
        if not any(one.covers(finding) for one in acknowledged)
    ]
    return still_open + [line for one in acknowledged for line in _needless(one, findings)]


def _needless(acknowledgement: Acknowledgement, findings: Sequence[Finding]) -> list[str]:
    covered = [finding for finding in findings if acknowledgement.covers(finding)]
    rules = [rule for rule in acknowledgement.rules if rule not in {finding.name for finding in covered}]
    places = [
        place for place in acknowledgement.places if not any(fnmatchcase(finding.place, place) for finding in covered)
    ]
    return [f"{one}: acknowledged in infra/compliance.py, and not found there any more." for one in (*rules, *places)]
