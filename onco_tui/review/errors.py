"""What can go wrong in a verb, for screens and commands."""

from __future__ import annotations

from onco_tui.store.errors import AlreadyThere, Conflict, StoreError

__all__ = ["AlreadyThere", "Conflict", "NotPossible", "StoreError"]


class NotPossible(ValueError):
    """A verb that cannot be carried out now; the message says why in words for the coder."""
