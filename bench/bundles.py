"""The code that is measured: what is deployed, with the byte code and the libraries of this machine."""

import sysconfig

from infra.bundles import unpacked


def paths(function: str) -> list[str]:
    """Where the code of a function lies: its own bundle, and nothing else."""
    return [str(unpacked(function, "host"))]


def installed() -> list[str]:
    """The libraries as they are installed here, untouched: what anybody would have."""
    return sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
