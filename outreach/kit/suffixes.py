"""Under which endings are names handed out? The public suffix list, its private part included.

    public_suffix("news.example.co.uk")   -> "co.uk"
    public_suffix("ana.github.io")        -> "github.io"
    public_suffix("localhost")            -> ""

The list is the file that tldextract brings along; nothing is ever downloaded. The package itself is not loaded: with
its HTTP client it takes 12 MB of each process, the list in a set two. Tests compare with what it says.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ada_url import idna_to_ascii


def public_suffix(host: str) -> str:
    """The ending of a host name in ASCII or Unicode; empty when none is known. Rules: publicsuffix.org/list."""
    rules, deepest = _rules()
    labels = host.rstrip(".").split(".")[-deepest:]
    for start in range(len(labels)):
        tail = ".".join(labels[start:])
        found = tail.lower()
        parent = found.partition(".")[2]
        if "!" + found in rules:
            return tail.partition(".")[2]
        if found in rules or "*." + parent in rules:
            return tail
    return ""


@lru_cache(maxsize=1)
def _rules() -> tuple[frozenset[str], int]:
    """All rules, those with other letters in both spellings, and how many labels the longest has."""
    lines = (line.strip() for line in _file().read_text("utf-8").splitlines())
    rules = {line.split()[0] for line in lines if line and not line.startswith("//")}
    rules |= {_in_ascii(rule) for rule in rules if not rule.isascii()}
    return frozenset(rules), max(rule.count(".") for rule in rules) + 1


def _file() -> Path:
    spec = find_spec("tldextract")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / ".tld_set_snapshot"


def _in_ascii(rule: str) -> str:
    answer: bytes | str = idna_to_ascii(rule.lstrip("*.!"))  # the library's stub says str
    name = answer.decode() if isinstance(answer, bytes) else answer
    return rule[: len(rule) - len(rule.lstrip("*.!"))] + name
