"""Counting in words. Imports nothing: the screen's first paint uses it too."""

from __future__ import annotations


def counted(number: int | str, noun: str, plural: str = "") -> str:
    """Count things in words: ``1 line``, ``2 lines``, ``0 diagnoses``. A number already written is taken as it is."""
    return f"{number} {noun if str(number) == '1' else plural or f'{noun}s'}"
