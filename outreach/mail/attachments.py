"""Which files may go with a letter: those of `kit.papers`, and not too many of them. Pure."""

from __future__ import annotations

from outreach.kit import papers
from outreach.kit.papers import ACCEPTED, Judged, UnfitFile, clean_name, kind_of

__all__ = [
    "ACCEPTED",
    "MOST_BYTES",
    "MOST_FILES",
    "Judged",
    "UnfitFile",
    "clean_name",
    "judge",
    "kind_of",
    "refuse_too_many",
]

MOST_BYTES = 10 * 2**20
"""Of all files of a letter together."""
MOST_FILES = 10


def judge(name: str, content: bytes) -> Judged:
    """The file with a clean name and its true type. Raises UnfitFile."""
    return papers.judge(name, content, most=MOST_BYTES, whither="letters carry")


def refuse_too_many(sizes: list[int]) -> None:
    """Raises UnfitFile when so many files, or so many bytes, cannot go with one letter."""
    if len(sizes) > MOST_FILES:
        raise UnfitFile(f"At most {MOST_FILES} files go with one letter.")
    if sum(sizes) > MOST_BYTES:
        raise UnfitFile("The files of a letter are at most 10 MB in all. Send a link to the largest instead.")
