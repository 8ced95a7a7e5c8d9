"""How well are real pages, constructed situations and robots.txt files judged?  Prints the corpus's own scores beside the goals.

The folder holds `links/`: `cases.jsonl` about the pages of `pages.jsonl`, `torture_public.jsonl`,
`robots_cases.jsonl`, and `score.py`, which compares predictions with the truth.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from outreach.links.replay import replay

GOALS = {
    "real pages": {
        "F1": 0.9995, "whole": 0.998, "rel": 0.999, "anchor": 0.998, "hidden(stylesheet)": 0.95, "noindex(true)": 0.995,
        "noindex(false)": 0.995, "canonical": 0.995, "canonical_elsewhere(true)": 0.995, "canonical_elsewhere(false)": 0.995, "region": 0.95,
    },
    "constructed": {"verdict": 0.98, "page_state": 0.98, "presence": 0.98, "whole": 0.97},
    "robots": {"whole": 0.995},
}  # fmt: skip
FALSE_STATES = frozenset(["soft_404", "parked", "login_wall", "blocked"])
"""States that no real page of the corpus has; each would be a false alarm."""


def main(corpus_dir: Path) -> None:
    folder = corpus_dir / "links"
    score = _scorer(folder / "score.py")
    _part("robots", folder, _lines(folder / "robots_cases.jsonl"), folder / "robots_cases.jsonl", score)
    torture = folder / "torture_public.jsonl"
    _part("constructed", folder, _lines(torture), torture, score)
    said = _part("real pages", folder, _real_lines(folder), folder / "cases.jsonl", score)
    false = Counter(one["page_state"] for one in said if one["page_state"] in FALSE_STATES)
    print(f"  false soft_404, parked, login_wall or blocked: {sum(false.values())} {dict(false) or ''}")


def _scorer(path: Path) -> Callable[[list[Any], list[Any]], dict[str, Any]]:
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"no scorer at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.score  # type: ignore[no-any-return]


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        yield from lines


def _real_lines(folder: Path) -> Iterator[str]:
    """Each question about a real page, joined with the page as it was served."""
    pages = {page["page_id"]: page for page in map(json.loads, _lines(folder / "pages.jsonl"))}
    for case in map(json.loads, _lines(folder / "cases.jsonl")):
        page = pages[case["page_id"]]
        served = {key: page[key] for key in ("url", "status", "headers", "file")}
        yield json.dumps({"id": case["id"], "target": case["target"], **served})


def _part(
    name: str,
    folder: Path,
    lines: Iterator[str],
    cases: Path,
    score: Callable[[list[Any], list[Any]], dict[str, Any]],
) -> list[dict[str, Any]]:
    print(f"-- {name}")
    began = time.process_time()
    said = list(replay(lines, root=folder, now=datetime.now(UTC)))
    spent = time.process_time() - began
    result = score(said, [json.loads(line) for line in _lines(cases)])
    print(f"  {spent / max(1, len(said)) * 1000:.2f} CPU ms a case")
    precision, recall = result["precision"], result["recall"]
    figures = {
        "whole": result["whole"],
        "F1": 2 * precision * recall / (precision + recall or 1),
        **result["fields"],
    }
    for key, goal in GOALS[name].items():
        have = figures.get(key, 0.0)
        print(f"  {'ok    ' if have >= goal else 'MISSED'} {key:28s} {have:.4f}  goal {goal}")
    return said
