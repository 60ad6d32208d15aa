"""Two services of one day of which NCCI pays only one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from onco_tui.codesets.answers import PairAnswer
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import ncci_i
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import EditSeries, removal
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.ncci.modifiers import is_visit, set_apart
from onco_tui.rules.ncci.tables import Gaps, basis, billed_days, of_another_program, practitioner_of, weight
from onco_tui.rules.ncci.told import told_of_pair
from onco_tui.rules.registry import rule

_MAX_MODIFIERS = 4
_NEVER, _IF_DISTINCT = "0", "1"


_Coded = dict[str, list[ClaimLine]]
"""Lines by their code."""


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A pair on the claim: ``column1`` is paid, ``column2`` is not."""

    column1: ClaimLine
    column2: ClaimLine
    edit: PairAnswer


@rule("NCC101", "pair-bundled", Severity.ERROR, authority=(ncci_i("section E and the PTP edit files"),))
def pair_bundled(context: Context) -> Iterator[Draft | NotChecked]:
    """Pair bundled.

    What it finds: Two codes of one date and practitioner that NCCI does not pay together (PTP edit in force on the
        date, practitioner or hospital table by claim type), where no modifier may or does set them apart.
    Why it matters: The column two line is denied, and the patient may not be billed for it. Indicator 0: no modifier
        helps. Indicator 1: an NCCI-associated modifier on either line does; 22, 76 and 77 are none, and 24, 25 and 57
        are only on a visit.
    What the chart must show: For a modifier, a separate encounter, site, practitioner or a visit of its own.
    Example: 96374 beside 96413 without a modifier: 96374 is denied. An edit older than the date of service only warns.
    Fix: Add a modifier where the record supports it, or remove the column two line (review). The modifier comes first
        where a chart came with the claim (what it contradicts is told elsewhere), of a visit where it is charted as
        separate; otherwise the removal does: a modifier only to bypass the edit is prohibited, and none is offered for
        indicator 0. Pairs of which another rule speaks are left to it: 99211, 96523, 36591, 36592, 36000, 36410 and
        visits beside drug administrations (ADM104, ADM113, ADM114, ADM115, ADM131), two initial services (ADM107), two
        office visits (EVM101), a facility's work (ADM119), and lines the chart contradicts.
    Authority: NCCI Policy Manual 2026, chapter I section E; CMS change request 11168 for modifiers on either code.
        Medicare's files: a warning for other payers, not checked for Medicaid.
    """
    if foreign := tuple(of_another_program(context)):
        yield from foreign
        return
    unknown = Gaps(context, "ncci_ptp")
    for day, lines in context.once(billed_days).items():
        found: dict[int, list[_Bundle]] = {}
        for own in _by_practitioner(context, lines):
            edits = context.reference.codesets.pairs_among(frozenset(own), day, context.claim.claim_type)
            for bundle in _bundles(own, edits):
                if _denied(context, day, bundle):
                    found.setdefault(bundle.column2.line, []).append(bundle)
            if gaps := [(edit.column1, edit.column2) for edit in edits if not edit.known]:
                unnamed = {code for pair in gaps for code in pair}
                unknown.add(day, map(" with ".join, gaps), [line for code in unnamed for line in own[code]])
        for bundles in found.values():
            yield _draft(context, sorted(bundles, key=lambda bundle: bundle.edit.modifier_indicator != _NEVER))
    yield from unknown.told()


def _by_practitioner(context: Context, lines: Sequence[ClaimLine]) -> Iterable[_Coded]:
    """Give the lines of each practitioner by code; of a hospital all lines are the hospital's."""
    own: dict[str | None, _Coded] = {}
    for line in lines:
        own.setdefault(practitioner_of(context, line), {}).setdefault(line.code, []).append(line)
    return own.values()


def _bundles(own: _Coded, edits: Iterable[PairAnswer]) -> Iterator[_Bundle]:
    for edit in edits:
        if edit.known:
            for column1, column2 in product(own[edit.column1], own[edit.column2]):
                yield _Bundle(column1, column2, edit)


def _denied(context: Context, day: date, bundle: _Bundle) -> bool:
    if bundle.edit.modifier_indicator == _IF_DISTINCT and set_apart(bundle.column1, bundle.column2, day):
        return False
    return not told_of_pair(context, day, bundle.column1, bundle.column2)


def _draft(context: Context, bundles: Sequence[_Bundle]) -> Draft:
    first, line = bundles[0], bundles[0].column2
    others = " and ".join(f"{b.column1.code} on line {b.column1.line}" for b in bundles)
    never = first.edit.modifier_indicator == _NEVER
    why = "no modifier sets them apart" if not never else "no modifier can set them apart"
    stale = all(bundle.edit.stale for bundle in bundles)
    return Draft(
        f"line {line.line} bills {line.code}, which is part of {others}; {why} "
        f"(indicator {first.edit.modifier_indicator}, {basis(first.edit.edition, stale=stale)})",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "modifiers", "date_of_service")
        + tuple(item for b in bundles for item in line_evidence(b.column1, "code", "modifiers")),
        direction="over",
        amount_at_risk=line.charge,
        fixes=_fixes(context, first),
        severity=weight(context, stale=stale),
    )


def _fixes(context: Context, bundle: _Bundle) -> tuple[Fix, ...]:
    remove = removal(context.claim, bundle.column2, "review")
    if bundle.edit.modifier_indicator == _NEVER:
        return (remove,)
    modifiers = tuple(_modifiers(context, bundle))
    return (*modifiers, remove) if _may_be_apart(context, bundle) else (remove, *modifiers)


def _may_be_apart(context: Context, bundle: _Bundle) -> bool:
    """Tell whether a chart leaves room for both services; for a visit beside another it must say so."""
    if is_visit(bundle.column1.code) or is_visit(bundle.column2.code):
        visit = context.chart.visit
        return visit is not None and visit.separately_identifiable is True
    return context.chart.administrations is not None


def _modifiers(context: Context, bundle: _Bundle) -> Iterator[Fix]:
    """Offer what the record may support; nothing here knows that it does."""
    visit = next((line for line in (bundle.column2, bundle.column1) if is_visit(line.code)), None)
    if visit is not None:
        choices = {"25": "a significant, separately identifiable visit"}
    elif context.policy.distinct_service_modifier == "X":
        choices = {"XE": "a separate encounter", "XS": "a separate site"}
    else:
        choices = {"59": "a separate encounter or site"}
    line = visit or bundle.column2
    for modifier, shown in choices.items():
        if len(line.modifiers) < _MAX_MODIFIERS:
            series = EditSeries(context.encounter)
            series.set(line.line, "modifiers", (modifier, *line.modifiers))
            title = f"line {line.line} add modifier {modifier}, only if the record shows {shown}"
            yield Fix(title, "review", series.edits)
