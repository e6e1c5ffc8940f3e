"""Other people's modules that import what few need, rewritten to import each part when somebody asks for it.

What a module offers, and under which names, stays the same; only what nobody asks for is not loaded at a cold start.
"""

import ast

from infra.bundling import BundleError

_GETATTR = """

def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, there = _WHERE[name]
    found = globals()[name] = getattr(import_module(module, __package__), there)
    return found
"""


def _each_by_name(statement: ast.ImportFrom) -> list[ast.alias]:
    if any(alias.name == "*" for alias in statement.names):
        raise BundleError(f"which names come from {statement.module}? A star cannot wait")
    return statement.names


def lazily(text: str) -> str:
    """A package's `__init__` whose `from … import …` wait (PEP 562), but for those of which its own code makes use."""
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    where: dict[str, tuple[str, str]] = {}
    kept: list[ast.stmt] = []
    for statement in tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.module == "__future__":
            kept.append(statement)
            continue
        waiting = [alias for alias in _each_by_name(statement) if (alias.asname or alias.name) not in used]
        module = "." * statement.level + (statement.module or "")
        where |= {alias.asname or alias.name: (module, alias.name) for alias in waiting}
        if now := [alias for alias in statement.names if alias not in waiting]:
            kept.append(ast.ImportFrom(statement.module, now, statement.level))
    return f"{ast.unparse(ast.Module(kept, []))}\n\n_WHERE = {where!r}\n{_GETATTR}"


def when_called(text: str) -> str:
    """A module that imports, with `from … import …`, what it does nothing with but call it, at the first such call."""
    tree = ast.parse(text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    needed = {name.id for name in names if id(name) not in called}
    only_called = {name.id for name in names} - needed
    body: list[ast.stmt] = []
    for statement in tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.level or statement.module == "__future__":
            body.append(statement)
            continue
        for alias in _each_by_name(statement):
            name = alias.asname or alias.name
            if name in only_called:
                body += ast.parse(_CALL.format(name=name, module=statement.module, there=alias.name)).body
            else:
                body.append(ast.ImportFrom(statement.module, [alias], 0))
    return f"{ast.unparse(ast.Module(body, []))}\n"


_CALL = """
def {name}(*args, **kwargs):
    from {module} import {there} as wanted
    return wanted(*args, **kwargs)
"""
