"""Puts what lives beside the package into the wheel: templates, migrations and the built assets."""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BESIDE = ("templates", "migrations")


class Beside(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for the wheel only. An editable install reads the checkout, so it must not get a frozen copy."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._build_assets()
        if self.target_name == "wheel":
            for name in BESIDE:
                if (Path(self.root) / name).is_dir():
                    build_data["force_include"][str(Path(self.root) / name)] = f"outreach/{name}"

    def _build_assets(self) -> None:
        """An sdist already carries them; a bare checkout does not."""
        if not (Path(self.root) / "outreach/static/dist").is_dir():
            for command in (("npm", "ci", "--ignore-scripts"), ("npm", "run", "build")):
                subprocess.run(["sh", "scripts/with-node", *command], cwd=self.root, check=True)
