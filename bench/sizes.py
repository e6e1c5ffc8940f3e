"""How large the bundles are that are deployed, for Lambda's own platform."""

from typing import NamedTuple

from infra.bundles import bundles


class Size(NamedTuple):
    """Of one function's bundle, in bytes."""

    name: str
    zipped: int
    unpacked: int


def run() -> list[Size]:
    """The size of each, the largest first."""
    made = bundles()
    sizes = [Size(name, bundle.zip_bytes, bundle.unpacked_bytes) for name, bundle in made.items()]
    return sorted(sizes, key=lambda size: -size.zipped)
