"""Other people's packages: installed from the hashed lock for a target, and which of them belong together."""

import functools
import hashlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.bundling import BundleError

LOCK = Path("requirements", "runtime.txt")
LAMBDA_PYTHON = "3.13"
_UNUSED_SECONDS = 86_400


@dataclass(frozen=True)
class Target:
    """What a bundle is for: a version of Python on a platform, by uv's name for it (none: the one this runs on)."""

    name: str
    python: str
    platform: str | None

    def markers(self) -> dict[str, str]:
        """What requirements with a condition are judged by."""
        here = {name: str(value) for name, value in default_environment().items()}
        if self.platform is None:
            return here
        return {**here, **_LAMBDA_MARKERS}

    @functools.cached_property
    def interpreter(self) -> str | None:
        """A Python on this machine whose byte code the target runs; None when none is at hand.

        Byte code is the same on every platform, and for all releases of one minor version.
        """
        for candidate in (sys.executable, *_on_the_path(f"python{self.python}")):
            if _version(candidate) == self.python:
                return candidate
        return None

    @property
    def key(self) -> str:
        """Of all that makes one machine's result another's."""
        here = f"{platform.machine()}-{sys.platform}" if self.platform is None else self.platform
        return f"{self.name} {self.python} {here} {_release(self.interpreter)}"


HOST = Target("host", ".".join(platform.python_version_tuple()[:2]), platform=None)
LAMBDA = Target("lambda", LAMBDA_PYTHON, platform="aarch64-manylinux2014")
TARGETS = {target.name: target for target in (LAMBDA, HOST)}
_LAMBDA_MARKERS = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": f"{LAMBDA_PYTHON}.0",
    "python_version": LAMBDA_PYTHON,
    "sys_platform": "linux",
}


def _on_the_path(name: str) -> list[str]:
    places = [Path(place, name) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    return [str(place) for place in places if place.is_file()]


@functools.cache
def _version(interpreter: str) -> str:
    return ".".join(_release(interpreter).split(".")[:2])


@functools.cache
def _release(interpreter: str | None) -> str:
    """The release of `interpreter`; empty where it does not run, as a shim for something not installed does not.

    Asked with an empty environment, in which it will compile: some shims run only where a variable says which one.
    """
    if interpreter is None:
        return ""
    ask = "import platform; print(platform.python_version())"
    done = subprocess.run(  # noqa: S603 - a Python of this machine
        [interpreter, "-I", "-S", "-c", ask], env={}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def installed(target: Target, root: Path, kept: Path) -> Path:
    """The folder with everything the lock lists, for `target`; installed below `kept` unless it is there already.

    Raises BundleError with what uv says when it cannot be installed.
    """
    lock = root / LOCK
    digest = hashlib.sha256(target.key.encode() + lock.read_bytes()).hexdigest()[:16]
    place = kept / f"installed-{target.name}-{digest}"
    if not place.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as fresh:
            _install(target, lock, Path(fresh, "site"))
            settle(Path(fresh, "site"), place)
    return in_use(place)


def in_use(place: Path) -> Path:
    """Note that `place` is used, and remove its former versions (other digests) that were not used for a day."""
    place.touch()
    for other in place.parent.glob(f"{place.name.rpartition('-')[0]}-*"):
        if time.time() - other.stat().st_mtime > _UNUSED_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    return place


def settle(fresh: Path, place: Path) -> None:
    """Put what was made into its place, unless another process was faster, with the same result."""
    try:
        fresh.rename(place)
    except OSError:
        if not place.exists():
            raise


def _install(target: Target, lock: Path, folder: Path) -> None:
    chosen = ["--python-platform", target.platform, "--python-version", target.python] if target.platform else []
    uv = Path(sysconfig.get_path("scripts"), "uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), *chosen]
    flags = ["--no-config", "--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)]
    done = subprocess.run(  # noqa: S603 - our own uv
        [*command, *flags], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BundleError(f"the libraries could not be installed for {target.name}:\n{done.stderr.strip()}")


@dataclass(frozen=True)
class Library:
    """One installed distribution: its files, and the distributions that it requires on the target."""

    name: str
    version: str
    files: tuple[str, ...]
    requires: frozenset[str]

    @property
    def packages(self) -> frozenset[str]:
        """The names by which it can be imported."""
        code = [file for file in self.files if file.endswith((".py", ".so"))]
        return frozenset(file.partition("/")[0].partition(".")[0] for file in code)


def libraries(folder: Path, markers: Mapping[str, str]) -> dict[str, Library]:
    """What is installed in `folder`, by canonical name."""
    found = [_library(distribution, markers) for distribution in importlib.metadata.distributions(path=[str(folder)])]
    return {library.name: library for library in sorted(found, key=lambda library: library.name)}


def _library(distribution: importlib.metadata.Distribution, markers: Mapping[str, str]) -> Library:
    wanted = [Requirement(text) for text in distribution.requires or ()]
    environment = {**markers, "extra": ""}
    return Library(
        name=canonicalize_name(distribution.metadata["Name"]),
        version=distribution.version,
        files=tuple(sorted(str(file) for file in distribution.files or () if not str(file).startswith(".."))),
        requires=frozenset(
            canonicalize_name(requirement.name)
            for requirement in wanted
            if requirement.marker is None or requirement.marker.evaluate(environment)
        ),
    )


def closure(packages: Iterable[str], known: Mapping[str, Library], unneeded: Iterable[tuple[str, str]]) -> set[str]:
    """The distributions that provide `packages`, and all that these require, but for the `unneeded` pairs.

    A pair is who requires and what. Raises BundleError for a package that nothing installed provides.
    """
    providers = {package: library.name for library in known.values() for package in library.packages}
    missing = set(packages) - providers.keys()
    if missing:
        raise BundleError(f"not in {LOCK.as_posix()}: {', '.join(sorted(missing))}")
    dropped = set(unneeded)
    needed: set[str] = set()
    waiting = [providers[package] for package in packages]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(other for other in known[name].requires if (name, other) not in dropped)
    return needed
