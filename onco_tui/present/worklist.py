"""The worklist: one encounter per row, its columns by the room there is, and the words of the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from onco_tui.encounter.counting import counted
from onco_tui.present.spans import Role, Row, Span, fit, join, money, row_width, span, wrap_row
from onco_tui.present.table import Cells, Column, fit_columns, heading_row, lay

STATUS_WORDS = {"open": "○ open", "held": "… held", "finalized": "✓ final"}
SORT_WORDS = {
    "import": "order of import",
    "date_of_service": "date",
    "patient_name": "patient",
    "payer": "payer",
    "severity": "severity",
    "amount_at_risk": "money at risk",
    "status": "status",
    "lines": "lines",
    "owner": "open at",
    "first_finding": "first finding",
}
_COUNTS = 14
_TITLE_AND_PLACE = 36
_MARGINS = 3
_NAMES_WHOLE = {"patient": 26, "payer": 26}
_COLUMNS = (
    Column("status", "status", 7),
    Column("findings", "findings", _COUNTS),
    Column("patient", "patient", 16),
    Column("payer", "payer", 15, drop=3),
    Column("date", "date", 10),
    Column("lines", "lines", 5, "right", drop=6),
    Column("amount", "at risk", 10, "right", drop=1),
    Column("owner", "open at", 8, drop=7),
    Column("first", "first finding", 36, grow=True, drop=5),
)
_ROOMY = 150
_WIDE = tuple(replace(column, cells=_NAMES_WHOLE.get(column.key, column.cells)) for column in _COLUMNS)
_NARROW = (
    Column("status", "", 1, drop=3),
    Column("findings", "findings", 9, drop=1),
    Column("patient", "patient", 12, grow=True),
    Column("date", "date", 10, drop=2),
)


class FilterOffered(Protocol):
    """What an offer of the filter prompt must tell."""

    @property
    def text(self) -> str:
        """What would be typed."""

    @property
    def label(self) -> str:
        """What it is."""


class NamedView(Protocol):
    """What a saved view must tell."""

    @property
    def name(self) -> str:
        """What the coder calls it."""

    @property
    def filter(self) -> str:
        """The filter as typed."""

    @property
    def sort(self) -> str:
        """The column of the order."""

    @property
    def descending(self) -> bool:
        """Highest first."""


class WorklistEntry(Protocol):
    """What a row of the worklist must offer."""

    @property
    def encounter_id(self) -> str:
        """Name of the encounter."""

    @property
    def status(self) -> str:
        """One of open, held, finalized."""

    @property
    def patient_name(self) -> str:
        """Family name first."""

    @property
    def payer_name(self) -> str:
        """Who pays."""

    @property
    def date_of_service(self) -> str:
        """First day of the claim, an ISO date or empty."""

    @property
    def errors(self) -> int:
        """Open findings of severity error."""

    @property
    def warnings(self) -> int:
        """Open findings of severity warning."""

    @property
    def infos(self) -> int:
        """Open findings of severity info."""

    @property
    def amount_at_risk(self) -> Decimal:
        """Money the open findings put at risk."""

    @property
    def line_count(self) -> int:
        """Service lines on the claim."""

    @property
    def first_finding(self) -> str:
        """The worst open finding in a few words; empty when there is none."""

    @property
    def owner(self) -> str:
        """Who has it open elsewhere; empty when nobody has."""


def columns(cells: int) -> tuple[Column, ...]:
    """Choose the columns for a width."""
    chosen = fit_columns(_WIDE if cells >= _ROOMY else _COLUMNS, cells)
    if cells < 64:
        return fit_columns(_NARROW, cells)
    if not any(column.grow for column in chosen):
        chosen = fit_columns(
            [Column("patient", "patient", 16, grow=True) if c.key == "patient" else c for c in chosen], cells
        )
    return chosen


def worklist_heading(cells: int) -> Row:
    """Give the heading of the list."""
    return heading_row(columns(cells))


def worklist_row(entry: WorklistEntry, cells: int) -> Row:
    """Give one encounter as a row."""
    chosen = columns(cells)
    words = STATUS_WORDS.get(entry.status, entry.status)
    narrow = any(column.key == "status" and column.cells < 3 for column in chosen)
    values: Cells = {
        "status": span(words[:1] if narrow else words, Role.DONE if entry.status == "finalized" else Role.PLAIN),
        "findings": severity_counts(entry, whole=any(c.key == "findings" and c.cells == _COUNTS for c in chosen)),
        "patient": span(entry.patient_name, Role.NAME)
        if entry.patient_name
        else span(entry.encounter_id, Role.HEADING),
        "payer": span(entry.payer_name),
        "date": span(entry.date_of_service),
        "lines": span(str(entry.line_count), Role.NUMBER),
        "amount": span(money(entry.amount_at_risk) if entry.amount_at_risk else "", Role.NUMBER),
        "first": span(entry.first_finding or ""),
        "owner": span(entry.owner or ""),
    }
    return lay(values, chosen)


def severity_counts(entry: WorklistEntry, *, whole: bool) -> Row:
    """Give the counts by severity, each with glyph and letter, in fixed places: ``■E2  ▲W1  ·I3``.

    Unless ``whole``, errors and warnings only. A count beyond 99 shows as ``++``; none is ever cut.
    """
    counted = (("■E", entry.errors, Role.ERROR), ("▲W", entry.warnings, Role.WARNING), ("·I", entry.infos, Role.INFO))
    row: list[Span] = []
    for mark, count, role in counted if whole else counted[:2]:
        if row:
            row.append(span(" "))
        number = str(count) if count < 100 else "++"
        row.append(span(f"{mark}{number:<2}" if count else "    ", role if count else Role.PLAIN))
    return tuple(row)


def preview_head(entry: WorklistEntry) -> Row:
    """Give one line that names the encounter under the cursor."""
    return join(
        (
            span(entry.encounter_id, Role.HEADING),
            span(entry.patient_name, Role.NAME),
            span(entry.date_of_service or "no date"),
            span(entry.payer_name),
            span(counted(entry.line_count, "line")),
            span(f"open at {entry.owner}" if entry.owner else "", Role.LINKED),
        )
    )


def query_words(sort: str, filters: Mapping[str, str], *, descending: bool) -> Row:
    """Say in words how the list is sorted and filtered; ``filters`` maps a kind (``payer``) to what is kept."""
    return join((_order(sort, descending=descending), *_kept(filters)))


def _order(sort: str, *, descending: bool) -> Span:
    return span(f"by {SORT_WORDS.get(sort, sort)}, {'highest' if descending else 'lowest'} first")


def _kept(filters: Mapping[str, str]) -> list[Span]:
    """Say each filter in words; what is searched for is mostly a name."""
    kept = [(kind, value) for kind, value in filters.items() if value]
    return [span(f"{kind}: {value}", Role.NAME if kind == "search" else Role.LINKED) for kind, value in kept]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, in words: a note for the rule line, and lines of their own for what has no room there."""

    note: Row
    folded: Sequence[Row] = ()


def asked_words(sort: str, filters: Mapping[str, str], cells: int, *, descending: bool) -> Asked:
    """Say how the list is sorted and filtered, in the rule line of a screen ``cells`` wide or folded below it."""
    whole = query_words(sort, filters, descending=descending)
    if row_width(whole) <= cells - _TITLE_AND_PLACE or not any(filters.values()):
        return Asked(whole)
    words = tuple(part for kept in _kept(filters) for part in _words_of(kept))
    return Asked((_order(sort, descending=descending),), wrap_row(words, cells - _MARGINS))


def _words_of(kept: Span) -> Iterator[Span]:
    words = kept.text.split(" ")
    for last, word in enumerate(words, start=1 - len(words)):
        yield span(f"{word}{' ' if last else '  '}", kept.role)


def offer_row(offer: FilterOffered, *, here: bool) -> Row:
    """Give one offer of the filter prompt; ``here`` under the cursor."""
    return (fit(span(offer.text, Role.SELECTED if here else Role.CODE), 28), span(" "), span(offer.label, Role.LABEL))


def view_row(number: int, view: NamedView) -> Row:
    """Give one saved view: number, name, filter and order."""
    key = str(number) if number < 10 else " "
    name = fit(span(view.name, Role.HEADING), 20)
    words = view.filter.split() or ["everything"]  # those without a sign are searched for, mostly a name
    shown = [span(word, Role.CODE if set(word) & set(":<>=") else Role.NAME) for word in words]
    return (
        span(f"{key} "),
        name,
        span(" "),
        *join(shown, " "),
        span("  "),
        _order(view.sort, descending=view.descending),
    )
