"""Rules inside of rules, taken apart: `.a { .b { } }` is `.a .b { }` (CSS Nesting Module, level 1)."""

from __future__ import annotations

import re

from outreach.kit.patterns import late

MOST = 2_000_000
"""Signs that a sheet may grow to; a hostile one ends there."""
LONGEST = 400
DEEPEST = 12

_NESTED = late(r"(?:^|[{};])\s*[^@{};\s][^{};]*\{[^{}]*\{")
_SIGN = late(r"[{};]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\((?:[^()\"';{}]|;)*\)")
_GROUPS = late(r"@(?:media|supports|layer|container|scope|starting-style)\b", re.IGNORECASE)


def flat(text: str) -> str:
    """The sheet without rules in rules; the same text when it has none."""
    return _Flat(text).read() if _NESTED.search(text) else text


class _Flat:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.size = text, 0, 0
        self.out: list[str] = []

    def read(self) -> str:
        while self.at < len(self.text) and self.size < MOST:
            self._block("", 0)
        return "".join(self.out)

    def _block(self, parent: str, depth: int) -> None:
        """Write what stands up to the brace that closes this block, for the elements of `parent`."""
        start, told = self.at, ""
        for found in _SIGN.finditer(self.text, self.at):
            if found.start() < self.at or found[0] not in "{};":
                continue
            piece, self.at = self.text[start : found.start()].strip(), found.end()
            start = self.at
            if found[0] == "{":
                told = self._write(parent, told)
                self._open(piece, parent, depth)
                start = self.at
                continue
            if parent:
                told += f"{piece};"
            elif piece.startswith("@"):
                self._put(f"{piece};")
            if found[0] == "}":
                break
        else:
            told, self.at = told + (self.text[start:] if parent else ""), len(self.text)
        self._write(parent, told)

    def _open(self, prelude: str, parent: str, depth: int) -> None:
        if depth > DEEPEST or (prelude.startswith("@") and not _GROUPS.match(prelude)):
            self._skip()
        elif prelude.startswith("@"):
            self._put(prelude + "{")
            self._block(parent, depth + 1)
            self._put("}")
        elif len(selector := _within(parent, prelude)) <= LONGEST:
            self._block(selector, depth + 1)
        else:
            self._skip()

    def _skip(self) -> None:
        depth = 1
        for found in _SIGN.finditer(self.text, self.at):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            self.at = found.end()
            if depth == 0:
                return
        self.at = len(self.text)

    def _write(self, parent: str, told: str) -> str:
        if parent and told.strip("; "):
            self._put(f"{parent}{{{told}}}")
        return ""

    def _put(self, text: str) -> None:
        self.size += len(text)
        self.out.append(text)


def _within(parent: str, selectors: str) -> str:
    """The selector of a rule that stands in one of `parent`."""
    if not parent:
        return selectors
    around = f":is({parent})" if "," in parent else parent
    return ",".join(
        one.replace("&", around) if "&" in one else f"{around} {one.strip()}" for one in _split(selectors)
    )


def _split(selectors: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(selectors):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and depth <= 0:
            parts.append(selectors[start:at])
            start = at + 1
    return [*parts, selectors[start:]]
