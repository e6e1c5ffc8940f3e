"""Other people's modules that wait for whoever asks offer what they offered before."""

import sys
from types import ModuleType

import pytest

from infra.bundling import BundleError
from infra.bundling.lazily import lazily, when_called

PACKAGE = '''
"""A package."""
from __future__ import annotations
from string import Formatter as Format, digits
from textwrap import dedent
__all__ = ["Format", "digits"]
LENGTH = len(digits)
'''
MODULE = """
from textwrap import dedent, indent as moved
from fractions import Fraction
from json import JSONDecodeError
from shlex import shlex

def told(text):
    return moved(dedent(text), "> ")

def half():
    return Fraction(1, 2)

def is_unreadable(error):
    return isinstance(error, JSONDecodeError)
"""


def made(text):
    module = ModuleType("waiting")
    exec(compile(text, "waiting", "exec"), module.__dict__)  # noqa: S102 - our own sample
    return module


def test_a_package_offers_the_same_names():
    waiting = made(lazily(PACKAGE))
    assert "Format" not in vars(waiting)
    assert waiting.Format.__name__ == "Formatter"
    assert vars(waiting)["Format"] is waiting.Format
    assert waiting.dedent("  x") == "x"
    assert waiting.LENGTH == 10
    assert waiting.__doc__ == "A package."


def test_a_name_that_a_package_never_had_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = made(lazily(PACKAGE)).nothing


def test_what_its_own_code_uses_is_there_at_once():
    assert "digits" in vars(made(lazily(PACKAGE)))


def test_what_is_only_called_is_imported_by_the_first_call(monkeypatch):
    monkeypatch.delitem(sys.modules, "fractions")
    waiting = made(when_called(MODULE))
    assert "fractions" not in sys.modules
    assert waiting.half() == 0.5
    assert "fractions" in sys.modules
    assert waiting.told("  x") == "> x"


def test_what_is_also_named_is_imported_as_before():
    waiting = made(when_called(MODULE))
    assert isinstance(waiting.JSONDecodeError, type)
    assert isinstance(waiting.shlex, type)  # for others alone
    assert waiting.is_unreadable(waiting.JSONDecodeError("no", "", 0))


@pytest.mark.parametrize("rewrite", [lazily, when_called])
def test_names_that_are_not_told_cannot_wait(rewrite):
    with pytest.raises(BundleError, match="string"):
        rewrite("from string import *\n")
