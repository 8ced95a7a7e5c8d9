"""What nobody can go below: gunzip and build the tree, the same bytes, nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import turbohtml
from isal import isal_zlib


def main(folder: Path) -> None:
    for one in json.loads((folder / "list.json").read_text()):
        body = isal_zlib.decompressobj(wbits=31).decompress((folder / one["file"]).read_bytes(), 5_000_000)
        turbohtml.parse(body, encoding="utf-8", positions=False)
        print(one["path"], one["found"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
