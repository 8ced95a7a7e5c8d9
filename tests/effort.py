"""How much work something is, told in turns of a yardstick that runs beside it.

Seconds mean nothing on a shared machine: the yardstick slows down with everything else. The garbage
collector rests meanwhile, for what it walks is the whole test run, not the work.
"""

import gc
import time
from collections.abc import Callable

# Of the machine on which the bounds were set: so many turns took one second of its CPU.
A_SECOND = 100
ROUNDS = 3


def turns(work: Callable[[], object], *, enough: float = A_SECOND) -> float:
    """CPU of `work` in turns, the least of up to three rounds; the first below `enough` ends it."""
    least = float("inf")
    was_on = gc.isenabled()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            before, spent, after = _cpu(_turn), _cpu(work), _cpu(_turn)
            least = min(least, spent / ((before + after) / 2))
            if least < enough:
                break
    finally:
        if was_on:
            gc.enable()
    return least


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _turn() -> str:
    """A hundredth of a second of what Python does all day."""
    words = [f"{number:x}".upper() for number in range(88_000)]
    return " ".join(sorted(words))
