"""Every record that any store can make is of a registered kind, and every place that stores has kinds (D2)."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import functions
from functions.privacy import registry
from functions.privacy.problems import UnregisteredRecordError
from functions.privacy.registry import KINDS, kind_of
from functions.shared.retention import Fate, Kind
from infra.synth import template

ROOT = Path(functions.__file__).parent
TABLE = "AWS::DynamoDB::Table"


def tables_of_the_template():
    """Setting → logical id, for every table that some function knows."""
    found = {}
    for body in template()["Resources"].values():
        if body["Type"] == "AWS::Lambda::Function":
            for name, value in body["Properties"]["Environment"]["Variables"].items():
                if name.endswith("_TABLE"):
                    found[name] = value["Ref"]
    return found


def test_every_table_of_the_template_has_kinds():
    resources = template()["Resources"]
    named = tables_of_the_template()
    assert set(named.values()) == {name for name, body in resources.items() if body["Type"] == TABLE}
    assert set(named) == {kind.table for kind in KINDS}


def test_no_bucket_holds_anything_of_ours_yet_so_a_new_one_needs_kinds_here():
    """CloudTrail's files name items by their keys and hold nothing of what is in them (docs/compliance.md)."""
    buckets = [name for name, body in template()["Resources"].items() if body["Type"] == "AWS::S3::Bucket"]
    assert buckets == ["TrailFiles"]


def test_whoever_erases_knows_every_table():
    jobs = template()["Resources"]["PrivacyJobs"]["Properties"]["Environment"]["Variables"]
    assert {name for name in jobs if name.endswith("_TABLE")} == set(registry.TABLES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.table} {kind.pk}{kind.sk}")
def test_no_two_kinds_fight_over_a_record(kind):
    alike = [k for k in KINDS if (k.table, k.pk, k.sk) == (kind.table, kind.pk, kind.sk)]
    assert alike == [kind]
    assert kind_of(kind.table, kind.pk + "x", kind.sk + "x").fate is kind.fate


def test_a_member_s_own_records_never_pass_as_nobody_s():
    assert [kind for kind in KINDS if kind.pk.startswith(registry.MEMBERS) and kind.fate is Fate.NOBODYS] == []


def test_no_kind_takes_whatever_comes_under_a_member():
    assert [kind for kind in KINDS if kind.pk.startswith(registry.MEMBERS) and not kind.sk] == []


def test_what_no_kind_covers_is_refused():
    with pytest.raises(UnregisteredRecordError):
        kind_of("CARE_TABLE", "MBR#mbr_1", "DIARY#1")
    with pytest.raises(UnregisteredRecordError):
        kind_of("NEW_TABLE", "MBR#mbr_1", "GATE")


# The keys that stores make, read from their source


class _Keys(ast.NodeVisitor):
    """The constant beginnings of keys that a module makes: arguments of `Key(...)` and of its own `_key(...)`."""

    def __init__(self, constants):
        self.constants = constants
        self.found = set()

    def visit_Call(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in {"Key", "OutboxKey"} and len(node.args) == 3:
            self._note(node.args[0], node.args[1], node.args[2])
        if name == "_key" and len(node.args) == 2:
            self._note(None, *node.args)
        if name == "idempotency_key" and (table := self._setting(node.args[0])):
            self.found.add((table, "IDEM#", ""))
        self.generic_visit(node)

    def _note(self, table, pk, sk):
        if table is not None and self._setting(table) is None:
            return  # made for whatever table the caller names, who is read as well
        beginnings = self._text(pk), self._text(sk)
        if beginnings != ("", ""):
            self.found.add((table and self._setting(table), *beginnings))

    def _setting(self, node):
        match node:
            case ast.Call(func=ast.Name(id="setting"), args=[ast.Constant(value=value)]):
                return value
        return None

    def _text(self, node):
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.JoinedStr(values=[ast.Constant(value=str(value)), *_]):
                return f"{value}…"
            case ast.Name(id=name):
                return self.constants.get(name, "")
        return ""


def stores():
    """Every module of the functions that makes keys, with its table's setting."""
    for package in pkgutil.walk_packages([str(ROOT)], "functions."):
        source = (ROOT.parent / Path(*package.name.split("."))).with_suffix(".py")
        if source.exists() and ("Key(" in source.read_text(encoding="utf-8")):
            yield importlib.import_module(package.name)


def made_by(module):
    tree = ast.parse(inspect.getsource(module))
    constants = {name: value for name, value in vars(module).items() if isinstance(value, str)}
    keys = _Keys(constants)
    keys.visit(tree)
    own = {table for table, *_ in keys.found if table} or {None}
    [table] = own if len(own) == 1 else [None]
    return {(found or table or _domain_table(module), pk, sk) for found, pk, sk in keys.found}


def _domain_table(module):
    domain = module.__name__.split(".")[1]
    return f"{domain.upper()}_TABLE"


MADE = sorted({key for module in stores() for key in made_by(module)})


def test_the_source_was_read():
    assert ("ELIGIBILITY_TABLE", "MBR#…", "PROFILE") in MADE
    assert ("SCHEDULING_TABLE", "MBR#…", "APT#…") in MADE
    assert ("AUDIT_TABLE", "MBR#…", "") in MADE
    assert len(MADE) > 30


@pytest.mark.parametrize(("table", "pk", "sk"), MADE)
def test_every_key_that_a_store_makes_is_of_a_registered_kind(table, pk, sk):
    def may_cover(kind: Kind):
        here = kind.table == table
        return here and _fits(kind.pk, pk) and _fits(kind.sk, sk)

    assert [kind for kind in KINDS if may_cover(kind)], "add it to the records.py of its domain"


def _fits(beginning, made):
    """Whether what is made may begin so; where it goes on as the store likes (…), the kind may say how."""
    known = made.removesuffix("…")
    return known.startswith(beginning) or ((made != known or not made) and beginning.startswith(known))
