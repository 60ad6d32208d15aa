"""The notes of the chart with the phrases marked on which the selected line or finding rests."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from onco_tui.encounter.chart import Administration, Note
from onco_tui.encounter.values import plain
from onco_tui.present.clean import clean_lines
from onco_tui.present.spans import BLANK, Role, Row, Span, span, wrap

_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT(\d\d:\d\d)")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class NoteRows:
    """Notes as rows; ``lit`` are those with a marked phrase."""

    rows: Sequence[Row]
    lit: Collection[int]


def phrases(values: Iterable[str], given: Iterable[Administration]) -> frozenset[str]:
    """Gather what to look for: the values a finding rests on, and drug, times and dose of the administrations."""
    found: set[str] = set()
    for value in values:
        clock = _CLOCK.fullmatch(value)
        found.add(clock[1] if clock else value)
    for administration in given:
        found.add(administration.drug or "")
        found |= {f"{time:%H:%M}" for time in (administration.start, administration.stop) if time}
        if administration.dose:
            found.add(f"{plain(administration.dose.amount)} {administration.dose.unit}")
    return frozenset(phrase.casefold() for phrase in found if len(phrase) >= _SHORTEST)


def note_head(note: Note) -> str:
    """Say of a note what it is, who wrote it and when, as far as the chart tells."""
    at = note.at.strftime("%Y-%m-%d %H:%M") if note.at else ""
    return ", ".join(part for part in ((note.kind or "note").replace("_", " "), note.author, at) if part)


def note_rows(notes: Sequence[Note], marked: frozenset[str], cells: int) -> NoteRows:
    """Show all notes, who and when first, their phrases marked; control bytes in them are visible."""
    pattern = re.compile("|".join(map(re.escape, sorted(marked, key=len, reverse=True))), re.IGNORECASE)
    rows: list[Row] = []
    lit: set[int] = set()
    for note in notes:
        rows.append((span(note_head(note), Role.HEADING),))
        for line in (part for text in clean_lines(note.text) for part in wrap(text, cells)):
            row = _marked(line, pattern) if marked else (Span(line),)
            if len(row) > 1 or (row and row[0].role is Role.LINKED):
                lit.add(len(rows))
            rows.append(row)
        rows.append(BLANK)
    return NoteRows(rows or [(span("the chart has no notes"),)], lit)


def _marked(line: str, pattern: re.Pattern[str]) -> Row:
    parts: list[Span] = []
    end = 0
    for match in pattern.finditer(line):
        parts += [span(line[end : match.start()])] if match.start() > end else []
        parts.append(span(match[0], Role.LINKED))
        end = match.end()
    return (*parts, span(line[end:])) if end < len(line) or not parts else tuple(parts)
