"""Counting in words. Imports nothing: the screen's first paint uses it too."""

from __future__ import annotations

from collections.abc import Collection


def counted(number: int | str, noun: str, plural: str = "") -> str:
    """Count things in words: ``1 line``, ``2 lines``, ``0 diagnoses``. A number already written is taken as it is."""
    return f"{number} {noun if str(number) == '1' else plural or f'{noun}s'}"


def by_number(noun: str, numbers: Collection[int]) -> str:
    """Name things by their numbers: ``line 3``, ``lines 3, 5``."""
    return f"{noun}{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"
