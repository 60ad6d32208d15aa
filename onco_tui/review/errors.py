"""What can go wrong in a verb, for screens and commands."""

from __future__ import annotations

from onco_tui.review.sitting import NotPossible
from onco_tui.store.database import StoreError
from onco_tui.store.encounters import AlreadyThere, Conflict

__all__ = ["AlreadyThere", "Conflict", "NotPossible", "StoreError"]
