"""Where the built style, scripts and icons are, with a hash in the address so that they may be cached for long."""

import json
from pathlib import Path


class Assets:
    """What `npm run build` wrote into one folder. Before a build there are no hashes, and that is all."""

    def __init__(self, folder: Path) -> None:
        self.manifest = folder / "manifest.json"
        self.read_at = 0
        self.hashes: dict[str, str] = {}
        self.icons: frozenset[str] = frozenset()

    def version(self, name: str) -> str:
        """The hash of a built file, or "" for one that the manifest does not know."""
        self._read_again_when_built()
        return self.hashes.get(name, "")

    def _read_again_when_built(self) -> None:
        try:
            changed_at = self.manifest.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_at == self.read_at:
            return
        content = json.loads(self.manifest.read_text())
        self.hashes, self.icons = content["files"], frozenset(content["icons"])
        self.read_at = changed_at
