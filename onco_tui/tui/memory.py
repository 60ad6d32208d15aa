"""The collector of cycles works while the coder rests: by itself it ran several times a key press."""

from __future__ import annotations

import gc

_LITTER, _AT_MOST = 2_000, 1_000_000


def collect_at_rest() -> None:
    """Leave the collecting to ``collect``, short of a million objects."""
    gc.set_threshold(_AT_MOST)


def collect() -> None:
    """Collect cycles if there may be many; some 3 ms beside what is kept."""
    if gc.get_count()[0] > _LITTER:
        gc.collect()


def keep() -> None:
    """Look no more at what is loaded by now, code and tables: it stays, and going through it took 50 ms."""
    gc.freeze()
