"""The small part of Jinja in which letters are written.

Jinja's own parser reads the text; nothing is ever compiled. `check` walks the tree and refuses whatever is
not listed, `render` walks it again over plain strings and dicts. So a template has no way to call, to reach an
attribute of an object, to load a file, or to build a string larger than `MAX_OUTPUT`.

    LetterError
      TemplateRefused   the text is not in the language (problems, with their lines)
      MissingField      a field without value and without fallback
      BadValue          a value that must not go into a letter (a line break in a name)
      TooLong           the letter would pass MAX_OUTPUT
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.filters import do_capitalize, do_title

MAX_SOURCE = 64_000
"""Signs in a template's text."""
MAX_OUTPUT = 200_000
"""Octets in a rendered letter, in UTF-8."""
MAX_DEPTH = 50
"""How deep a tree may be nested."""

ALLOWED = (
    "Allowed are fields such as {{ person.first_name }}, a fallback as in {{ person.first_name|default('there') }}, "
    "{% if %}, {% elif %} and {% else %} with ==, !=, and, or, not, {% for %} over a list, "
    "and the filters default, upper, lower, title, capitalize, trim and truncate(n)."
)

FIELDS: dict[str, str] = {
    "person.first_name": "Their first name",
    "person.name": "Their full name",
    "site.name": "The site's name",
    "site.domain": "The site's address, as in bakery.example",
    "project.name": "The project you write for",
    "asset.title": "The title of your page",
    "asset.url": "The address of your page",
    "pitch.topic": "The topic of the pitch",
    "pitch.page_url": "The page the pitch is about",
    "personal_line": "What you read on their page",
    "personal_url": "The address of the page you read",
    "me.name": "Your name, as the mailbox shows it",
    "me.first_name": "Your first name",
    "me.signature": "The mailbox's signature",
    "workspace.name": "The legal name of your team",
    "workspace.postal_address": "Your postal address",
    "unsubscribe_url": "The address where they can say no",
}
"""Every field a letter may use, and what it holds. Merge data has the same shape, as nested dicts."""

MANY_LINES = {"personal_line", "me.signature", "workspace.postal_address"}
"""Fields whose value may hold line breaks (LF only) in a body. In a subject none may."""

FORBIDDEN = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"} - {"\t"}
"""Signs that end a line for some reader, or that no person types: refused in every value."""


class LetterError(ValueError):
    """A letter that cannot be written as asked. Its text can be shown to the writer."""


@dataclass(frozen=True)
class Problem:
    """One thing in a template's text that is refused: `line` counts from 1, `text` is a sentence."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.text}"


class TemplateRefused(LetterError):
    """The text is not in the language. As a text: a line for each problem, then what is allowed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join([*map(str, problems), ALLOWED]))


class MissingField(LetterError):
    """Fields without value and without fallback, in the order met."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        one = len(self.names) == 1
        super().__init__(
            f"No value for {', '.join(self.names)}. Fill {'it' if one else 'them'} in, "
            f"or give the template a fallback: {{{{ {self.names[0]}|default('...') }}}}."
        )


class BadValue(LetterError):
    """A merge value holds a sign that must not go into a letter."""

    def __init__(self, name: str, sign: str) -> None:
        self.name = name
        super().__init__(f"The value of {name} holds {_sign_name(sign)}, which is not allowed there.")


class TooLong(LetterError):
    """The letter would be longer than MAX_OUTPUT."""

    def __init__(self) -> None:
        super().__init__(f"The letter would be longer than {MAX_OUTPUT:,} bytes.")


def check(source: str, known: Mapping[str, str] | None = None) -> list[Problem]:
    """What is wrong with this text, in the order of its lines; an empty list when all is well.

    With `known` (usually `FIELDS`) a field of another name is a problem too, once the language is right.
    """
    tree, problems = _parse(source)
    if tree is None:
        return list(problems)
    found = set(_refused(tree))
    if known is not None and not found:
        found.update(_unknown(tree, known))
    return sorted(found, key=lambda problem: (problem.line, problem.text))


def fields(source: str) -> set[str]:
    """The dotted names of all fields in the text. Raises TemplateRefused."""
    tree = _accepted(source)
    loops = {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    return {name for name, _ in _names(tree) if name.split(".")[0] not in loops}


def render(source: str, data: Mapping[str, Any], *, as_html: bool = False) -> str:
    """The text with its fields filled from nested dicts of strings.

    Values are never parsed again. With `as_html` each value is escaped and its line breaks become `<br>`.
    Raises TemplateRefused, MissingField (all names at once), BadValue, TooLong.
    """
    return _Writer(data, many_lines=MANY_LINES, as_html=as_html).write(_accepted(source))


def render_subject(source: str, data: Mapping[str, Any]) -> str:
    """As `render`, for one line: no value may hold a line break, and neither may the text itself."""
    subject = _Writer(data, many_lines=set()).write(_accepted(source)).strip()
    if bad := next((sign for sign in subject if sign in FORBIDDEN), None):
        raise BadValue("the subject", bad)
    return subject


def check_value(name: str, value: str, *, many_lines: bool = False) -> None:
    """Raise BadValue when this value may not be merged into a letter. For forms, at save."""
    allowed = {"\n"} if many_lines else set()
    for sign in value:
        if sign in FORBIDDEN and sign not in allowed:
            raise BadValue(name, sign)


def _sign_name(sign: str) -> str:
    return "a line break" if sign in "\r\n\x0b\x0c\x85\u2028\u2029" else f"the control sign U+{ord(sign):04X}"


# Reading

# Only its parser is used; nothing is rendered by it.
_ENVIRONMENT = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)


@lru_cache(maxsize=256)
def _parse(source: str) -> tuple[nodes.Template | None, tuple[Problem, ...]]:
    if len(source) > MAX_SOURCE:
        return None, (Problem(1, f"The text is longer than {MAX_SOURCE:,} signs."),)
    try:
        return _ENVIRONMENT.parse(source), ()
    except TemplateSyntaxError as error:
        return None, (Problem(error.lineno, _as_sentence(error.message)),)
    except (RecursionError, ValueError, OverflowError):
        return None, (Problem(1, "This cannot be read."),)


_OPEN_BLOCK = re.compile(r"^Unexpected end of template.* closed is '(\w{1,20})'$", re.DOTALL)


def _as_sentence(message: str | None) -> str:
    text = (message or "This cannot be read").strip().rstrip(".")
    if open_block := _OPEN_BLOCK.search(text):
        return f"{{% {open_block[1]} %}} is not closed: {{% end{open_block[1]} %}} is missing."
    return f"{text[:1].upper()}{text[1:200]}."


def _accepted(source: str) -> nodes.Template:
    tree, problems = _parse(source)
    problems = problems or (tuple(_refused(tree)) if tree is not None else ())
    if tree is None or problems:
        raise TemplateRefused(problems)
    return tree


# Refusing

_FILTERS = {"default", "upper", "lower", "title", "capitalize", "trim", "truncate"}
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.And, nodes.Or, nodes.Not)
_QUESTIONS = (nodes.And, nodes.Or, nodes.Not, nodes.Compare)
_CALLED = {
    nodes.Call: "Calling is not allowed.",
    nodes.Getitem: "Square brackets are not allowed.",
    nodes.Assign: "{% set %} is not allowed.",
    nodes.Macro: "{% macro %} is not allowed.",
    nodes.Include: "{% include %} is not allowed.",
    nodes.Import: "{% import %} is not allowed.",
    nodes.FromImport: "{% import %} is not allowed.",
    nodes.Extends: "{% extends %} is not allowed.",
    nodes.Block: "{% block %} is not allowed.",
}


def _refused(tree: nodes.Node) -> Iterator[Problem]:
    yield from _refused_in(tree, depth=0, loops=0)


def _refused_in(node: nodes.Node, depth: int, loops: int) -> Iterator[Problem]:
    why = (
        "This is nested too deep." if depth > MAX_DEPTH else _why_not(node, loops) or _asked_where_told(node)
    )
    if why:
        yield Problem(node.lineno, why)
        return
    for child in node.iter_child_nodes():
        yield from _refused_in(child, depth + 1, loops + isinstance(node, nodes.For))


def _why_not(node: nodes.Node, loops: int) -> str | None:
    """Why this node, taken alone, is refused; None when it is listed."""
    match node:
        case nodes.Name() | nodes.Getattr():
            return _why_not_name(node)
        case nodes.Filter():
            return _why_not_filter(node)
        case nodes.For():
            return _why_not_loop(node, loops)
        case nodes.Compare():
            return None if all(op.op in {"eq", "ne"} for op in node.ops) else "Only == and != compare."
        case nodes.Operand():
            return None
        case nodes.Const():
            return _why_not_text(node.value)
    if isinstance(node, _PLAIN):
        return None
    return _CALLED.get(type(node), f"{type(node).__name__} is not part of the language of letters.")


def _why_not_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "Write text in quotes."
    bad = next((sign for sign in str(value) if sign in FORBIDDEN and sign != "\n"), None)
    return f"A text in quotes holds {_sign_name(bad)}, which is not allowed there." if bad else None


def _asked_where_told(node: nodes.Node) -> str | None:
    """A yes or no is nothing to print: `{{ a or 'b' }}` would put the word "true" into the letter."""
    if not isinstance(node, nodes.Output | nodes.Filter):
        return None
    asked = any(isinstance(child, _QUESTIONS) for child in node.iter_child_nodes())
    return "A question belongs into {% if %}; a fallback is written |default('...')." if asked else None


def _why_not_name(node: nodes.Name | nodes.Getattr) -> str | None:
    name = _dotted(node)
    if name is None:
        return "A field has at most one dot."
    return f"{name} is not a field." if any(part.startswith("_") for part in name.split(".")) else None


def _why_not_filter(node: nodes.Filter) -> str | None:
    if node.name not in _FILTERS or node.node is None:
        return f"There is no filter called {node.name}."
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"{node.name} takes no named values."
    values = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
    if node.name == "default":
        fine = len(values) == 1 and isinstance(values[0], str)
        return None if fine else "default takes one text in quotes: default('there')."
    if node.name == "truncate":
        fine = len(values) == 1 and isinstance(values[0], int) and 1 <= values[0] <= 1_000
        return None if fine else "truncate takes a number from 1 to 1000: truncate(80)."
    return f"{node.name} takes no values." if values else None


def _why_not_loop(node: nodes.For, loops: int) -> str | None:
    if loops:
        return "A loop in a loop is not allowed."
    if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, nodes.Name | nodes.Getattr):
        return "A loop runs over one list field."
    return "A loop has no condition of its own." if node.test or node.recursive else None


def _dotted(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return None


def _names(tree: nodes.Node) -> Iterator[tuple[str, int]]:
    """Each field with its line; the name in front of a dot is not one of its own."""
    for child in tree.iter_child_nodes():
        if isinstance(child, nodes.Name | nodes.Getattr) and (name := _dotted(child)):
            yield name, child.lineno
        else:
            yield from _names(child)


def _unknown(tree: nodes.Node, known: Mapping[str, str]) -> Iterator[Problem]:
    loops = {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    for name, line in _names(tree):
        if name not in known and name.split(".")[0] not in loops:
            near = get_close_matches(name, known, n=1)
            yield Problem(line, f"There is no field {name}." + (f" Did you mean {near[0]}?" if near else ""))


# Writing


class _Missing:
    """Stands for a value that is not there; remembers what it was asked for."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass
class _Writer:
    data: Mapping[str, Any]
    many_lines: set[str]
    as_html: bool = False
    scope: dict[str, Any] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)
    size: int = 0
    missing: list[str] = field(default_factory=list)

    def write(self, tree: nodes.Template) -> str:
        self._block(tree.body)
        if self.missing:
            raise MissingField(list(dict.fromkeys(self.missing)))
        return "".join(self.out)

    def _block(self, body: Sequence[nodes.Node]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    self._output(node)
                case nodes.If():
                    self._if(node)
                case nodes.For():
                    self._for(node)

    def _output(self, node: nodes.Output) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._put(part.data)
                continue
            value = self._text(part)
            if isinstance(value, _Missing):
                self.missing.append(value.name)
            else:
                self._put(html.escape(value).replace("\n", "<br>\n") if self.as_html else value)

    def _put(self, text: str) -> None:
        self.size += len(text.encode("utf-8", "surrogatepass"))
        if self.size > MAX_OUTPUT:
            raise TooLong
        self.out.append(text)

    def _if(self, node: nodes.If) -> None:
        for branch in (node, *node.elif_):
            if self._true(branch.test):
                return self._block(branch.body)
        return self._block(node.else_)

    def _for(self, node: nodes.For) -> None:
        rows = self._look_up(_dotted(node.iter) or "")
        if not isinstance(rows, list | tuple) or not rows:
            return self._block(node.else_)
        assert isinstance(node.target, nodes.Name)
        for row in rows:
            self.scope[node.target.name] = row
            self._block(node.body)
        self.scope.pop(node.target.name, None)
        return None

    def _true(self, node: nodes.Node) -> bool:
        match node:
            case nodes.Not():
                return not self._true(node.node)
            case nodes.And():
                return self._true(node.left) and self._true(node.right)
            case nodes.Or():
                return self._true(node.left) or self._true(node.right)
            case nodes.Compare():
                return self._compares(node)
        if isinstance(node, nodes.Name | nodes.Getattr) and isinstance(
            self._look_up(_dotted(node) or ""), list | tuple
        ):
            return bool(self._look_up(_dotted(node) or ""))
        return not isinstance(value := self._text(node), _Missing) and bool(value)

    def _compares(self, node: nodes.Compare) -> bool:
        left = self._plain(node.expr)
        for operand in node.ops:
            right = self._plain(operand.expr)
            if (left == right) is not (operand.op == "eq"):
                return False
            left = right
        return True

    def _plain(self, node: nodes.Node) -> str:
        """For comparing: a missing value equals the empty text."""
        value = self._text(node)
        return "" if isinstance(value, _Missing) else value

    def _text(self, node: nodes.Node) -> "str | _Missing":
        match node:
            case nodes.Const():
                return str(node.value)
            case nodes.Filter():
                return self._filter(node)
            case nodes.Name() | nodes.Getattr():
                return self._value(_dotted(node) or "", node.lineno)
        return "true" if self._true(node) else ""

    def _filter(self, node: nodes.Filter) -> "str | _Missing":
        assert node.node is not None
        value = self._text(node.node)
        arg = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else None
        if node.name == "default":
            return str(arg) if isinstance(value, _Missing) else value
        return value if isinstance(value, _Missing) else _filtered(node.name, value, arg)

    def _value(self, name: str, line: int) -> "str | _Missing":
        value = self._look_up(name)
        if value is None:
            return _Missing(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise TemplateRefused([Problem(line, f"{name} is not a text.")])
        text = str(value)
        check_value(name, text, many_lines=name in self.many_lines)
        return text if text.strip() else _Missing(name)

    def _look_up(self, name: str) -> Any:
        first, _, rest = name.partition(".")
        value = self.scope[first] if first in self.scope else self.data.get(first)
        if not rest:
            return value
        return value.get(rest) if isinstance(value, dict) else None


def _filtered(name: str, value: str, arg: object) -> str:
    match name:
        case "upper":
            return value.upper()
        case "lower":
            return value.lower()
        case "title":
            return do_title(value)
        case "capitalize":
            return do_capitalize(value)
        case "trim":
            return value.strip()
    assert isinstance(arg, int)
    return value if len(value) <= arg else value[: arg - 1].rstrip() + "…"
