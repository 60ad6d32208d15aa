"""FDG PET of tumors on Medicare claims: initial or subsequent strategy, and what is not covered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import ncd_pet
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    diagnoses_of,
    evidence_of,
    has_neoplasm,
    lines_of,
    money,
    national_policy_binds,
    numbers,
    unchecked,
)
from onco_tui.rules.drugs.billed import alike, finished, listed, medicare, weighed
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_SCANS = frozenset({"78608", "78811", "78812", "78813", "78814", "78815", "78816"})
_FDG = "A9552"
_OTHER_TRACERS = frozenset({
    "A9515", "A9526", "A9555", "A9580", "A9586", "A9587", "A9588", "A9591", "A9592", "A9593", "A9594", "A9595", "A9596",
    "A9597", "A9598", "A9601", "A9602", "A9608", "A9616", "A9800", "Q9982", "Q9983",
})  # fmt: skip
_FROM = date(2013, 6, 11)
_INITIAL, _SUBSEQUENT = "PI", "PS"
_STRATEGIES = frozenset({_INITIAL, _SUBSEQUENT})
_MAX_MODIFIERS = 4
_PROSTATE = "C61"


def _scans(context: Context) -> tuple[tuple[Service, ...], ...]:
    """Give the tumor scans of each date by code and strategy, those with another tracer left out."""
    if not national_policy_binds(context):
        return ()
    codes = {line.code for line in context.claim.lines}
    if not _OTHER_TRACERS.isdisjoint(codes) and _FDG not in codes:
        return ()
    found = [
        s for s in billed(context, _SCANS) if s.day >= _FROM and not s.denial_expected and has_neoplasm(s.diagnoses)
    ]
    return alike(found, lambda s: (s.line.code, s.day, _STRATEGIES.intersection(s.line.modifiers)))


def _certain(context: Context, group: Sequence[Service]) -> bool:
    """Tell whether the payer is Medicare and the tracer is billed here; read alone, a scan does not say its tracer."""
    tracer = any(line.code == _FDG for line in context.claim.lines)
    return medicare(context) and tracer and all(map(finished, lines_of(group)))


@rule("COV113", "pet-strategy-modifier", Severity.ERROR, authority=(ncd_pet(),))
def pet_strategy_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """PET strategy modifier.

    What it finds: An FDG PET scan for a neoplasm, billed to Medicare, without exactly one of PI and PS.
    Why it matters: PI says that the scan informs the initial strategy, PS a subsequent one; the line is returned
        without, and the two have their own limits.
    What the chart must show: The purpose of the scan, and earlier scans of the same primary.
    Example: 78815 with A9552 for C34.11 and neither. Scans with another tracer, or for dementia, take none.
    Fix: Put on one of the two, the likelier by the reason for the encounter first, or take one off (review).
    Authority: Medicare NCD 220.6.17 from 2013-06-11: one scan with PI, three with PS, more with KX. A warning where
        the tracer is not billed on the claim or the payer is not known to be Medicare. Earlier scans are not in the
        record, so the count behind a PS without KX is not checked.
    """
    for group in _scans(context) if context.policy.medicare else ():
        carried = _STRATEGIES.intersection(group[0].line.modifiers)
        if len(carried) != 1:
            yield _without_strategy(context, group, carried)
        elif _SUBSEQUENT in carried and "KX" not in group[0].line.modifiers:
            reason = "earlier scans are not in the record; more than three with PS need KX"
            yield unchecked(group, reason)


def _without_strategy(context: Context, group: Sequence[Service], carried: frozenset[str]) -> Draft:
    line, reason = group[0].line, context.chart.reason_for_encounter
    has = "carries both PI and PS" if carried else "carries neither PI nor PS"
    shown = (Evidence("documentation.reason_for_encounter", reason),) if reason else ()
    return Draft(
        f"line {listed(numbers(group))} bills {line.code} for {', '.join(diagnoses_of(group))} and {has}",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(*evidence_of(context, group, "modifiers", "diagnosis_pointers"), *shown),
        amount_at_risk=money(group),
        fixes=_strategies(lines_of(group), initial=reason == "staging"),
        subject=f"{line.code} {group[0].day}",
        severity=weighed(Severity.ERROR, certain=_certain(context, group)),
    )


def _strategies(lines: Sequence[ClaimLine], *, initial: bool) -> tuple[Fix, ...]:
    order = (_INITIAL, _SUBSEQUENT) if initial else (_SUBSEQUENT, _INITIAL)
    words = {_INITIAL: "initial strategy", _SUBSEQUENT: "subsequent strategy"}
    fixes = []
    for modifier in order:
        after = [(line, (*(m for m in line.modifiers if m not in _STRATEGIES), modifier)) for line in lines]
        if all(len(modifiers) <= _MAX_MODIFIERS for _, modifiers in after):
            edits = tuple(set_line_field(line, "modifiers", modifiers) for line, modifiers in after)
            numbered = listed(line.line for line in lines)
            fixes.append(Fix(f"line {numbered} with {modifier}, {words[modifier]}", "review", edits))
    return tuple(fixes)


@rule("COV114", "pet-not-covered", Severity.ERROR, authority=(ncd_pet(),))
def pet_not_covered(context: Context) -> Iterator[Draft | NotChecked]:
    """PET not covered.

    What it finds: An FDG PET scan for the initial strategy (PI) billed to Medicare with prostate cancer as the only
        neoplasm.
    Why it matters: The national policy excludes it; tracers for the prostate have policies of their own.
    What the chart must show: The tracer and the purpose of the scan.
    Example: 78815 PI with A9552 for C61. With PS it is covered, and with A9595 another policy applies.
    Fix: None: tracer and purpose are as charted. A denial that is expected is billed with GA or GZ.
    Authority: Medicare NCD 220.6.17 from 2013-06-11. The other exclusions, axillary nodes in breast cancer and regional
        nodes in melanoma, cannot be told from codes. A warning where the tracer is not billed on the claim or the
        payer is not known to be Medicare.
    """
    for group in _scans(context):
        neoplasms = [code for code in diagnoses_of(group) if is_treatable_neoplasm(code)]
        if _INITIAL in group[0].line.modifiers and all(code.startswith(_PROSTATE) for code in neoplasms):
            yield Draft(
                f"line {listed(numbers(group))} bills {group[0].line.code} with PI for {_PROSTATE}; FDG PET for the "
                f"initial strategy of prostate cancer is excluded",
                lines=numbers(group),
                diagnoses=diagnoses_of(group),
                evidence=evidence_of(context, group, "modifiers", "diagnosis_pointers"),
                amount_at_risk=money(group),
                subject=f"{group[0].line.code} {group[0].day}",
                severity=weighed(Severity.ERROR, certain=_certain(context, group)),
            )
