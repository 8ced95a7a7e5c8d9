"""The usual script: requests and BeautifulSoup with lxml, a pool of 32 threads."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup


def main(folder: Path, port: int) -> None:
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=64, pool_maxsize=64))

    def check(one: dict[str, str]) -> str:
        url = f"http://{one['host']}:{port}{one['path']}"
        soup = BeautifulSoup(session.get(url, timeout=30).content, "lxml")
        found = any(urljoin(url, a["href"]) == one["target"] for a in soup.find_all("a", href=True))
        return f"{one['path']} {found}"

    with ThreadPoolExecutor(32) as pool:
        for line in pool.map(check, json.loads((folder / "list.json").read_text())):
            print(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
