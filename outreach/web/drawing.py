"""How templates are compiled: what a page shows is escaped without more ado.

The page of a list shows some thousand values. Jinja makes each a `Markup` of its own, which costs five times as much as to escape it;
here it stays plain text, for the pieces of a page are joined and nobody asks them anything any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import markupsafe
from jinja2 import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)
"""Text with its signs of HTML escaped, as plain text; what `escape` itself calls, and no part of its public face: the quickest way that is one
(`html.escape`, a chain of `replace`) costs three times as much, `escape` ten times. Where a coming release has no such name, `escape` is what works."""


def install(environment: Environment) -> None:
    """Compile the templates of `environment` so."""
    environment.code_generator_class = PageGenerator
    environment.shown = shown  # type: ignore[attr-defined]


def shown(value: Any) -> str:
    """`markupsafe.escape(value)` as it stands in a page."""
    kind = type(value)
    if kind is str:
        return _escaped(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class PageGenerator(CodeGenerator):
    """Jinja's own, but for what stands around a value that is escaped whatever happens."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")
