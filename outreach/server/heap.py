"""How glibc's malloc keeps the memory of a process that runs for months."""

from __future__ import annotations

import contextlib
import ctypes

_M_ARENA_MAX, _M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -8, -3, -1


def keep_small() -> None:
    """Let malloc keep one heap and give back what is large.

    A heap for each of a dozen threads made a busy worker half as large again, and a single large page raises the size
    up to which memory is kept for good.
    """
    with contextlib.suppress(OSError, AttributeError):
        malloc = ctypes.CDLL(None).mallopt
        malloc(_M_ARENA_MAX, 1)
        malloc(_M_MMAP_THRESHOLD, 128 * 1024)
        malloc(_M_TRIM_THRESHOLD, 256 * 1024)
