"""Which NCCI table answers for a claim, how far it may be trusted, and what it cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from onco_tui.codesets.editions import ClaimType, Edition, Kind
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.finding import NotChecked, Severity

_NAMES: dict[Kind, str] = {"ncci_ptp": "pair table", "ncci_mue": "unit limit table", "ncci_addon": "add-on table"}
_NAMED = 3


def of_another_program(context: Context) -> Iterator[NotChecked]:
    """Say that the tables are not the payer's: Medicaid has NCCI files of its own."""
    coverage = context.encounter.coverage
    if "medicaid" in f"{coverage.payer_id} {coverage.payer_name}".casefold():
        yield NotChecked("Medicaid has NCCI files of its own; the tables here are Medicare's")


def billed_days(context: Context) -> dict[date, list[ClaimLine]]:
    """Give the lines with code, date and units by their date of service. Use it through ``context.once``."""
    days: dict[date, list[ClaimLine]] = {}
    for line in context.claim.lines:
        if line.code and line.units > 0 and (day := context.day_of(line)) is not None:
            days.setdefault(day, []).append(line)
    return days


def practitioner_of(context: Context, line: ClaimLine) -> str | None:
    """Give who rendered a professional line; a hospital's lines are all the hospital's."""
    return (line.rendering_npi or context.claim.rendering_npi) if context.practitioner else None


def weight(context: Context, *, stale: bool) -> Severity:
    """Give the severity of an edit: a warning from a table older than the date, or for another payer than Medicare."""
    return Severity.WARNING if stale or not context.policy.medicare else Severity.ERROR


def basis(edition: str | None, *, stale: bool) -> str:
    """Name the edition an answer rests on: ``NCCI 2024Q3, older than the date of service``."""
    return f"NCCI {edition}{', older than the date of service' if stale else ''}"


class Gaps:
    """What a table has no answer to, gathered so that each reason is told once."""

    def __init__(self, context: Context, kind: Kind) -> None:
        self._context, self._kind = context, kind
        self._claim_type: ClaimType = "" if kind == "ncci_addon" else context.claim.claim_type
        self._found: dict[date, tuple[dict[str, None], set[int]]] = {}

    def add(self, day: date, names: Iterable[str], lines: Iterable[ClaimLine]) -> None:
        """Note that the table of a day says nothing about some codes or pairs of codes."""
        known, numbers = self._found.setdefault(day, ({}, set()))
        known.update(dict.fromkeys(names))
        numbers.update([line.line for line in lines])

    def told(self) -> Iterator[NotChecked]:
        """Say why: there is no table, it has not these codes, or it ended before they began."""
        for where, (names, numbers) in self._by_edition().items():
            yield NotChecked(self._reason(where, list(names)), lines=tuple(sorted(numbers)))

    def _by_edition(self) -> dict[date | Edition, tuple[dict[str, None], set[int]]]:
        found: dict[date | Edition, tuple[dict[str, None], set[int]]] = {}
        for day, (names, numbers) in self._found.items():
            edition = self._context.reference.codesets.edition_on(self._kind, day, self._claim_type)
            known = found.setdefault(edition or day, ({}, set()))
            known[0].update(names)
            known[1].update(numbers)
        return found

    def _reason(self, where: date | Edition, names: list[str]) -> str:
        table = f"{self._claim_type} {_NAMES[self._kind]}".strip()
        if isinstance(where, date):
            return f"no NCCI {table} here covers {where}"
        more = len(names) - _NAMED
        lacks = f"{', '.join(names[:_NAMED])}{f' and {more} more' if more > 0 else ''}"
        here = f"the NCCI {table} here ({where.edition}) is"
        if where.partial:
            return f"{here} an extract without {lacks}; import the whole file"
        return f"{here} older than {lacks}, or lacks a file with them; import what is missing"
