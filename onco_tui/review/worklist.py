"""What the worklist is made of, for screens and commands; the store answers behind it."""

from __future__ import annotations

from onco_tui.store.worklist import SORTS, Key, Sort, Tally, WorklistQuery, WorklistRow

__all__ = ["SORTS", "Key", "Sort", "Tally", "WorklistQuery", "WorklistRow"]
