"""What may be wrong with the text of a letter, in words for its writer."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        super().__init__(f"The value of {name} holds {sign_name(sign)}, which is not allowed there.")


class TooLong(LetterError):
    """The letter would be longer than MAX_OUTPUT."""

    def __init__(self) -> None:
        super().__init__(f"The letter would be longer than {MAX_OUTPUT:,} bytes.")


def check_value(name: str, value: str, *, many_lines: bool = False) -> None:
    """Raise BadValue when this value may not be merged into a letter. For forms, at save."""
    allowed = {"\n"} if many_lines else set()
    for sign in value:
        if sign in FORBIDDEN and sign not in allowed:
            raise BadValue(name, sign)


def sign_name(sign: str) -> str:
    return "a line break" if sign in "\r\n\x0b\x0c\x85\u2028\u2029" else f"the control sign U+{ord(sign):04X}"
