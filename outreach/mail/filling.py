"""Filling a letter's fields: its tree is walked over plain strings and dicts; nothing is ever compiled."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes
from jinja2.filters import do_capitalize, do_title

from outreach.mail.grammar import dotted
from outreach.mail.refusals import MAX_OUTPUT, MissingField, Problem, TemplateRefused, TooLong, check_value


class _Missing:
    """Stands for a value that is not there; remembers what it was asked for."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass
class Writer:
    """One letter while it is written, for one tree: bounded in size, and what has no value is gathered."""

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
        rows = self._look_up(dotted(node.iter) or "")
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
            self._look_up(dotted(node) or ""), list | tuple
        ):
            return bool(self._look_up(dotted(node) or ""))
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
                return self._value(dotted(node) or "", node.lineno)
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
