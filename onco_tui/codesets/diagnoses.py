"""Diagnosis codes on a date of service: in force, billable, what replaced them, and the notes that govern them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from onco_tui.codesets.answers import CodeAnswer, Note
from onco_tui.codesets.editions import Edition
from onco_tui.codesets.shelf import OF_EDITION, ROW, Shelf, covers
from onco_tui.codesets.written import DIAGNOSIS, dotted, plain_code

_MOST_CHILDREN = 5000


class Diagnoses:
    """Look-ups in the editions of ICD-10-CM."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def code(self, code: str, on: date) -> CodeAnswer:
        """Answer for a code, with or without its dot."""
        plain = plain_code(code)
        blank = CodeAnswer(dotted(plain), "icd10cm", known=False, valid=None, billable=None)
        if not DIAGNOSIS.fullmatch(plain):
            return replace(blank, valid=False, billable=False)
        asked = self._shelf.asked("icd10cm", on)
        for edition in asked:
            if row := self._row(edition, plain, on):
                life = self._shelf.life(plain, "icd10cm", "icd10cm")
                billable = bool(row[2])
                return replace(
                    blank, known=True, valid=True, billable=billable, label=row[1],
                    effective_from=life.first, effective_to=life.last,
                    replaced_by=() if billable else self._split_into(plain, on),
                    edition=edition.edition, stale=edition.stale_on(on),
                )  # fmt: skip
        return self._shelf.unlisted(blank, plain, "icd10cm", on)

    def children(self, code: str, on: date) -> tuple[str, ...]:
        """Give the billable codes below a header on a date, dotted and in order."""
        plain = plain_code(code)
        found: dict[str, bool] = {}
        sql = (
            f"SELECT {ROW} FROM codes WHERE code > ? AND code < ? AND system = 'icd10cm' AND {OF_EDITION}"  # noqa: S608
            f" ORDER BY code LIMIT {_MOST_CHILDREN}"
        )
        for edition in self._shelf.asked("icd10cm", on):
            for row in self._shelf.read(edition, sql, (plain, plain + "[", edition.id)):
                if covers(row[3], row[4], _within(edition, on)):
                    found.setdefault(row[0], bool(row[2]))
        return tuple(dotted(code) for code, billable in sorted(found.items()) if billable)

    def notes(self, code: str, on: date, kind: str | None = None) -> tuple[Note, ...]:
        """Give the instructional notes that govern a code: its own, those of its headers, block and chapter.

        They come from the edition in force, or the newest one before it that has notes, as order files have none.
        """
        plain = plain_code(code)
        headers = [plain[:length] for length in range(3, len(plain) + 1)]
        sql = (
            f"SELECT rowid, kind, first, last, text FROM notes WHERE {OF_EDITION} AND last = ''"  # noqa: S608
            f" AND first IN ({', '.join('?' * len(headers))})"
        )
        for edition in reversed(self._shelf.editions):
            if edition.kind != "icd10cm" or edition.partial or edition.effective_from > on:
                continue
            if self._shelf.read(edition, f"SELECT 1 FROM notes WHERE {OF_EDITION} LIMIT 1", (edition.id,)):  # noqa: S608
                around = (row for row in self._shelf.note_ranges(edition) if row[2] <= plain[:3] <= row[3])
                rows = sorted((*self._shelf.read(edition, sql, (edition.id, *headers)), *around))
                return tuple(_note(row[1:]) for row in rows if kind in {None, row[1]})
        return ()

    def _row(self, edition: Edition, plain: str, on: date) -> tuple[str, ...] | None:
        rows = self._shelf.rows(edition, "codes", ROW, plain)
        return next((row for row in rows if row[6] == "icd10cm" and covers(row[3], row[4], _within(edition, on))), None)

    def _split_into(self, code: str, on: date) -> tuple[str, ...]:
        """Give what replaced a code that was billable in an earlier edition and is a header now."""
        for edition in self._shelf.editions:
            if edition.kind == "icd10cm" and edition.effective_from < on:
                row = self._row(edition, code, edition.effective_from)
                if row and row[2]:
                    return self.children(code, on)
        return ()


def _within(edition: Edition, on: date) -> date:
    """Give the day at which to read an edition: after its end its last state holds on, and the answer is stale."""
    return min(on, edition.effective_to) if edition.effective_to else on


def _note(row: tuple[str, ...]) -> Note:
    at = f"{row[1]}-{row[2]}" if row[2] not in {"", row[1]} else dotted(row[1])
    return Note(row[0], at, row[3])  # type: ignore[arg-type]  # the kinds our importer writes
