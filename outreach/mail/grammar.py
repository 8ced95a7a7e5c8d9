"""Which of Jinja's language letters are written in: its parser reads the text, and what is not listed here is refused."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from outreach.mail.refusals import FORBIDDEN, MAX_DEPTH, MAX_SOURCE, Problem, TemplateRefused, sign_name

# Only its parser is used; nothing is rendered by it.
_ENVIRONMENT = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)


@lru_cache(maxsize=256)
def parsed(source: str) -> tuple[nodes.Template | None, tuple[Problem, ...]]:
    """(its tree, ()) of a text that Jinja can read, else (None, what is wrong)."""
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


def accepted(source: str) -> nodes.Template:
    """The tree of a text that is in the language. Raises TemplateRefused."""
    tree, problems = parsed(source)
    problems = problems or (tuple(refused(tree)) if tree is not None else ())
    if tree is None or problems:
        raise TemplateRefused(problems)
    return tree


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


def refused(tree: nodes.Node) -> Iterator[Problem]:
    """Whatever in the tree is not listed."""
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
    return f"A text in quotes holds {sign_name(bad)}, which is not allowed there." if bad else None


def _asked_where_told(node: nodes.Node) -> str | None:
    """A yes or no is nothing to print: `{{ a or 'b' }}` would put the word "true" into the letter."""
    if not isinstance(node, nodes.Output | nodes.Filter):
        return None
    asked = any(isinstance(child, _QUESTIONS) for child in node.iter_child_nodes())
    return "A question belongs into {% if %}; a fallback is written |default('...')." if asked else None


def _why_not_name(node: nodes.Name | nodes.Getattr) -> str | None:
    name = dotted(node)
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


def dotted(node: nodes.Node) -> str | None:
    """The name of a field as it is written, with a dot at most; None of anything else."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return None


def names(tree: nodes.Node) -> Iterator[tuple[str, int]]:
    """Each field with its line; the name in front of a dot is not one of its own."""
    for child in tree.iter_child_nodes():
        if isinstance(child, nodes.Name | nodes.Getattr) and (name := dotted(child)):
            yield name, child.lineno
        else:
            yield from names(child)


def unknown(tree: nodes.Node, known: Mapping[str, str]) -> Iterator[Problem]:
    """Fields of other names than these."""
    loops = {loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)}
    for name, line in names(tree):
        if name not in known and name.split(".")[0] not in loops:
            near = get_close_matches(name, known, n=1)
            yield Problem(line, f"There is no field {name}." + (f" Did you mean {near[0]}?" if near else ""))
