"""What says that a claim is of a clinical trial: its number, Z00.6, Q0 and Q1, and items under investigation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from onco_tui.encounter.chart import Trial
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.billed import finished, medicare
from onco_tui.rules.finding import Severity

Z006 = "Z00.6"
INVESTIGATIONAL, ROUTINE = "Q0", "Q1"
Q_MODIFIERS = frozenset({INVESTIGATIONAL, ROUTINE})
INPATIENT = "21"
_VOID = "8"
_NUMBER = re.compile(r"(?:NCT)?\s*(\d{8})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TrialClaim:
    """A claim with marks of a trial. ``items`` are codes under investigation, None where the chart does not say.

    ``belonging`` are the lines that certainly are of the trial: they bill such an item, or the giving of one, or point
    at Z00.6.
    """

    number: str
    listed: bool
    marked: tuple[ClaimLine, ...]
    items: frozenset[str] | None
    belonging: tuple[ClaimLine, ...]
    trial: Trial | None
    enrolled: bool


def trial_claim(context: Context) -> TrialClaim | None:
    """Gather the marks; None for a claim without any. Use it through ``context.once``."""
    claim, trial = context.claim, context.chart.trial
    if claim.frequency_code == _VOID:
        return None
    number, listed = (claim.clinical_trial_nct or "").strip(), Z006 in claim.diagnoses
    marked = tuple(line for line in claim.lines if not Q_MODIFIERS.isdisjoint(line.modifiers))
    if not (number or listed or marked or trial):
        return None
    items = _items(trial)
    belonging = tuple(_belonging(context, items or frozenset(), listed=listed))
    if not (number or listed or marked or belonging or _given(context, items)):
        return None
    return TrialClaim(number, listed, marked, items, belonging, trial, _enrolled(context, trial))


def _items(trial: Trial | None) -> frozenset[str] | None:
    if trial is None or "investigational_items" not in trial.model_fields_set:
        return None
    return frozenset(trial.investigational_items)


def _belonging(context: Context, items: frozenset[str], *, listed: bool) -> Iterator[ClaimLine]:
    place = context.claim.diagnoses.index(Z006) + 1 if listed else 0
    giving = _giving(context, items) if items else frozenset()
    for line in context.claim.lines:
        pointed = listed and place in line.diagnosis_pointers
        if line.code in items or (line.code, context.day_of(line)) in giving or pointed:
            yield line


def _giving(context: Context, items: frozenset[str]) -> frozenset[tuple[str, date]]:
    """Give the services that do nothing but give an item under investigation, by code and date."""
    under_trial = {a.id for a in context.administrations if a.hcpcs in items}
    if not under_trial:
        return frozenset()
    of_trial: set[tuple[str, date]] = set()
    of_others: set[tuple[str, date]] = set()
    for due in context.derivation.lines:
        wholly = bool(due.sources) and under_trial.issuperset(due.sources)
        (of_trial if wholly else of_others).add((due.code, due.date_of_service))
    return frozenset(of_trial - of_others)


def _given(context: Context, items: frozenset[str] | None) -> bool:
    return bool(items) and any(a.hcpcs in (items or ()) for a in context.administrations)


def _enrolled(context: Context, trial: Trial | None) -> bool:
    """Tell whether the patient was in the trial on the days of the claim, as far as the chart says."""
    last = last_day(context)
    return trial is None or trial.enrolled_on is None or last is None or last >= trial.enrolled_on


def last_day(context: Context) -> date | None:
    """Give the last date of service; None when no line has one."""
    return max(context.claim.days, default=None)


def digits_of(number: str | None) -> str:
    """Give the eight digits of a trial number, with or without NCT before them; empty when it is none."""
    found = _NUMBER.fullmatch((number or "").strip())
    return found[1] if found else ""


def documented_number(context: Context) -> str:
    """Give the eight digits of the trial the chart names; empty when it names none."""
    trial = context.chart.trial
    return digits_of(trial.nct) if trial else ""


def weighed(context: Context, severity: Severity, *lines: ClaimLine) -> Severity:
    """Lower an error to a warning where the payer is not known to be Medicare, and on lines not ready to send."""
    firm = medicare(context) and all(map(finished, lines))
    return severity if firm else min(severity, Severity.WARNING)


def inpatient(context: Context) -> bool:
    """Tell hospital claims of an inpatient stay, on which trials are not marked line by line."""
    return not context.practitioner and context.claim.place_of_service == INPATIENT
