"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import outreach
from outreach.kit.patterns import compile_all, late, waiting


def test_it_does_what_a_compiled_one_does() -> None:
    ours, theirs, text = (
        late(r"(?P<word>b\w+)", re.IGNORECASE),
        re.compile(r"(?P<word>b\w+)", re.IGNORECASE),
        "Ana, Bo; bee",
    )
    for method in ("search", "match", "fullmatch"):
        assert str(getattr(ours, method)("bo")) == str(getattr(theirs, method)("bo"))
    assert [str(found) for found in ours.finditer(text, 2)] == [
        str(found) for found in theirs.finditer(text, 2)
    ]
    assert ours.findall(text) == theirs.findall(text)
    assert (ours.sub("x", text), ours.subn("x", text), ours.split(text)) == (
        theirs.sub("x", text),
        theirs.subn("x", text),
        theirs.split(text),
    )
    assert (ours.pattern, ours.flags, ours.groups, ours.groupindex) == (
        theirs.pattern,
        theirs.flags,
        theirs.groups,
        theirs.groupindex,
    )


def test_bytes_are_searched_by_bytes() -> None:
    found = late(rb"\d+").search(b"a 12")
    assert found is not None and found[0] == b"12"


def test_a_method_is_its_own_attribute_once_one_was_asked() -> None:
    one = late("a")
    assert list(vars(one)) == ["pattern", "_flags"]
    assert one.search("ba")
    assert {"search", "sub"} <= vars(one).keys()


def test_a_mistake_is_told_when_all_are_compiled() -> None:
    late("(")
    with pytest.raises(re.error):
        compile_all()


def test_all_of_the_house_can_be_compiled() -> None:
    for module in pkgutil.walk_packages(outreach.__path__, "outreach."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    compile_all()
    assert waiting() == 0
