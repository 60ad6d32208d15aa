"""The claim as billed: head, diagnoses with their pointer numbers, and service lines with what is found on each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.counting import counted
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.present.changes import NOTHING
from onco_tui.present.clean import clean
from onco_tui.present.glyphs import RESOLVED
from onco_tui.present.marks import SEVERITY
from onco_tui.present.spans import Role, Row, Span, crop, join, money, span, whole_parts, wrap_row
from onco_tui.present.table import Cells, Column, content_width, fit_columns, heading_row, lay
from onco_tui.rules.finding import Finding


def claim_head(encounter: Encounter, status: str, cells: int) -> Row:
    """Give one line that names the encounter, most needed part first; parts without room are left out whole."""
    claim, patient = encounter.claim, encounter.patient
    name = ", ".join(part for part in (patient.family_name, patient.given_name) if part)
    parts = (
        span(encounter.encounter_id, Role.HEADING),
        Span(crop(clean(name or patient.patient_id), 26), Role.NAME),
        span(claim.date_from.isoformat() if claim.date_from else "no date"),
        span("" if status == "open" else status, Role.LINKED),
        span(encounter.coverage.payer_name or encounter.coverage.payer_id),
        span("hospital" if claim.claim_type == "institutional" else "office"),
    )
    return whole_parts(parts, cells)


def diagnosis_rows(claim: Claim, cells: int, lit: Collection[str] = ()) -> list[Row]:
    """Show the diagnoses with the numbers lines point to, wrapped; lit codes carry a ``*`` and a role."""
    if not claim.diagnoses:
        return [(span("dx ", Role.LABEL), span("none on the claim", Role.WARNING))]
    row: list[Span] = []
    for number, code in enumerate(claim.diagnoses, start=1):
        shown = span(f"{number} {code}*", Role.LINKED) if code in lit else span(f"{number} {code}", Role.CODE)
        row += [shown, span("  ")]
    label = span("dx ", Role.LABEL)
    return [(label if not index else span("   "), *line) for index, line in enumerate(wrap_row(tuple(row), cells - 3))]


def findings_by_line(findings: Sequence[Finding]) -> Mapping[int, tuple[Finding, ...]]:
    """Group findings by the lines they are about; worst first as given."""
    grouped: dict[int, tuple[Finding, ...]] = {}
    for finding in findings:
        for line in finding.lines:
            grouped[line] = (*grouped.get(line, ()), finding)
    return grouped


class LineTable:
    """The service lines of a claim laid into one set of columns, so that all rows line up."""

    def __init__(
        self, claim: Claim, findings: Sequence[Finding], cells: int, verified: Collection[int] = frozenset()
    ) -> None:
        self._claim = claim
        self._verified = verified
        self._found = findings_by_line(findings)
        self._values = [self._line(line) for line in claim.lines]
        self._columns = fit_columns(self._measure(), cells)

    @property
    def heading(self) -> Row:
        """The row of column headings."""
        return heading_row(self._columns)

    def rows(self) -> list[Row]:
        """One row per line, in claim order, and a last one for the claim as a whole."""
        count = len(self._claim.lines)
        total: Cells = {
            "code": span("total", Role.LABEL),
            "charge": span(money(self._claim.total), Role.NUMBER),
            "found": span(counted(count, "line"), Role.LABEL),
        }
        return [lay(values, self._columns) for values in (*self._values, total)]

    def _line(self, line: ClaimLine) -> dict[str, Span | Row]:
        date = line.date_of_service
        other_day = date is not None and date != self._claim.date_from
        return {
            "line": span(str(line.line), Role.LABEL),
            "verified": span(RESOLVED if line.line in self._verified else ""),
            "code": span(line.code or NOTHING, Role.CODE),
            "modifiers": span(" ".join(line.modifiers)),
            "units": span(plain(line.units), Role.NUMBER),
            "pointers": span(" ".join(map(str, line.diagnosis_pointers))),
            "charge": span(money(line.charge), Role.NUMBER),
            "date": span(date.strftime("%m-%d") if date is not None and other_day else ""),
            "found": _found(self._found.get(line.line, ())),
        }

    def _measure(self) -> list[Column]:
        def cells(key: str, heading: str, most: int) -> int:
            return content_width(heading, [part for v in self._values if isinstance(part := v[key], Span)], most)

        total = len(money(self._claim.total))
        columns = [
            Column("line", "ln", max(2, cells("line", "ln", 4)), "right"),
            Column("code", "code", cells("code", "code ", 9)),
            Column("modifiers", "mod", cells("modifiers", "mod", 11)),
            Column("units", "units", cells("units", "units", 10), "right"),
            Column("pointers", "dx", cells("pointers", "dx", 8), drop=1),
            Column("charge", "charge", max(total, cells("charge", "charge", 14)), "right", drop=3),
        ]
        if self._verified:
            columns.insert(1, Column("verified", RESOLVED, 1, drop=5))
        if any(isinstance(part := values["date"], Span) and part.text for values in self._values):
            columns.append(Column("date", "date", 5, drop=4))
        return [*columns, Column("found", "findings", 8, grow=True, drop=2)]


def _found(findings: Sequence[Finding]) -> Row:
    """Name the rules that fired on a line, worst first, each with its glyph and letter."""
    parts: list[Span] = []
    for finding in findings:
        mark, role = SEVERITY[finding.severity]
        parts.append(span(f"{mark} {finding.rule}", role))
    return join(parts, " ")
