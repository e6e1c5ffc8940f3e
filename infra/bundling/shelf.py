"""Everything that any function needs, trimmed and compiled, in one folder per target; bundles are picked from it.

Byte code lies beside its source and is marked as not to be checked against it: what a zip says of times then does not
matter, and Lambda, where nothing can be written, never compiles.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.bundling import BundleError, sdk
from infra.bundling.libraries import Library, Target, in_use, settle
from infra.bundling.trimming import REWRITES, stays_behind

_ROOT_THERE = "/var/task"
"""Where Lambda puts a bundle: byte code names its source by that, on whatever machine it was made."""
_OF_THE_BUILDER = ("__pycache__/", ".pyc")


def shipped(library: Library) -> list[str]:
    """The files of `library` that bundles carry."""
    own = [path for path in library.files if not any(mark in path for mark in _OF_THE_BUILDER)]
    return [path for path in own if not stays_behind(library.name, path)]


@dataclass(frozen=True)
class Stock:
    """What a shelf is filled with: libraries from `site`, SDK data on `services`, our sources by their paths."""

    target: Target
    site: Path
    libraries: Sequence[Library]
    services: Collection[str]
    sources: Mapping[str, bytes]


def stocked(stock: Stock, kept: Path) -> Path:
    """The shelf with `stock`, below `kept` under a digest of all that went into it; made if it is not there yet."""
    target, sources = stock.target, dict(sorted(stock.sources.items()))
    others = _others(stock, kept)
    digest = hashlib.sha256(others.name.encode())
    for path, content in sources.items():
        digest.update(f"\n{path} {len(content)}\n".encode() + content)
    place = kept / f"shelf-{target.name}-{digest.hexdigest()[:16]}"
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=kept) as fresh:
            shelf = Path(fresh, "shelf")
            for path, content in sources.items():
                write(shelf / path, content)
            compile_all(shelf, target)
            for file in others.rglob("*"):
                if file.is_file():
                    link(file, shelf / file.relative_to(others))
            settle(shelf, place)
    return in_use(place)


def _others(stock: Stock, kept: Path) -> Path:
    """Other people's packages take a while to compile and change seldom; so they are kept by themselves."""
    recipe = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    target, site, services = stock.target, stock.site, stock.services
    names = sorted(library.name for library in stock.libraries)
    what = f"{site.name} {target.key} {names} {sorted(services)}".encode()
    place = kept / f"others-{target.name}-{hashlib.sha256(what + recipe).hexdigest()[:16]}"
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=kept) as fresh:
            shelf = Path(fresh, "shelf")
            for library in stock.libraries:
                for path in shipped(library):
                    _put(site / path, shelf / path, path)
            for path, text in sdk.data(site, services):
                write(shelf / path, text.encode())
            compile_all(shelf, target)
            settle(shelf, place)
    return in_use(place)


def _put(source: Path, place: Path, path: str) -> None:
    if path in REWRITES:
        write(place, REWRITES[path](source.read_text(encoding="utf-8")).encode())
    else:
        link(source, place)


def write(place: Path, content: bytes) -> None:
    """Make the file `place`, and the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def link(source: Path, place: Path) -> None:
    """One file under two names; a copy where the file system cannot do that."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, place)
    except OSError:
        place.write_bytes(source.read_bytes())


def compile_all(folder: Path, target: Target) -> None:
    """Put byte code for `target` beside every source in `folder`; nothing where its Python is not at hand.

    In one process and with one seed, so that the same sources give the same bytes.
    """
    if target.interpreter is None:
        return
    command = [target.interpreter, "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    where = ["-s", str(folder), "-p", _ROOT_THERE, str(folder)]
    done = subprocess.run(  # noqa: S603 - a Python of this machine
        [*command, *where], env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BundleError(f"byte code for {target.name} could not be made:\n{done.stdout}{done.stderr}".strip())
