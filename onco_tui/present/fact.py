"""A fact of the chart: one row and the document paths it shows, so that a finding can light what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from onco_tui.present.spans import BLANK, Role, Row, entry, span

BASE = "documentation."


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the chart with the paths of the fields in it."""

    row: Row
    paths: tuple[str, ...] = ()


def fact(text: str, role: Role = Role.PLAIN, *paths: str) -> Fact:
    """Make a fact of one text."""
    return Fact((span(text, role),), tuple(BASE + path for path in paths))


def heading(text: str, *paths: str) -> Fact:
    """Make a heading of a section."""
    return fact(text, Role.HEADING, *paths)


def blank() -> Fact:
    """Make an empty row between sections."""
    return Fact(BLANK)


def labelled(label: str, text: str, cells: int, *paths: str, role: Role = Role.PLAIN) -> list[Fact]:
    """Make a labelled fact, wrapped over several rows where needed."""
    full = tuple(BASE + path for path in paths)
    return [Fact(row, full) for row in entry(label, text, cells, role)]
