"""The headers of an answer: pairs in the order they came, read without regard to case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Headers:
    """Immutable pairs; a header that came twice is kept twice (X-Robots-Tag does)."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: tuple[tuple[str, str], ...] = tuple((name.lower(), value) for name, value in pairs)

    @classmethod
    def of(cls, mapping: Mapping[str, str | list[str]]) -> Headers:
        """From a mapping whose values may be lists, as recorded answers have them."""
        return cls(
            (name, one)
            for name, value in mapping.items()
            for one in (value if isinstance(value, list) else [value])
        )

    def get(self, name: str, default: str = "") -> str:
        name = name.lower()
        return next((value for key, value in self.pairs if key == name), default)

    def all(self, name: str) -> list[str]:
        name = name.lower()
        return [value for key, value in self.pairs if key == name]

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _ in self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"
