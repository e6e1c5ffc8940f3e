"""What a module of ours can import, found by reading it; nothing is run.

Imports inside functions count, since they happen sooner or later; those under `if TYPE_CHECKING:` never do. What cannot
be found by reading (an import by a computed name, a client of a computed service) is refused.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from infra.bundling import BundleError

_OURS = "functions"
_CLIENTS = Path(_OURS, "shared", "aws.py")
"""The one module that makes clients of AWS; every other asks its `client` for them, by name."""
_BRINGS = {"zoneinfo": "tzdata"}
"""Of the standard library, what needs a distribution to work: Lambda's system has no time zones of its own."""


@dataclass(frozen=True)
class Reach:
    """Everything that modules of ours lead to: their files, other people's packages, services of AWS."""

    files: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    @property
    def modules(self) -> list[str]:
        """Our modules, by the names under which they are imported."""
        python = [Path(file) for file in self.files if file.endswith(".py")]
        return sorted(
            ".".join((path.parent if path.stem == "__init__" else path.with_suffix("")).parts) for path in python
        )


def reach(handler: str, root: Path) -> Reach:
    """What `handler`, such as `functions.care.api.handler`, leads to in the tree `root`.

    Raises BundleError for a module that is not there or that cannot be followed.
    """
    seen: dict[Path, _Module] = {}
    waiting = [_file_of(handler.rpartition(".")[0], root)]
    while waiting:
        path = waiting.pop()
        if path is None or path in seen:
            if path is None and not seen:
                raise BundleError(f"{handler}: no such module")
            continue
        seen[path] = _read(path, root)
        waiting.extend(_file_of(name, root) for name in seen[path].ours)
    modules = seen.values()
    return Reach(
        files=frozenset(
            path.relative_to(root).as_posix() for module in modules for path in (module.path, *module.data)
        ),
        packages=frozenset(name for module in modules for name in module.packages),
        services=frozenset(name for module in modules for name in module.services),
    )


@dataclass
class _Module:
    path: Path
    ours: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    data: set[Path] = field(default_factory=set)


@cache
def _parsed(path: Path, _changed: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _read(path: Path, root: Path) -> _Module:
    module = _Module(path)
    tree = _parsed(path, path.stat().st_mtime_ns)
    for node in at_run_time(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    _imported(alias.name, module)
            case ast.ImportFrom():
                _imported_from(node, module, root)
            case ast.Call():
                _called(node, module, root)
            case ast.Name(id="__file__"):
                module.data |= _data_beside(path, tree)
    return module


STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)


def at_run_time(tree: ast.AST, within: type | tuple[type, ...] = ast.AST) -> Iterator[ast.AST]:
    """Every node of `tree` that can ever run; with STATEMENTS, without what is inside of expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            waiting.extend(node.orelse)
        else:
            yield node
            waiting.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, within))


def _imported(name: str, module: _Module) -> None:
    top = name.partition(".")[0]
    if top == _OURS:
        module.ours.update(_with_parents(name))
    elif top in _BRINGS:
        module.packages.add(_BRINGS[top])
    elif top == "importlib":
        raise BundleError(f"{module.path}: an import by a computed name cannot be followed")
    elif top not in sys.stdlib_module_names:
        module.packages.add(top)


def _imported_from(node: ast.ImportFrom, module: _Module, root: Path) -> None:
    name = node.module or ""
    if node.level:
        package = module.path.relative_to(root).parts[: -node.level]
        name = ".".join([*package, name]).rstrip(".")
    _imported(name, module)
    for alias in node.names if name.partition(".")[0] == _OURS else []:
        _imported(f"{name}.{alias.name}", module)
        if alias.name == "client" and alias.asname:
            raise BundleError(f"{module.path}:{node.lineno}: under another name nobody sees what is asked of `client`")
    if name.partition(".")[0] == "boto3":
        _only_there(module, node, root)


def _called(call: ast.Call, module: _Module, root: Path) -> None:
    match call.func, call.args:
        case ast.Name(id="client"), [ast.Constant(value=str(service)), *_]:
            module.services.add(service)
        case ast.Name(id="client"), _:
            raise BundleError(f"{module.path}:{call.lineno}: which service is this a client of? Name it")
        case ast.Name(id="__import__"), _:
            raise BundleError(f"{module.path}:{call.lineno}: an import by a computed name cannot be followed")
        case ast.Attribute(attr="client" | "create_client") | ast.Attribute(value=ast.Name(id="boto3")), _:
            _only_there(module, call, root)


def _only_there(module: _Module, node: ast.stmt | ast.expr, root: Path) -> None:
    if module.path != root / _CLIENTS:
        raise BundleError(f"{module.path}:{node.lineno}: clients are made by {_CLIENTS.as_posix()} only")


def _data_beside(path: Path, tree: ast.AST) -> set[Path]:
    """The files in what a module that knows where it lies names beside itself."""
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    places = [place for place in path.parent.iterdir() if place.name in named and place.suffix != ".py"]
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
    return {file for file in files if file.is_file() and file.suffix not in {".py", ".pyc"}}


def _with_parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _file_of(name: str, root: Path) -> Path | None:
    place = root.joinpath(*name.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None  # a name inside a module, or a package without code of its own
