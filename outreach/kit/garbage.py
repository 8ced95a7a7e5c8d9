"""When Python looks for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_kept() -> Iterator[None]:
    """Around what a process reads at its start and keeps: nobody looks for garbage inside, nor through what is there, ever.

    The house is some hundred thousand objects. To go through them again and again was a sixth of each start.
    """
    was_looked_for = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_looked_for:
            gc.enable()
