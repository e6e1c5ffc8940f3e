"""The bundles that are deployed: for each function of the template a zip of only what it imports.

    python -m infra.bundles                    zips for Lambda, and a table of what is in them
    python -m infra.bundles --for host         the same for this machine and its Python

`unpacked("EligibilityApi")` is the folder with one function's bundle for this machine: put it, and nothing else, on the
path of an isolated interpreter (`python -I -S`), and the function runs as it does in Lambda. It is made when it is not
there yet, from one install of the libraries that all functions share, and kept in .cache/bundles by its content.
"""

import argparse
import functools
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import synth
from infra.bundling import BundleError, sdk
from infra.bundling.libraries import LAMBDA, TARGETS, Target, closure, in_use, installed, libraries, settle
from infra.bundling.reach import Reach, reach
from infra.bundling.shelf import Stock, link, shipped, stocked
from infra.bundling.trimming import UNNEEDED

_ROOT = Path(__file__).resolve().parent.parent
_KEPT = _ROOT / ".cache" / "bundles"

LARGEST_ZIP = 20_000_000
"""Bytes. Lambda would take 50 MB; what is larger is fetched and unpacked later at every cold start."""

_LEVEL = 6
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    """What one function is shipped with: files on a shelf."""

    function: str
    reach: Reach
    distributions: tuple[str, ...]
    shelf: Path
    paths: tuple[str, ...]

    @functools.cached_property
    def digest(self) -> str:
        """Of its content: names and bytes, and nothing of when or where it was made."""
        lines = [f"{path} {_digest(self.shelf / path)}\n" for path in self.paths]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def unpacked_bytes(self) -> int:
        return sum((self.shelf / path).stat().st_size for path in self.paths)

    @property
    def zip_bytes(self) -> int:
        """The size of its zip to the byte, known without writing it: what functions share is packed only once."""
        return _END + sum(_packed_bytes(self.shelf / path) + _ENTRY + 2 * len(path.encode()) for path in self.paths)

    def zip_into(self, folder: Path) -> Path:
        """Write `<function>.zip`: sorted, undated, every file readable by all, as Lambda wants it."""
        place = folder / f"{self.function}.zip"
        half = place.with_suffix(".part")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in self.paths:
                entry = zipfile.ZipInfo(path, _EARLIEST)
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, (self.shelf / path).read_bytes(), compresslevel=_LEVEL)
        return half.replace(place)


_ENTRY, _END = 30 + 46, 22
"""Bytes that a zip needs for a file besides its name (twice) and content, and for itself (APPNOTE.TXT, 4.3)."""


@functools.cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@functools.cache
def _packed_bytes(file: Path) -> int:
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return len(packing.compress(file.read_bytes())) + len(packing.flush())


def bundles(target: Target = LAMBDA, template: Mapping[str, Any] | None = None) -> dict[str, Bundle]:
    """The bundle of each function of the template (that of the local stage: all stages have the same functions).

    Raises BundleError where what a function imports cannot be found or installed.
    """
    handlers = _handlers(template or synth.template())
    reaches = {function: reach(handler, _ROOT) for function, handler in handlers.items()}
    site = installed(target, _ROOT, _KEPT)
    known = libraries(site, target.markers())
    needed = {function: closure(reached.packages, known, UNNEEDED) for function, reached in reaches.items()}
    ours = sorted(set().union(*(reached.files for reached in reaches.values())))
    stock = Stock(
        target,
        site,
        [known[name] for name in sorted(set().union(*needed.values()))],
        services=set().union(*(reached.services for reached in reaches.values())),
        sources={path: (_ROOT / path).read_bytes() for path in ours},
    )
    shelf = stocked(stock, _KEPT)
    there = _files(shelf)
    made = {}
    for function, reached in sorted(reaches.items()):
        distributions = tuple(sorted(needed[function]))
        others = [path for name in distributions for path in shipped(known[name])]
        made[function] = Bundle(function, reached, distributions, shelf, tuple(sorted(_picked(there, reached, others))))
    return made


def _handlers(template: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: resource["Properties"]["Handler"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def _files(shelf: Path) -> list[str]:
    return [file.relative_to(shelf).as_posix() for file in shelf.rglob("*") if file.is_file()]


def _picked(there: list[str], reached: Reach, others: list[str]) -> Iterator[str]:
    """Of all that is there: this function's sources with their byte code, and the SDK's data on its services."""
    wanted = reached.files.union(others)
    for path in there:
        if path.startswith(f"{sdk.DATA}/"):
            if sdk.service_of(path) in {None, *reached.services} and reached.services:
                yield path
        elif (_source_of(path) if path.endswith(".pyc") else path) in wanted:
            yield path


def _source_of(byte_code: str) -> str:
    folder, _, name = byte_code.rpartition("/__pycache__/")
    return f"{folder}/{name.split('.')[0]}.py" if folder else f"{name.removeprefix('__pycache__/').split('.')[0]}.py"


@functools.cache
def _bundles(target: str) -> dict[str, Bundle]:
    return bundles(TARGETS[target])


def unpacked(function_name: str, target: str = "host") -> Path:
    """The folder with the bundle of `function_name`, such as `EligibilityApi`, as Lambda would see it in /var/task.

    Raises BundleError, also for a function that the template does not have.
    """
    bundle = _bundles(target).get(function_name)
    if bundle is None:
        raise BundleError(f"the template has no function {function_name}")
    place = _KEPT / "unpacked" / f"{function_name}-{target}-{bundle.digest[:16]}"
    if not place.exists():
        _unpack(bundle, place)
    return in_use(place)


def _unpack(bundle: Bundle, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as fresh:
        for path in bundle.paths:
            link(bundle.shelf / path, Path(fresh, "bundle", path))
        settle(Path(fresh, "bundle"), place)


def version(of: Mapping[str, Bundle]) -> str:
    """The prefix under which these bundles lie in the code bucket: a digest of what is in all of them."""
    lines = [f"{name} {bundle.digest}\n" for name, bundle in sorted(of.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:32]


def zips(made: Mapping[str, Bundle]) -> Path:
    """The folder with the zips of these bundles, kept under their version; those that are not there yet are written.

    Raises BundleError when one is larger than LARGEST_ZIP; then none is written.
    """
    too_large = sorted(name for name, bundle in made.items() if bundle.zip_bytes > LARGEST_ZIP)
    if too_large:
        raise BundleError(f"larger than {LARGEST_ZIP / 1e6:.0f} MB: {', '.join(too_large)}")
    folder = _KEPT / f"zips-{version(made)}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, bundle in made.items():
        if not (folder / f"{name}.zip").exists():
            bundle.zip_into(folder)
    return in_use(folder)


def table(made: Mapping[str, Bundle]) -> str:
    """What each function is shipped with, and how large that is, in megabytes."""
    lines = [_ROW.format("function", "modules", "libraries", "zip MB", "unpacked MB")]
    for name, bundle in sorted(made.items(), key=lambda item: -item[1].zip_bytes):
        counts = len(bundle.reach.modules), len(bundle.distributions)
        lines.append(_ROW.format(name, *counts, f"{bundle.zip_bytes / 1e6:.1f}", f"{bundle.unpacked_bytes / 1e6:.1f}"))
    return "\n".join(lines)


_ROW = "{:<26}{:>8}{:>11}{:>8}{:>13}"


def without_byte_code(target: Target) -> str | None:
    """What to say where no Python was at hand to compile for `target`; None where all is compiled."""
    if target.interpreter is not None:
        return None
    return (
        f"No byte code: python{target.python} is not on the PATH, and a cold start takes twice as long without. "
        f"`uv python install {target.python}` brings it."
    )


def main() -> None:
    """Write the zips, and say what is in them."""
    parser = argparse.ArgumentParser(prog="python -m infra.bundles", description="Pack each function for deployment.")
    parser.add_argument("--for", dest="target", choices=sorted(TARGETS), default=LAMBDA.name, help="lambda, or host")
    parser.add_argument("--out", type=Path, help="copy the zips into this folder")
    chosen = parser.parse_args()
    target = TARGETS[chosen.target]
    try:
        made = bundles(target)
        sys.stdout.write(f"{table(made)}\n")
        folder = zips(made)
    except (BundleError, synth.SynthesisError) as refusal:
        raise SystemExit(str(refusal)) from None
    if chosen.out:
        shutil.copytree(folder, chosen.out, dirs_exist_ok=True)
    where = os.path.relpath(chosen.out or folder)
    sys.stdout.write(f"Version {version(made)} for Python {target.python}, in {where}\n")
    if missing := without_byte_code(target):
        sys.stdout.write(f"{missing}\n")


if __name__ == "__main__":
    main()
