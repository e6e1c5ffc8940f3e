"""How large the bundles are that are deployed, for Lambda's own platform, and whether none is too large."""

from dataclasses import dataclass
from typing import NamedTuple

from infra.bundles import LARGEST_ZIP, bundles, without_byte_code
from infra.bundling.libraries import LAMBDA

WITHOUT_BYTE_CODE = 12_000_000
"""Bytes that a zip may have where nothing could be compiled: byte code adds some 60 %, which comes to LARGEST_ZIP."""


class Size(NamedTuple):
    """Of one function's bundle, in bytes."""

    name: str
    zipped: int
    unpacked: int


@dataclass(frozen=True)
class Sizes:
    """Of all bundles, the largest first."""

    sizes: list[Size]
    without: str | None = None
    """Why byte code is not in; None where it is, as in what is deployed."""

    @property
    def at_most(self) -> int:
        """Bytes that a zip may have."""
        return WITHOUT_BYTE_CODE if self.without else LARGEST_ZIP

    @property
    def missed(self) -> list[str]:
        """Whatever is too large."""
        return [
            f"{each.name}: {each.zipped / 1e6:.1f} MB, at most {self.at_most / 1e6:.0f}"
            for each in self.sizes
            if each.zipped > self.at_most
        ]


def run() -> Sizes:
    """The size of each."""
    made = bundles(LAMBDA)
    sizes = [Size(name, bundle.zip_bytes, bundle.unpacked_bytes) for name, bundle in made.items()]
    return Sizes(sorted(sizes, key=lambda size: -size.zipped), without_byte_code(LAMBDA))
