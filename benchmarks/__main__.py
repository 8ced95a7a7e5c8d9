"""`python -m benchmarks [links ...]`: run the named benchmarks, or all there are."""

from __future__ import annotations

import importlib
import importlib.util
import sys

PARTS = ("links", "screens", "mail")


def main(wanted: list[str]) -> int:
    names = [name for name in wanted if not name.startswith("-")]
    options = [name for name in wanted if name.startswith("-")]
    for part in names or PARTS:
        name = f"benchmarks.{part}.run"
        if importlib.util.find_spec(f"benchmarks.{part}") and importlib.util.find_spec(name):
            print(f"== {part}")
            importlib.import_module(name).main(options)
        elif names:
            print(f"no benchmark named {part}: there are {', '.join(PARTS)}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
