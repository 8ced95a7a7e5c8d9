"""The endings are those that tldextract finds."""

from __future__ import annotations

import random

import pytest
from tldextract import TLDExtract

from outreach.kit.suffixes import _rules, public_suffix

THEIRS = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@pytest.mark.parametrize(
    ("host", "suffix"),
    [
        ("news.example.co.uk", "co.uk"), ("co.uk", "co.uk"), ("uk", "uk"), ("ana.github.io", "github.io"),
        ("a.b.ck", "b.ck"), ("www.ck", "ck"), ("x.city.kobe.jp", "kobe.jp"), ("localhost", ""), ("", ""),
        ("wild.example", ""), ("192.0.2.1", ""), ("xn--55qx5d.cn", "xn--55qx5d.cn"), ("a.公司.cn", "公司.cn"),
        ("News.Example.COM", "COM"), ("example.com.", "com"), (".".join("a" * 5_000) + ".com", "com"),
    ],
)  # fmt: skip
def test_these_are_the_endings(host: str, suffix: str) -> None:
    assert public_suffix(host) == suffix


def test_every_rule_is_read_as_tldextract_reads_it() -> None:
    rules, _ = _rules()
    assert len(rules) > 9_000
    dice = random.Random(5)
    bare = [rule.lstrip("!*.") for rule in sorted(rules)]
    hosts = [host for name in bare for host in (name, f"wild.{name}", f"b.wild.{name}")]
    hosts += [".".join(dice.sample(bare, 2)) for _ in range(2_000)]
    different = [
        (host, ours, theirs)
        for host in hosts
        if (ours := public_suffix(host)) != (theirs := THEIRS.extract_str(host).suffix)
    ]
    # It overlooks `*.futurecms.at` for `ex.futurecms.at`, because a longer rule goes through there.
    assert [each for each in different if not _is_wild(each[1], rules)] == []
    assert len(different) < 20


def _is_wild(suffix: str, rules: frozenset[str]) -> bool:
    return "*." + suffix.partition(".")[2] in rules and any(rule.endswith("." + suffix) for rule in rules)
