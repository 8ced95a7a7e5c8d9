"""What a short script writes onto the page, where it is plain to read: pieces of text that are joined.

    written("var u='ana'; document.write('<a href=\\"mailto:' + u + '@' + 'fern.example\\">')")  -> ['<a href="mailto:ana@fern.example">']

No script is run.  Only assignments, `+`, `[...].join("@")`, `.reverse()`, `String.fromCharCode`, `unescape`, `atob` of plain pieces are
read; whatever else stands in it ends the reading of that statement.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Mapping
from itertools import islice
from urllib.parse import unquote

from outreach.kit.patterns import late

_TOKEN = late(
    r"\s*(?:(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?P<number>0x[0-9a-fA-F]+|\d+)"
    r"|(?P<name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|(?P<sign>\+=|[-+=()\[\],;.{}:?!<>*/|&%^~]))"
)
_ESCAPE = late(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{1,3})|(.))", re.DOTALL
)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": ""}
_SINKS = late(r"(?:^|\.)(?:innerHTML|outerHTML|href|textContent|innerText|location)$")
_WRITERS = late(
    r"(?:^|\.)(?:write|writeln|html|append|text|insertAdjacentHTML|open|setAttribute|attr|replaceWith|createTextNode|after|before|prepend)$"
)
_WORTH = late(
    r"mailto|document\.write|innerHTML|\.href|location|textContent|innerText|createTextNode|\.html\(|\.text\(|setAttribute",
    re.IGNORECASE,
)
LONGEST, TOKENS_MOST = 20_000, 4_000

FUNCTIONS_MOST, CALLS_MOST = 20, 50

Token = tuple[str, str]
Function = tuple[str, list[str], str]
"""Name, what its arguments are called, and its body."""


class _Unreadable(Exception):
    """The script does something else here."""


def written(code: str) -> list[str]:
    """The texts that a script writes onto the page or leads to, as far as they are put together from plain pieces."""
    if len(code) > LONGEST or not _WORTH.search(code):
        return []
    code = re.sub(
        r"<!--[^\n]*|//\s*-->|/\*.*?\*/|(?:^|(?<=[\s;{}]))//[^\n]*", " ", code, flags=re.DOTALL | re.MULTILINE
    )
    code = _without_never(code)
    turned = [codecs.encode(one, "rot13") for one in _turned(code)]
    return turned or _Reading(_tokens(code)).run()


_NEVER = late(r"\bif\s*\(\s*(?:false|0|!1|!true)\s*\)\s*\{")
_NAMED = late(r"(?m)(?:^|(?<=[;{}]))[ \t]*function\s+([A-Za-z_$][\w$]{0,60})\s*\(\s*\)\s*\{")


def _without_never(code: str) -> str:
    """A script without what it sets aside: `if (false) {...}`."""
    for match in reversed(list(islice(_NEVER.finditer(code), FUNCTIONS_MOST))):
        code = code[: match.start()] + code[match.end() + len(_body(code, match.end())) :]
    return code


def words(code: str) -> list[str]:
    """The names in a script."""
    return re.findall(r"[A-Za-z_$][\w$]*", code)


def without_uncalled(code: str, told: Mapping[str, int]) -> str:
    """A script without its functions that nothing calls: `told` is how often each name stands in all that may call one."""
    for match in reversed(list(islice(_NAMED.finditer(code), FUNCTIONS_MOST))):
        if told[match[1]] <= 1:
            code = code[: match.start()] + code[match.end() + len(_body(code, match.end())) :]
    return code


_FUNCTION = late(
    r"(?:function\s+([A-Za-z_$][\w$]{0,60})|([A-Za-z_$][\w$]{0,60})\s*=\s*(?:function)?)\s*\(([\w$,\s]{1,200})\)\s*(?:=>)?\s*\{"
)
_CALL = late(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\(([^()]{1,300})\)")


def functions(code: str) -> list[Function]:
    """The functions of a script that write something and are plain to read."""
    if len(code) > LONGEST or "mailto" not in code.replace("'+'", "").replace('"+"', "").replace(
        "' + '", ""
    ).replace('" + "', ""):
        return []
    found: list[Function] = []
    for match in _FUNCTION.finditer(code):
        names = [name.strip() for name in match[3].split(",")]
        found.append((match[1] or match[2], names, _body(code, match.end())))
        if len(found) >= FUNCTIONS_MOST:
            break
    return found


def _body(code: str, start: int) -> str:
    """What stands up to the brace that closes this one."""
    depth = 1
    for match in re.finditer(r"[{}]", code[start : start + 2_000]):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return code[start : start + match.start()]
    return ""


def called(code: str, made: list[Function]) -> list[str]:
    """What the functions of a page write when a link calls them with plain texts: `mail('ana', 'fern.example')`."""
    return [said for call in islice(_CALL.finditer(code), CALLS_MOST) for said in _said_by(call, made)]


def _said_by(call: re.Match[str], made: list[Function]) -> list[str]:
    if all(call[1] != name for name, _, _ in made):
        return []
    given = [
        _literal(match["text"]) if match["text"] else ""
        for match in _TOKEN.finditer(call[2])
        if match["text"] or match["name"]
    ]
    for name, names, body in made:
        if name == call[1] and len(given) >= len(names) and all(given[: len(names)]):
            reading = _Reading(_tokens(body))
            reading.known |= dict(zip(names, given, strict=False))
            return reading.run()
    return []


_TURNS = late(r"[+-]\s*13\b|rot13", re.IGNORECASE)


def _turned(code: str) -> list[str]:
    """The texts of a script that turns letters by thirteen places, where an address shows in them then."""
    texts = (
        [_literal(match["text"]) for match in _TOKEN.finditer(code) if match["text"]]
        if _TURNS.search(code)
        else []
    )
    return [one for one in texts if re.search(r"\S@\S+\.\S", one) and len(one) < 1_000]


def _tokens(code: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(code) and len(found) < TOKENS_MOST:
        match = _TOKEN.match(code, place)
        if match is None:
            place += 1
            continue
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


def _literal(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return chr(int(match[4], 8)) if match[4] else _PLAIN.get(match[5], match[5])

    return _ESCAPE.sub(one, text[1:-1])


class _Reading:
    """One pass over the tokens, with the names that hold plain text so far."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0
        self.known: dict[str, str | list[str]] = {}
        self.out: list[str] = []

    def run(self) -> list[str]:
        while self.at < len(self.tokens):
            start = self.at
            try:
                self._statement()
            except _Unreadable:
                self.at = max(self.at, start + 1)
            except (IndexError, ValueError, OverflowError):
                self.at = start + 1
        return self.out

    def _peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ("end", "")

    def _statement(self) -> None:
        kind, word = self._peek()
        if kind != "name":
            self.at += 1
            return
        nxt = self._peek(1)[1]
        if word in ("var", "let", "const"):
            self.at += 1
        elif nxt in ("=", "+=") and self._peek(2)[1] != "=":
            self.at += 2
            if self._peek()[1] == "{":
                self._object(word)
            else:
                self._assign(word, self._sum(), nxt)
        elif nxt == "(" and _WRITERS.search(word):
            self.at += 2
            self._write(word)
        else:
            self.at += 1

    def _assign(self, name: str, value: str | list[str], how: str) -> None:
        if how == "+=":
            before = self.known.get(name, "")
            value = (before if isinstance(before, str) else "") + (value if isinstance(value, str) else "")
        self.known[name] = value
        if isinstance(value, str) and _SINKS.search(name):
            self.out.append(value)

    def _object(self, name: str) -> None:
        """The plain texts of `{user: "ana", host: "fern.example"}`, kept as `name.user`, `name.host`."""
        self.at += 1
        while self._peek()[0] in ("name", "text") and self._peek(1)[1] == ":":
            kind, key = self._peek()
            self.at += 2
            self.known[f"{name}.{_literal(key) if kind == 'text' else key}"] = self._sum()
            if self._peek()[1] != ",":
                return
            self.at += 1

    def _write(self, word: str) -> None:
        said = [self._sum()]
        while self._peek()[1] == ",":
            self.at += 1
            said.append(self._sum())
        if word.rpartition(".")[2] in ("setAttribute", "attr"):
            said = said[1:] if said[0] == "href" else []
        self.out += [one for one in said if isinstance(one, str)]

    def _sum(self) -> str | list[str]:
        value = self._value()
        while self._peek()[1] == "+":
            self.at += 1
            more = self._value()
            if not (isinstance(value, str) and isinstance(more, str)):
                raise _Unreadable
            value += more
        return value

    def _value(self) -> str | list[str]:
        kind, word = self._peek()
        self.at += 1
        if kind == "text":
            return self._method(self._filled(word) if word[0] == "`" else _literal(word))
        if kind == "number":
            return word
        if word == "(":
            return self._method(self._closed(")"))
        if word == "[":
            return self._method(self._list("]"))
        if kind == "name" and self._peek()[1] == "(":
            return self._method(self._call(word))
        if kind == "name":
            name, _, method = word.rpartition(".")
            if name in self.known and method in ("join", "split", "reverse", "concat"):
                return self._method(self.known[name], method)
            if word in self.known:
                return self._method(self.known[word])
        raise _Unreadable

    def _filled(self, word: str) -> str:
        """A template text with the names in it that are known."""

        def one(match: re.Match[str]) -> str:
            value = self.known.get(match[1].strip())
            if not isinstance(value, str):
                raise _Unreadable
            return value

        return re.sub(r"\$\{([^{}]*)\}", one, _literal(word))

    def _closed(self, end: str) -> str | list[str]:
        value = self._sum()
        if self._peek()[1] != end:
            raise _Unreadable
        self.at += 1
        return value

    def _list(self, end: str) -> list[str]:
        found: list[str] = []
        while self._peek()[1] != end:
            value = self._sum()
            if not isinstance(value, str):
                raise _Unreadable
            found.append(value)
            if self._peek()[1] == ",":
                self.at += 1
        self.at += 1
        return found

    def _call(self, word: str) -> str | list[str]:
        name, _, method = word.rpartition(".")
        if name in self.known and method in ("join", "split", "reverse", "concat"):
            return self._apply(self.known[name], method)
        self.at += 1
        said = self._list(")")
        if word == "String.fromCharCode":
            return "".join(chr(int(one, 0)) for one in said)
        if word in ("unescape", "decodeURIComponent", "decodeURI", "window.unescape") and len(said) == 1:
            return unquote(said[0])
        if word in ("atob", "window.atob") and len(said) == 1:
            return _from_base64(said[0])
        if word in ("String", "encodeURI") and len(said) == 1:
            return said[0]
        raise _Unreadable

    def _method(self, value: str | list[str], method: str = "") -> str | list[str]:
        """What is called on a value: `.join("@")`, `.split("").reverse().join("")`, `.concat(...)`."""
        if method:
            value = self._apply(value, method)
        while (
            isinstance(value, list)
            and self._peek()[1] == "["
            and self._peek(1)[0] == "number"
            and self._peek(2)[1] == "]"
        ):
            value = value[int(self._peek(1)[1], 0)]
            self.at += 3
        while self._peek()[1] == "." and self._peek(1)[0] == "name":
            method = self._peek(1)[1]
            self.at += 2
            value = self._apply(value, method)
        return value

    def _apply(self, value: str | list[str], method: str) -> str | list[str]:
        if self._peek()[1] != "(":
            raise _Unreadable
        self.at += 1
        said = self._list(")")
        if method == "join" and isinstance(value, list):
            return (said[0] if said else ",").join(value)
        if method == "reverse" and isinstance(value, list):
            return value[::-1]
        if method == "split" and isinstance(value, str) and said:
            return list(value) if said[0] == "" else value.split(said[0])
        if method == "concat" and isinstance(value, str):
            return value + "".join(said)
        if method in ("toString", "trim", "toLowerCase") and isinstance(value, str):
            return value.lower() if method == "toLowerCase" else value
        if method == "replace" and isinstance(value, str) and len(said) == 2:
            return value.replace(said[0], said[1], 1)
        raise _Unreadable


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise _Unreadable from None
