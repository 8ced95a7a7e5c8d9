"""`python -m tests.corpus FOLDER`: score the readers on real pages and mails that lie outside the project."""

import importlib
import importlib.util
import sys
from pathlib import Path

PARTS = ("links", "mail", "letters", "unsubscribe", "html")


def main(corpus_dir: Path) -> int:
    """Run each part that there is; a missing folder is said in one line."""
    if not corpus_dir.is_dir():
        print(
            f"no corpus at {corpus_dir}: name its folder, as in `make corpus CORPUS=folder`", file=sys.stderr
        )
        return 1
    for part in PARTS:
        name = f"tests.corpus.{part}"
        if importlib.util.find_spec(name):
            print(f"== {part}")
            importlib.import_module(name).main(corpus_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")))
