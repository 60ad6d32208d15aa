"""Speed as a ratio within one run: another machine, or one with much else to do, makes both sides slower alike."""

from __future__ import annotations

import time
from collections.abc import Callable

_TRIES = 5


def cpu(work: Callable[[], object]) -> float:
    """Give the CPU seconds of a piece of work, the best of several tries."""
    return min(_once(work) for _ in range(_TRIES))


def growth(work: Callable[[int], object], size: int, times: int) -> float:
    """Say how many times longer a piece of work takes for ``times`` the size: ``times`` if it is linear."""
    return cpu(lambda: work(size * times)) / cpu(lambda: work(size))


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
