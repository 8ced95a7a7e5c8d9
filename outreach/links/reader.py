"""Asking the process that reads pages, and beginning another when a page was its end.

reader = Reader()
reader.ask(Question(...))      -> plain values; raises TooComplex when the page took too much
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import select
import subprocess
import sys
import threading
from typing import Any

import structlog

from outreach.links.reader_process import Asked, More, Question, receive, send

log = structlog.get_logger("outreach.reader")

WAIT_MOST_S = 60
"""Seconds on the wall; its processor time is the process's own affair."""


_BEGIN = """
import gc
gc.disable()  # until all is loaded; `main` turns it on
from outreach.links.reader_process import main
main()
"""


class TooComplex(Exception):
    """The page took more than its share of processor or memory; `str()` says so in a sentence."""


class Reader:
    """One process, begun at the first question; whoever asks waits for those before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: Question | More | Asked) -> dict[str, Any]:
        """The answer in plain values.  Raises TooComplex."""
        message = pickle.dumps(question, protocol=5)
        with self._lock:
            if self._process is None:
                self._begin()
            said = self._exchange(message)
            if said is None and self._left_by_itself():
                self._begin()
                said = self._exchange(message)
            if said is None:
                self._end()
        if said is None:
            raise TooComplex("Reading this page takes more than a second of computing, so we stopped.")
        if "error" in said:
            log.warning(
                "a page could not be read", page=getattr(question, "page_url", ""), error=said["error"]
            )
            raise TooComplex("Our reader could not cope with this page.")
        return said

    def close(self) -> None:
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def _left_by_itself(self) -> bool:
        """Whether it was going before the question came, as one does that has grown."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1) == 0
        return False

    def _begin(self) -> None:
        self._end()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip

    def _exchange(self, message: bytes) -> dict[str, Any] | None:
        """Ask; None when the process ended over it."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        try:
            send(process.stdin, message)  # type: ignore[arg-type]
            if not select.select([process.stdout], [], [], WAIT_MOST_S)[0]:
                return None
            said = receive(process.stdout)  # type: ignore[arg-type]
        except OSError:
            return None
        found: dict[str, Any] | None = None if said is None else json.loads(said)
        return found

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _environment() -> dict[str, str]:
    """What a reader may know: where Python is, and no setting or secret."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
        if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
